"""The names of the matchers and of what proposes candidates, without anything heavy, so that ``--help`` is instant."""

from __future__ import annotations

from typing import Literal, get_args

Matcher = Literal["exact", "greedy", "heuristic", "bipartite"]
MATCHERS: tuple[Matcher, ...] = get_args(Matcher)
Proposer = Literal["ngram", "runs", "ner", "union"]
PROPOSERS: tuple[Proposer, ...] = get_args(Proposer)
TAGGER_PROPOSERS: frozenset[Proposer] = frozenset({"ner", "union"})
"""The proposers that need a tagger of the target language."""
Initial = Literal["any", "capital"]
INITIALS: tuple[Initial, ...] = get_args(Initial)
