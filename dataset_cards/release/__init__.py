"""Releases of a corpus: their rows, what changed between two of them, and the changelog of the data."""
