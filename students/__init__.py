"""Students: taggers trained on projected corpora, by one strategy or by several that are compared."""
