"""The choice of candidates for all entities of a sentence at once."""

from projection.matching.bipartite import match_bipartite
from projection.matching.candidate import Candidate
from projection.matching.exact import match_exact
from projection.matching.greedy import match_greedy
from projection.matching.repeat import repeated

__all__ = ["Candidate", "match_bipartite", "match_exact", "match_greedy", "repeated"]
