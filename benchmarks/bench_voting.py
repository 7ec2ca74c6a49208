"""Measures what a vote gains over its best voter, and a choice without gold over one method for all sets.

    python benchmarks/bench_voting.py DIR [--tagger MODEL] [--eflomal] [--labelled FOLDER ...]

Every parallel set below ``DIR`` (see ``parallel_sets.py``) is used in both directions. Its variants are matchers,
scores and symmetrisations on the links of the set. ``--eflomal`` adds the default on links of eflomal. ``--tagger``
adds model transfer: the tagger labels the target text itself. ``--labelled`` adds a set of another kind: a folder with
``gold.conll`` or ``gold.iob2`` and one Parquet file of a corpus for every variant.

For every set, the first tables have the strict F1 of each variant, of votes among all or among three unlike ones, and
of the oracle, which takes the variant with the highest F1 for every sentence. Gains are over the variant with the
highest F1 on the set (the hardest comparison), with the paired bootstrap. The last table has the mean F1 of what each
criterion of ``silverner choose`` chooses, beside the best single variant for all sets and the oracle of every set.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from labelled_sets import LabelledSet, project_variants, read_variants
from parallel_sets import NEEDED, load_sets

from silverner.projection.ensembling.choice import (
    CriterionScores,
    Variant,
    choose_variant,
    mean_entropy,
    score_variants,
)
from silverner.projection.ensembling.criteria import CRITERIA
from silverner.projection.metrics import Comparison, compare
from silverner.projection.spans import Span

MIN_SHARES = {"agreement": 0.5, "a third is enough": 1 / 3, "two thirds are needed": 2 / 3}
"""Share of the weights that an entity needs, by rule."""
UNLIKE = ("fused", "fused, eflomal", "model transfer")
"""Variants that share neither links nor evidence, so that they make different mistakes."""


def vote_table(labelled_set: LabelledSet, elsewhere: Mapping[str, float]) -> Iterator[str]:
    """Write the F1 of variants, votes and oracle on a set.

    :param labelled_set: The set.
    :param elsewhere: Mean F1 of the variants on the other sets; empty if these have other variants.
    :returns: Parts of a Markdown table.
    """
    single = labelled_set.f1_of_variants()
    best = max(single, key=lambda name: single[name])
    top = labelled_set.f1(labelled_set.oracle())
    yield f"\n## {labelled_set.name}\n\n| labels | F1 | over the best ({best}) | to the oracle |\n|---|---|---|---|\n"
    for name, f1 in single.items():
        yield f"| {name} | {f1:.2f} | | {top - f1:.2f} |\n"
    for name, rows in _votes(labelled_set, elsewhere):
        gain = compare(labelled_set.gold, labelled_set.variants[best], rows)
        yield f"| vote: {name} | {gain.second:.2f} | {_format(gain)} | {top - gain.second:.2f} |\n"
    yield f"| oracle: the best variant of every sentence | {top:.2f} | {top - single[best]:+.2f} | |\n"


def _votes(labelled_set: LabelledSet, elsewhere: Mapping[str, float]) -> Iterator[tuple[str, list[list[Span]]]]:
    """Hold every vote, and return its name and its entities."""
    equal = dict.fromkeys(labelled_set.variants, 1.0)
    for name, least in MIN_SHARES.items():
        yield f"{name}, of all", labelled_set.vote(equal, least=least)
    agreement = {name: scores.agreement + 1e-6 for name, scores in _criterion_scores(labelled_set).items()}
    yield "weighted by agreement, of all", labelled_set.vote(agreement, least=0.5)
    if elsewhere:
        yield "weighted by F1 on the other sets, of all", labelled_set.vote(elsewhere, least=0.5)
    yield "soft, of all", labelled_set.mix(equal)
    unlike = {name: 1.0 for name in UNLIKE if name in labelled_set.variants}
    if len(unlike) > 2:
        yield "agreement, of three unlike", labelled_set.vote(unlike, least=0.5)
        if elsewhere:
            weights = {name: elsewhere[name] for name in unlike}
            yield "weighted by F1 on the other sets, of three unlike", labelled_set.vote(weights, least=0.5)
        yield "soft, of three unlike", labelled_set.mix(unlike)


def _format(gain: Comparison) -> str:
    return f"{gain.difference:+.2f} [{gain.interval.low:+.2f}, {gain.interval.high:+.2f}], p {gain.p:.3f}"


def choice_table(sets: Sequence[LabelledSet]) -> Iterator[str]:
    """Write the F1 of choices without gold, over sets that all have the same variants.

    :param sets: The sets.
    :returns: Parts of a Markdown table.
    """
    single = [labelled_set.f1_of_variants() for labelled_set in sets]
    mean = {name: float(np.mean([f1[name] for f1 in single])) for name in single[0]}
    best = max(mean, key=lambda name: mean[name])
    top = float(np.mean([max(f1.values()) for f1 in single]))
    yield f"\n## A choice without gold, {len(sets)} sets ({', '.join(s.name for s in sets)})\n\n"
    yield f"Best single variant for all: {best}, mean F1 {mean[best]:.2f}; "
    yield f"oracle, the best of every set: {top:.2f}.\n\n"
    yield "| chosen by | mean F1 | over the best single | to the oracle | chosen |\n|---|---|---|---|---|\n"
    scores_of_sets = [_criterion_scores(labelled_set) for labelled_set in sets]
    for criterion in CRITERIA:
        chosen = []
        for scores in scores_of_sets:
            measured = {name: score for name, score in scores.items() if score.by(criterion) is not None}
            chosen.append(choose_variant(measured, by=criterion) if measured else None)
        if None in chosen:
            yield f"| {criterion} | not measured | | | |\n"
            continue
        f1 = float(np.mean([by_name[name] for by_name, name in zip(single, chosen, strict=True) if name]))
        names = "; ".join(map(str, chosen))
        yield f"| {criterion} | {f1:.2f} | {f1 - mean[best]:+.2f} | {top - f1:.2f} | {names} |\n"


def _criterion_scores(labelled_set: LabelledSet) -> dict[str, CriterionScores]:
    """Score every variant by every criterion, without gold."""
    return score_variants(
        {
            name: Variant(
                entities=rows,
                round_trip=labelled_set.round_trips.get(name),
                confidence=[entity.confidence for row in rows for entity in row],
                entropy=mean_entropy(labelled_set.probabilities(rows)),
            )
            for name, rows in labelled_set.variants.items()
        }
    )


def _mean_f1_elsewhere(labelled_set: LabelledSet, group: Sequence[LabelledSet]) -> dict[str, float]:
    """Average the F1 of every variant over the other sets of a group that have the same variants."""
    alike = [s for s in group if s is not labelled_set and tuple(s.variants) == tuple(labelled_set.variants)]
    scores = [s.f1_of_variants() for s in alike]
    return {name: float(np.mean([f1[name] for f1 in scores])) for name in labelled_set.variants} if scores else {}


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the parallel sets")
    parser.add_argument("--tagger", metavar="MODEL", help="a tagger, for model transfer")
    parser.add_argument("--eflomal", action="store_true", help="also align with eflomal, which varies from run to run")
    parser.add_argument("--labelled", type=Path, nargs="*", default=[], metavar="FOLDER", help="gold, and corpora")
    options = parser.parse_args()
    pairs = [side for parallel_set in load_sets(options.folder) for side in (parallel_set, parallel_set.turned())]
    if not pairs:
        sys.stderr.write(f"no set below {options.folder}: {NEEDED}\n")
        return 1
    projected = [project_variants(side, tagger=options.tagger, eflomal=options.eflomal) for side in pairs]
    read = [read_variants(folder) for folder in options.labelled]
    for group in (projected, read):
        for labelled_set in group:
            sys.stdout.writelines(vote_table(labelled_set, _mean_f1_elsewhere(labelled_set, group)))
            sys.stdout.flush()
    sys.stdout.writelines(choice_table(projected))
    if len(read) > 1 and len({tuple(labelled_set.variants) for labelled_set in read}) == 1:
        sys.stdout.writelines(choice_table(read))
    return 0


if __name__ == "__main__":
    sys.exit(main())
