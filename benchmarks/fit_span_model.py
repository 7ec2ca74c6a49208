"""Fits the models of the score ``fitted``, and measures them on languages that they were not fitted on.

    python benchmarks/fit_span_model.py DIR --store FOLDER [--aligner ENGINE ...] [--write]

The sets and aligners are those of ``silverner benchmark``, every set in both directions. For every language, the models
are fitted on the sets of the others. The first table has the F1 of these models on the sets left out, and expected
calibration errors (ten bins) of the probability of a counterpart and of the confidence. The second one has the same
errors with the spans of all sets of an aligner put together, the precision of the surest spans, and the reliability of
both. Where an aligner has soft links, the model reads them, too, and is fitted on such sets alone; any other set is
measured with a model of links alone, fitted on all sets as if none had soft links. ``--without`` leaves features out of
the span model, and ``--links-alone`` all soft links. ``--write`` fits on all sets, and writes the weights of one of the
two models to the package.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from statistics import mean
from unittest.mock import Mock, patch

import numpy as np
from fit_entity_model import best_spans, fit_entities
from parallel_sets import ParallelSet
from scipy.optimize import minimize
from span_samples import EntitySpans, Sample, read_samples

from silverner.projection.matching import fitted_candidates
from silverner.projection.metrics import calibration, precision_at_coverage
from silverner.projection.projector import Projector
from silverner.projection.scoring import entity_model, span_model
from silverner.projection.scoring.entity_model import EntityModel
from silverner.projection.scoring.span_features import FEATURES, FEATURES_WITH_SOFT_LINKS
from silverner.projection.scoring.span_model import SpanModel
from silverner.projection.spans import Span

CALIBRATED = 5
"""Most probable spans of an entity that the calibration looks at."""
LEAST_IN_BIN = 20
"""Fewest spans of a tenth that the reliability shows."""
RIDGE = 1e-3


def fit(samples: Sequence[Sample], used: np.ndarray) -> tuple[SpanModel, EntityModel]:
    """Fit the span model, and the entity model on the spans that it thinks most probable."""
    model = fit_spans(samples, used)
    return model, fit_entities([best_spans(sample.entities, model) for sample in samples])


def fit_spans(samples: Sequence[Sample], used: np.ndarray) -> SpanModel:
    """Fit both regressions by maximum likelihood; a set weighs as much as the root of its entities."""
    weighted = [(s.counterparts, len(s.counterparts) ** -0.5) for s in samples]
    entities = [(one, weight) for of_sample, weight in weighted for one in of_sample]
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

    weights = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    weights = weights / scale * used
    return SpanModel(weights, _calibration(entities, weights))


def _calibration(entities: Sequence[tuple[EntitySpans, float]], weights: np.ndarray) -> np.ndarray:
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


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How good the models of the other languages are on a set.

    :param f1: F1 of the best published rule, the fused score, and the fitted one.
    :param counterpart: The probability of a counterpart of every entity, and whether it has one.
    :param confidence: The confidence of every projected entity, and whether it is right.
    """

    f1: tuple[float, float, float]
    counterpart: list[tuple[float, bool]]
    confidence: list[tuple[float, bool]]


def leave_out(samples: Sequence[Sample], used: np.ndarray) -> Iterator[tuple[Sample, LeftOut]]:
    """Fit the models on the other languages for every language, and measure them on its sets."""
    for language in sorted({sample.language for sample in samples}):
        other_languages = [sample for sample in samples if sample.language != language]
        for soft_links in (False, True):
            left_out = [s for s in samples if s.language == language and s.has_soft_links == soft_links]
            if left_out:
                models = fit_kind(other_languages, used, soft_links=soft_links)
                names = ("default_model", "default_entity_model")
                mocks = dict(zip(names, (Mock(return_value=model) for model in models), strict=True))
                with patch.multiple(fitted_candidates, **mocks):
                    for sample in left_out:
                        yield sample, _measure(sample, *models)


def fit_kind(samples: Sequence[Sample], used: np.ndarray, *, soft_links: bool) -> tuple[SpanModel, EntityModel]:
    """Fit the models of samples with soft links, or those of links alone on all samples."""
    if soft_links:
        return fit([sample for sample in samples if sample.has_soft_links], used)
    return fit([sample.without_soft_links() for sample in samples], used[: len(FEATURES)])


def _measure(sample: Sample, model: SpanModel, entities: EntityModel) -> LeftOut:
    parallel_set = sample.parallel_set
    projections = parallel_set.project(Projector())
    best = best_spans(sample.entities, model)
    return LeftOut(
        f1=(*_others(parallel_set), parallel_set.score(projections)),
        counterpart=list(zip(entities.counterparts(best.evidence).tolist(), best.overlaps.tolist(), strict=True)),
        confidence=[
            (span.confidence or 0.0, Span(span.start, span.end, span.label) in gold)
            for projection, gold in zip(projections, parallel_set.gold, strict=True)
            for span in projection.spans
        ],
    )


def tables(rows: Iterable[tuple[Sample, LeftOut]]) -> Iterator[str]:
    """Yield a line for every set as soon as it is measured, then what all sets of an aligner give together."""
    yield "| links, set | published | fused | fitted | error, counterpart | error, confidence |\n"
    yield "|---|---|---|---|---|---|\n"
    by_aligner: dict[str, list[tuple[LeftOut, float, float]]] = {}
    for sample, left_out in rows:
        errors = _error(left_out.counterpart), _error(left_out.confidence)
        by_aligner.setdefault(sample.name.split()[0], []).append((left_out, *errors))
        yield f"| {sample.name} | {_cells(left_out.f1, errors)} |\n"
    for aligner, measured in by_aligner.items():
        f1 = [mean(column) for column in zip(*(one.f1 for one, *_ in measured), strict=True)]
        errors = mean(one[1] for one in measured), mean(one[2] for one in measured)
        yield f"| {aligner}, mean | {_cells(f1, errors)} |\n"
    yield "\n| links, all sets together | error | 50 % | 80 % | 90 % | 100 % | probability: share that is true |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for aligner, measured in by_aligner.items():
        for name in ("counterpart", "confidence"):
            yield _together(f"{aligner}, {name}", [pair for one, *_ in measured for pair in getattr(one, name)])


def _cells(f1: Sequence[float], errors: Sequence[float]) -> str:
    return " | ".join([*(f"{value:.2f}" for value in f1), *(f"{error:.3f}" for error in errors)])


def _error(outcomes: Sequence[tuple[float, bool]]) -> float:
    return calibration(*zip(*outcomes, strict=True)).error


def _together(name: str, outcomes: Sequence[tuple[float, bool]]) -> str:
    """Write the error, the precision of the surest, and the reliability."""
    measured = calibration(*zip(*outcomes, strict=True))
    surest = " | ".join(f"{row.precision:.1f}" for row in precision_at_coverage(*zip(*outcomes, strict=True)))
    bins = ", ".join(f"{one.confidence:.2f}: {one.correct:.2f}" for one in measured.bins if one.count >= LEAST_IN_BIN)
    return f"| {name} | {measured.error:.3f} | {surest} | {bins} |\n"


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
    parser.add_argument("--links-alone", action="store_true", help="as if no aligner had soft links")
    parser.add_argument(
        "--write", choices=["links", "soft-links"], help="fit on all sets, and write the models of the package"
    )
    return parser.parse_args()


def main() -> int:
    """Print the table, or write the model."""
    options = _arguments()
    used = np.array(
        [not any(fnmatch(name, pattern) for pattern in options.without) for name in FEATURES_WITH_SOFT_LINKS],
        dtype=float,
    )
    samples = list(read_samples(options.folder, options.store, options.aligner))
    if options.links_alone:
        samples = [sample.without_soft_links() for sample in samples]
    if options.write is None:
        for line in tables(leave_out(samples, used)):
            sys.stdout.write(line)
            sys.stdout.flush()
        return 0
    soft_links = options.write == "soft-links"
    for module, model in zip((span_model, entity_model), fit_kind(samples, used, soft_links=soft_links), strict=True):
        name = module.WEIGHTS_FILE_WITH_SOFT_LINKS if soft_links else module.WEIGHTS_FILE
        path = Path(module.__file__).with_name(name)
        path.write_text(model.to_json(), encoding="utf-8")
        sys.stdout.write(f"wrote {path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
