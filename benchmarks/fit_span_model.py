"""Fits the model of the score ``fitted``, and measures it on languages that it was not fitted on.

    python benchmarks/fit_span_model.py DIR --store FOLDER [--aligner ENGINE ...] [--write]

The sets and aligners are those of ``silverner benchmark``, every set in both directions. For every language, the model
is fitted on the sets of the others. The table has the F1 of that model on the sets left out, and the calibration error
of its confidence (ten bins, boundaries where the target has an entity). ``--without`` leaves features out of the model.
``--write`` fits on all sets, and writes weights and calibration to the package. It prints the constants of the
confidence, for ``projection/scoring/confidence.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from statistics import mean
from unittest.mock import Mock, patch

import numpy as np
from bench_confidence import fit as fit_confidence
from bench_confidence import measure_calibration, span_outcomes
from parallel_sets import ParallelSet
from scipy.optimize import linear_sum_assignment, minimize

from silverner.projection.chain import ShardStore
from silverner.projection.errors import MissingFileError
from silverner.projection.matching import fitted_candidates
from silverner.projection.projector import Projector
from silverner.projection.scoring import span_model
from silverner.projection.scoring.capitalisation import corpus_cases
from silverner.projection.scoring.cooccurrence import count_cooccurrences
from silverner.projection.scoring.evidence import CorpusEvidence, SentenceEvidence
from silverner.projection.scoring.fused import fused_scores
from silverner.projection.scoring.name_similarity import name_similarity
from silverner.projection.scoring.pair_arrays import PairArrays
from silverner.projection.scoring.span_evidence import SpanEvidence
from silverner.projection.scoring.span_features import FEATURES, candidate_spans, span_features
from silverner.projection.scoring.span_model import SpanModel, default_model
from silverner.projection.spans import Span
from silverner.scoreboard.aligners import read_aligners
from silverner.scoreboard.links import link
from silverner.scoreboard.parallel_set import read_set
from silverner.scoreboard.registry import registered_sets

PIVOT = "eng"
"""The language that is on one side of every set; the other one is left out."""
SAME_LABEL = 0.3
"""What an equal label is worth when entities of both sides are paired."""
CALIBRATED = 5
"""Most probable spans of an entity that the calibration looks at."""
RIDGE = 1e-3


@dataclass(frozen=True)
class Spans:
    """The spans that may carry one entity, and which is right.

    :param features: Shape (spans, features).
    :param texts: The words of every span.
    :param right: Index of the right one; ``None`` where it is not among them.
    """

    features: np.ndarray
    texts: Sequence[tuple[str, ...]]
    right: int | None


@dataclass(frozen=True)
class Sample:
    """A set with the links of one aligner, in one direction.

    :param name: The set and the aligner.
    :param language: The language that is not English.
    :param parallel_set: The set.
    :param entities: The spans of every entity that has a counterpart.
    """

    name: str
    language: str
    parallel_set: ParallelSet
    entities: Sequence[Spans]


def read_samples(folder: Path, store: Path, aligners: Sequence[str]) -> Iterator[Sample]:
    """Read and align all sets, and describe the spans of their entities."""
    engines = read_aligners(aligners)
    for entry in registered_sets(folder).values():
        if entry.missing() is not None:
            continue
        board_set = read_set(entry)
        language = next(side.code for side in entry.languages if side.code != PIVOT)
        for engine in engines:
            try:
                links = link(board_set, engine, ShardStore(store))
            except MissingFileError as error:
                sys.stderr.write(f"{engine.name} {board_set.name}: left out: {error}\n")
                continue
            one = ParallelSet(
                name=board_set.name,
                source=board_set.source_tokens,
                target=board_set.target_tokens,
                entities=board_set.entities,
                gold=board_set.gold,
                forward=links.forward,
                reverse=links.reverse,
            )
            back = replace(one.turned(), name=f"{one.name} reversed")
            for side in (one, back):
                yield Sample(f"{engine.name} {side.name}", language, side, list(_entities(side)))
                sys.stderr.write(f"{engine.name} {side.name}\n")


def _entities(parallel_set: ParallelSet) -> Iterator[Spans]:
    """Describe the spans of every entity, as the projection sees them."""
    cases = corpus_cases(parallel_set.target)
    sides = parallel_set.source, parallel_set.target, parallel_set.forward, parallel_set.reverse
    counts = count_cooccurrences(*sides, entities=parallel_set.entities)
    for k, entities in enumerate(parallel_set.entities):
        counterparts = _counterparts(parallel_set, k)
        if not counterparts:
            continue
        evidence = SentenceEvidence(target_cases=cases[k], corpus=CorpusEvidence(cooccurrences=counts))
        source, target, forward, reverse = (side[k] for side in sides)
        arrays = PairArrays.of(Projector().pair(source, entities, target, forward, reverse, evidence))
        span_evidence, scores = SpanEvidence(arrays), fused_scores(arrays)
        candidates = candidate_spans(arrays, span_evidence, scores)
        for index, entity in enumerate(entities):
            spans, gold = candidates.at(candidates.entity == index), counterparts.get(entity)
            if gold is not None and len(spans):
                right = np.flatnonzero((spans.start == gold.start) & (spans.end == gold.end))
                features = span_features(arrays, span_evidence, scores, spans)
                yield Spans(features, spans.texts(target), int(right[0]) if len(right) else None)


def _counterparts(parallel_set: ParallelSet, k: int) -> dict[Span, Span]:
    """Pair the entities of both sides, by links, similar names and labels."""
    source, target = parallel_set.source[k], parallel_set.target[k]
    entities, gold = parallel_set.entities[k], parallel_set.gold[k]
    links = [(i, j) for direction in (parallel_set.forward[k], parallel_set.reverse[k]) for i, j, _ in direction]
    worth = np.zeros((len(entities), len(gold)))
    for x, e in enumerate(entities):
        for y, g in enumerate(gold):
            linked = sum(e.start <= i < e.end and g.start <= j < g.end for i, j in links) / 2
            name, counterpart = source[e.start : e.end], target[g.start : g.end]
            similar = sum(max(name_similarity(word, other) for other in counterpart) for word in name)
            if linked + similar > 0:
                worth[x, y] = 2 * (linked + similar) / (len(e) + len(g)) + SAME_LABEL * (e.label == g.label)
    return {
        entities[x]: gold[y] for x, y in zip(*linear_sum_assignment(worth, maximize=True), strict=True) if worth[x, y]
    }


def fit(samples: Sequence[Sample], used: np.ndarray) -> SpanModel:
    """Fit both regressions by maximum likelihood; a set weighs as much as the root of its entities."""
    entities = [(one, len(s.entities) ** -0.5) for s in samples for one in s.entities]
    known = [(one, weight) for one, weight in entities if one.right is not None]
    features = np.concatenate([one.features for one, _ in known]) * used
    counts = np.array([len(one.features) for one, _ in known])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    right = starts + np.array([one.right for one, _ in known])
    share = np.array([weight for _, weight in known])
    share /= share.sum()
    scale = features.std(axis=0) + 1e-6
    features /= scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = features @ weights
        highest = np.maximum.reduceat(sums, starts)
        powers = np.exp(sums - np.repeat(highest, counts))
        total = np.add.reduceat(powers, starts)
        excess = powers / np.repeat(total, counts)
        excess[right] -= 1
        likelihood = share @ (sums[right] - highest - np.log(total))
        gradient = features.T @ (excess * np.repeat(share, counts)) + RIDGE * weights
        return RIDGE * weights @ weights / 2 - likelihood, gradient

    weights = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = weights / scale * used
    return SpanModel(weights, _calibration(entities, weights))


def _calibration(entities: Sequence[tuple[Spans, float]], weights: np.ndarray) -> np.ndarray:
    rows, truth, shares = [], [], []
    for one, weight in entities:
        sums = one.features @ weights
        logarithms = span_model.text_shares(sums, np.zeros(len(sums), dtype=np.intp), one.texts)
        for span in np.argsort(-sums, kind="stable")[:CALIBRATED]:
            rows.append((sums[span], logarithms[span], 1.0))
            truth.append(span == one.right)
            shares.append(weight)
    evidence, is_right, share = np.array(rows), np.array(truth, dtype=float), np.array(shares)

    def loss(constants: np.ndarray) -> float:
        logits = evidence @ constants
        return float(share @ (np.logaddexp(0, logits) - is_right * logits)) / float(share.sum())

    return np.asarray(minimize(loss, np.zeros(3), method="BFGS").x)


def measure_left_out(samples: Sequence[Sample], used: np.ndarray) -> Iterator[str]:
    """Yield a table of F1 by the model of the other languages, beside the fused score and the best published rule."""
    yield "| links, set | published | fused | fitted on the other languages | calibration error |\n"
    yield "|---|---|---|---|---|\n"
    means: dict[str, list[tuple[float, float, float, float]]] = {}
    for language in sorted({sample.language for sample in samples}):
        others = [sample for sample in samples if sample.language != language]
        with patch.object(fitted_candidates, "default_model", Mock(return_value=fit(others, used))):
            constants = fit_confidence([span_outcomes(sample.parallel_set, "fitted") for sample in others])
            for sample in (s for s in samples if s.language == language):
                error = measure_calibration(span_outcomes(sample.parallel_set, "fitted"), constants)[0].error
                f1 = (*_others(sample.parallel_set), sample.parallel_set.f1(Projector()), error)
                means.setdefault(sample.name.split()[0], []).append(f1)
                yield f"| {sample.name} | {f1[0]:.2f} | {f1[1]:.2f} | {f1[2]:.2f} | {f1[3]:.3f} |\n"
    for aligner, figures in means.items():
        cells = [mean(column) for column in zip(*figures, strict=True)]
        yield f"| {aligner}, mean | {cells[0]:.2f} | {cells[1]:.2f} | {cells[2]:.2f} | {cells[3]:.3f} |\n"


def _others(parallel_set: ParallelSet) -> tuple[float, float]:
    """Return the F1 of the best published rule on joined links, and that of the fused score."""
    rules = [Projector(matcher=matcher, score="dice", capitals=()) for matcher in ("heuristic", "greedy", "exact")]
    return max(map(parallel_set.f1, rules)), parallel_set.f1(Projector(score="fused"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--store", type=Path, required=True, help="folder that keeps links")
    parser.add_argument("--aligner", action="append", default=[], help="as for silverner benchmark; repeatable")
    parser.add_argument("--without", action="append", default=[], metavar="FEATURE", help="a feature, or a pattern")
    parser.add_argument("--write", action="store_true", help="fit on all sets, and write the model of the package")
    return parser.parse_args()


def main() -> int:
    """Print the table, or write the model."""
    options = _arguments()
    used = np.array([not any(fnmatch(name, pattern) for pattern in options.without) for name in FEATURES], dtype=float)
    samples = list(read_samples(options.folder, options.store, options.aligner))
    if not options.write:
        for line in measure_left_out(samples, used):
            sys.stdout.write(line)
            sys.stdout.flush()
        return 0
    model = fit(samples, used)
    path = Path(span_model.__file__).with_name(span_model.WEIGHTS_FILE)
    path.write_text(model.to_json(), encoding="utf-8")
    default_model.cache_clear()
    constants = fit_confidence([span_outcomes(sample.parallel_set, "fitted") for sample in samples])
    sys.stdout.write(f"wrote {path.name}; confidence: {', '.join(f'{value:.2f}' for value in constants)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
