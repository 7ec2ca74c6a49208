"""Adaptation: specialises a model for a language it hardly knows, before a student begins as it (arXiv 2106.09063)."""
