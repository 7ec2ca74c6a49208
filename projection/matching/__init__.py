"""The choice of candidates for all entities of a sentence at once."""

from projection.matching.candidate import Candidate
from projection.matching.exact import match_exact
from projection.matching.greedy import match_greedy

__all__ = ["Candidate", "match_exact", "match_greedy"]
