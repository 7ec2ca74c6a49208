"""Independent answers to what the modules under test compute, written for plainness and not for speed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from silverner.projection.links import Link, parse_pharaoh
from silverner.projection.matching.candidate import Candidate
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.spans import Span

T = TypeVar("T")
TIE = 1e-9
NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def within(seconds: int, function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a process of its own, which is ended when it takes too long: compiled code heeds no signal."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply_async(function, arguments).get(timeout=seconds)


def total(chosen: Iterable[Candidate]) -> float:
    return sum(c.score for c in chosen)


def is_matching(chosen: Sequence[Candidate]) -> bool:
    tokens = [p for c in chosen for p in range(c.start, c.end)]
    entities = [c.entity for c in chosen]
    return len(set(tokens)) == len(tokens) and len(set(entities)) == len(entities)


def highs_objective(candidates: Sequence[Candidate]) -> float:
    """Solve the whole problem, not split into components and with no ties broken."""
    if not candidates:
        return 0.0
    entities = sorted({c.entity for c in candidates})
    tokens = range(max(c.end for c in candidates))
    rows = [[float(c.entity == e) for c in candidates] for e in entities]
    rows += [[float(c.start <= p < c.end) for c in candidates] for p in tokens]
    result = milp(
        [-c.score for c in candidates],
        constraints=LinearConstraint(np.array(rows), -np.inf, 1),
        integrality=np.ones(len(candidates), dtype=int),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert result.status == 0, result.message
    return -float(result.fun)


def all_matchings(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    entities = sorted({c.entity for c in candidates})
    choices = [[None, *(c for c in candidates if c.entity == e)] for e in entities]
    for picked in itertools.product(*choices):
        chosen = tuple(c for c in picked if c is not None)
        if is_matching(chosen):
            yield chosen


def brute_force(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Try every set; of those with the best sum: fewest tokens, then entity by entity the leftmost."""
    entities = sorted({c.entity for c in candidates})
    found = list(all_matchings([c for c in candidates if c.score > 0]))
    best = max(map(total, found))

    def rule(chosen: tuple[Candidate, ...]) -> tuple[int, list[tuple[float, float]]]:
        place = {c.entity: (float(c.start), float(c.end)) for c in chosen}
        return sum(c.end - c.start for c in chosen), [place.get(e, (np.inf, np.inf)) for e in entities]

    return list(min((chosen for chosen in found if best - total(chosen) <= TIE), key=rule))


def naive_greedy(candidates: Sequence[Candidate]) -> list[Candidate]:
    left = [c for c in candidates if c.score > 0]
    chosen: list[Candidate] = []
    while left:
        top = min(left, key=lambda c: (-c.score, c.end - c.start, c.start, c.entity))
        chosen.append(top)
        left = [c for c in left if c.entity != top.entity and (c.end <= top.start or top.end <= c.start)]
    return sorted(chosen)


def random_candidates(
    rng: random.Random, *, entities: int = 5, tokens: int = 8, most: int = 30, scores: Sequence[float] | None = None
) -> list[Candidate]:
    """Draw distinct candidates in random order, with scores from a list or from (0, 1)."""
    every = [
        (e, i, j) for e in range(rng.randint(1, entities)) for i in range(tokens) for j in range(i + 1, tokens + 1)
    ]
    drawn = rng.sample(every, rng.randint(0, min(most, len(every))))
    return [Candidate(*where, rng.choice(scores) if scores else rng.random()) for where in drawn]


def twins(candidates: Sequence[Candidate], copies: int) -> list[Candidate]:
    """Let every entity stand there several times, in between the others."""
    entities = 1 + max((c.entity for c in candidates), default=0)
    return [c._replace(entity=c.entity + copy * entities) for c in candidates for copy in range(copies)]


def candidate_lists(
    *, entities: int, tokens: int, most: int, scores: st.SearchStrategy[float]
) -> st.SearchStrategy[list[Candidate]]:
    spans = st.tuples(st.integers(0, tokens - 1), st.integers(1, tokens)).filter(lambda s: s[0] < s[1])
    one = st.builds(lambda e, s, score: Candidate(e, *s, score), st.integers(0, entities - 1), spans, scores)
    return st.lists(one, max_size=most, unique_by=lambda c: (c.entity, c.start, c.end))


def every_ngram(
    evidence: np.ndarray, lengths: Sequence[int], target: Sequence[str], forbidden: str = "!?", longest: int = 10**9
) -> list[Candidate]:
    """Score all spans by the formula, pruning none but the forbidden and the too long."""
    return [
        Candidate(k, i, j, 2 * float(evidence[k, i:j].sum()) / (length + j - i))
        for k, length in enumerate(lengths)
        for i in range(len(target))
        for j in range(i + 1, len(target) + 1)
        if j - i <= longest and not any(char in word for char in forbidden for word in target[i:j])
    ]


def literal_gdfa(there: set[tuple[int, int]], back: set[tuple[int, int]], size: int) -> set[tuple[int, int]]:
    """Follow grow-diag-final-and line by line (Koehn et al. 2005, figure 1), source word by source word."""
    alignment = there & back
    cells = list(itertools.product(range(size), range(size)))

    def source_aligned(i: int) -> bool:
        return any(i == a for a, _ in alignment)

    def target_aligned(j: int) -> bool:
        return any(j == b for _, b in alignment)

    before = -1
    while before != len(alignment):
        before = len(alignment)
        for i, j in cells:
            if (i, j) in alignment:
                for di, dj in NEIGHBOURS:
                    new = (i + di, j + dj)
                    if not (source_aligned(new[0]) and target_aligned(new[1])) and new in there | back:
                        alignment.add(new)
    for direction in (there, back):
        for i, j in cells:
            if not source_aligned(i) and not target_aligned(j) and (i, j) in direction:
                alignment.add((i, j))
    return alignment


@st.composite
def sentences_with_spans(draw: st.DrawFn, labels: Sequence[str] = ("PER", "LOC", "A-B")) -> tuple[list[Span], int]:
    """Draw entities that do not overlap, many of them touching, and the length of their sentence."""
    spans: list[Span] = []
    position = 0
    for gap, length, label in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from(labels)), max_size=6)
    ):
        spans.append(Span(position + gap, position + gap + length, label))
        position += gap + length
    return spans, position + draw(st.integers(0, 2))


def write_tags(spans: Sequence[Span], length: int, scheme: str) -> list[str]:
    """Write tags in any scheme, ``bilou`` too."""
    tags = ["O"] * length
    single, end = ("U", "L") if scheme == "bilou" else ("S", "E")
    before: Span | None = None
    for span in sorted(spans):
        size = span.end - span.start
        if scheme == "plain":
            prefixes = [""] * size
        elif scheme in {"bioes", "bilou"}:
            prefixes = [f"{single}-"] if size == 1 else ["B-", *["I-"] * (size - 2), f"{end}-"]
        else:
            touches = before is not None and before.end == span.start and before.label == span.label
            prefixes = ["B-" if scheme == "iob2" or touches else "I-", *["I-"] * (size - 1)]
        tags[span.start : span.end] = [prefix + span.label for prefix in prefixes]
        before = span
    return tags


def read_side(path: Path) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(files={"test": str(path)}, repair=True), tagged=True))


def read_links(path: Path) -> list[list[Link]]:
    return [parse_pharaoh(line) for line in path.read_text(encoding="utf-8").splitlines()]
