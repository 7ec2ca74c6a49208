"""The choice of target spans for all entities of a sentence at once: candidates, and the matchers that choose."""
