"""The words of a text, its language, and its overlap with other texts."""
