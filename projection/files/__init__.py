"""Projection on plain files, without a recipe."""
