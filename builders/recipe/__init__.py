"""Recipes: the files that decide a corpus, read, completed per language, checked, and written again."""
