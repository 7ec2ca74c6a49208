"""The choice of candidates for all entities of a sentence at once."""

from silverner.projection.matching.bipartite import match_bipartite
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.exact import match_exact
from silverner.projection.matching.greedy import match_greedy
from silverner.projection.matching.repeat import repeated

__all__ = ["Candidate", "match_bipartite", "match_exact", "match_greedy", "repeated"]
