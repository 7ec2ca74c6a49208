"""The measured facts of a corpus, typed: a build makes them, its manifest stores them, its card shows them."""
