"""Projection, evaluation and choice on plain files, without a recipe."""
