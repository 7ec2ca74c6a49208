"""The ways of making a corpus, one a module."""
