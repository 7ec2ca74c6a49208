"""What a vote gains over its best voter, and a choice without gold over one method for all sets.

    python benchmarks/bench_voting.py DIR [--tagger MODEL] [--eflomal] [--labelled FOLDER ...]

Every parallel set below ``DIR`` (see ``bench_projection.py``) is used in both directions. Its variants are matchers,
scores and symmetrisations on the links given, with ``--eflomal`` the default on links of that aligner, and with
``--tagger`` model transfer: the tagger straight on the target text. ``--labelled`` adds a set of any other kind: a
folder with ``gold.conll`` or ``gold.iob2`` and a Parquet file of a corpus for every variant.

For every set: strict F1 of each variant, of votes among all of them or among three unlike, and of the oracle, which
takes for every sentence the variant that gold likes best. Gains are over the variant that gold likes best on the set
(the hardest comparison), with the paired bootstrap. Then for each criterion of ``silverner choose``: mean F1 of what it
chooses, against the best single variant for all sets, and against the oracle that chooses by gold.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection.ensembling.choice import (
    CriterionScores,
    Variant,
    choose_variant,
    mean_entropy,
    round_trip,
    score_variants,
)
from silverner.projection.ensembling.criteria import CRITERIA
from silverner.projection.ensembling.voting import Probabilities, decode_entities, mixture, tag_probabilities, vote
from silverner.projection.metrics import Comparison, compare, evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.projector import Projector
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.result import Projection
from silverner.projection.spans import Span

PLAIN: dict[str, Any] = {"capitals": (), "threshold": 0.0}
HEURISTIC = {"matcher": "heuristic", "score": "dice", "capitals": ()}
PROJECTORS: dict[str, Projector] = {
    "fused": Projector(),
    "fused, heuristic": Projector(matcher="heuristic"),
    **{
        f"dice, {how}": Projector(score="dice", symmetrise=how, **PLAIN)  # type: ignore[arg-type]
        for how in ("gdfa", "intersection", "reverse")
    },
    **{
        f"heuristic, {how}": Projector(symmetrise=how, **HEURISTIC)  # type: ignore[arg-type]
        for how in ("gdfa", "intersection")
    },
}
LEAST = {"agreement": 0.5, "a third is enough": 1 / 3, "two thirds are needed": 2 / 3}
"""Share of the weight an entity needs, by rule."""
UNLIKE = ("fused", "fused, eflomal", "model transfer")
"""Variants that make different mistakes: they share neither links nor evidence."""


@dataclass(frozen=True, slots=True, order=True)
class Offer(Span):
    """An entity of a variant, and how sure it is of it."""

    sure: float = 1.0


Offers = list[list[Offer]]


@dataclass(frozen=True, kw_only=True)
class LabelledSet:
    """One set: lengths, gold, and what each variant offers and what came back of it."""

    name: str
    lengths: Sequence[int]
    gold: Sequence[Sequence[Span]]
    offers: Mapping[str, Offers]
    trips: Mapping[str, float] = field(default_factory=dict)

    def f1(self, spans: Sequence[Sequence[Span]]) -> float:
        """Return strict F1 in percent."""
        return evaluate_spans(self.gold, spans).overall.f1

    @property
    def labels(self) -> list[str]:
        """All labels, sorted."""
        return sorted({o.label for side in (self.gold, *self.offers.values()) for row in side for o in row})

    def voted(self, weights: Mapping[str, float], *, least: float) -> list[list[Span]]:
        """Let variants vote on whole entities."""
        found = []
        for rows in zip(*(self.offers[name] for name in weights), strict=True):
            ballots = {n: [_plain(o) for o in row] for n, row in zip(weights, rows, strict=True)}
            found.append([Span(v.start, v.end, v.label) for v in vote(ballots, weights, least=least)])
        return found

    def mixed(self, weights: Mapping[str, float]) -> list[list[Span]]:
        """Mix the probabilities of tags that variants' entities with their confidences stand for."""
        voters, labels = zip(*(self.soft(self.offers[name]) for name in weights), strict=True), self.labels
        return [decode_entities(mixture(said, list(weights.values())), labels) for said in voters]

    def soft(self, offers: Offers) -> list[Probabilities]:
        """Write entities as the probabilities of tags that their confidences stand for."""
        labels = self.labels
        return [
            tag_probabilities([_plain(o) for o in row], [o.sure for o in row], length, labels)
            for length, row in zip(self.lengths, offers, strict=True)
        ]

    def oracle(self) -> list[list[Offer]]:
        """Take for every sentence the variant with the highest F1; of equals the first."""
        rows = zip(self.gold, *self.offers.values(), strict=True)
        return [max(said, key=lambda spans: _sentence_f1(gold, spans)) for gold, *said in rows]


def _plain(offer: Offer) -> Span:
    return Span(offer.start, offer.end, offer.label)


def _sentence_f1(gold: Sequence[Span], spans: Sequence[Span]) -> float:
    scores = evaluate_spans([gold], [spans]).overall
    return scores.f1 if scores.gold + scores.predicted else 100.0


def parallel(one: ParallelSet, *, tagger: str | None, eflomal: bool) -> LabelledSet:
    """Project a set in every way, tag it, and take the labels back."""
    offers: dict[str, Offers] = {}
    trips: dict[str, float] = {}
    sets = {"": one, **({", eflomal": _aligned(one)} if eflomal else {})}
    for aligner, pairs in sets.items():
        for name, projector in PROJECTORS.items() if not aligner else [("fused", Projector())]:
            done = pairs.project(projector)
            offers[name + aligner] = _offers(done)
            labels = [[Span(s.start, s.end, s.label) for s in p.spans] for p in done]
            back = replace(pairs.turned(), entities=labels).project(projector)
            trips[name + aligner] = round_trip(one.entities, [p.spans for p in back])
    if tagger is not None:
        offers["model transfer"] = _tagged(one, tagger)
    lengths = [len(tokens) for tokens in one.target]
    return LabelledSet(name=one.name, lengths=lengths, gold=one.gold, offers=offers, trips=trips)


def _offers(done: Sequence[Projection]) -> Offers:
    return [
        [Offer(s.start, s.end, s.label, min(s.score, 1.0) if s.confidence is None else s.confidence) for s in p.spans]
        for p in done
    ]


def _aligned(one: ParallelSet) -> ParallelSet:
    from silverner.projection.alignment import Eflomal

    pairs = Eflomal().align(one.source, one.target)
    return replace(one, forward=[list(p.forward) for p in pairs], reverse=[list(p.reverse) for p in pairs])


def _tagged(one: ParallelSet, model: str) -> Offers:
    from silverner.projection.labelling import Tagger

    labels = sorted({s.label for row in one.gold for s in row})
    engine = Tagger(
        Checkpoint(name=model), labels=labels, label_map={k: None for k in ("MISC", "OTH") if k not in labels}
    )
    return [[Offer(s.start, s.end, s.label, s.confidence) for s in row.spans] for row in engine.label(one.target)]


def labelled(folder: Path) -> LabelledSet:
    """Read a folder of corpora of the same sentences, and their gold."""
    gold_file = next(p for p in sorted(folder.iterdir()) if p.stem == "gold")
    files = {"test": str(gold_file)}
    gold = list(read_corpus(CorpusFiles(files=files, repair=True), tagged=True))
    offers = {}
    for path in sorted(folder.glob("*.parquet")):
        rows = pq.read_table(path, columns=["tokens", "entities"]).to_pylist()
        if [tuple(row["tokens"]) for row in rows] != [s.tokens for s in gold]:
            raise SystemExit(f"{path} does not hold the sentences of {gold_file}")
        offers[path.stem] = [
            [Offer(e["start"], e["end"], e["label"], _sure(e)) for e in row["entities"]] for row in rows
        ]
    known = {o.label for side in offers.values() for row in side for o in row}
    return LabelledSet(
        name=folder.name,
        lengths=[len(s.tokens or ()) for s in gold],
        gold=[[s for s in one.spans or () if s.label in known] for one in gold],
        offers=offers,
    )


def _sure(e: Mapping[str, Any]) -> float:
    place = e.get("confidence")
    sure = min(e["score"], 1.0) if place is None else place
    return float(sure * (1.0 if e.get("label_confidence") is None else e["label_confidence"]))


def _against(found: Comparison) -> str:
    return f"{found.difference:+.2f} [{found.interval.low:+.2f}, {found.interval.high:+.2f}], p {found.p:.3f}"


def votes(one: LabelledSet, elsewhere: Mapping[str, float]) -> Iterator[str]:
    """Write what votes come to on a set.

    :param one: The set.
    :param elsewhere: Mean F1 of the variants on the other sets; empty where these have other variants.
    """
    single = {name: one.f1(rows) for name, rows in one.offers.items()}
    best = max(single, key=lambda name: single[name])
    top = one.f1(one.oracle())
    yield f"\n## {one.name}\n\n| labels | F1 | over the best ({best}) | to the oracle |\n|---|---|---|---|\n"
    for name, f1 in single.items():
        yield f"| {name} | {f1:.2f} | | {top - f1:.2f} |\n"
    for name, rows in _rules(one, elsewhere):
        gain = compare(one.gold, one.offers[best], rows)
        yield f"| vote: {name} | {gain.second:.2f} | {_against(gain)} | {top - gain.second:.2f} |\n"
    yield f"| oracle: the best variant of every sentence | {top:.2f} | {top - single[best]:+.2f} | |\n"


def _rules(one: LabelledSet, elsewhere: Mapping[str, float]) -> Iterator[tuple[str, list[list[Span]]]]:
    """Hold every vote."""
    equal = dict.fromkeys(one.offers, 1.0)
    for name, least in LEAST.items():
        yield f"{name}, of all", one.voted(equal, least=least)
    marked = _marks(one)
    yield "weighted by agreement, of all", one.voted({n: m.agreement + 1e-6 for n, m in marked.items()}, least=0.5)
    if elsewhere:
        yield "weighted by F1 on the other sets, of all", one.voted(elsewhere, least=0.5)
    yield "soft, of all", one.mixed(equal)
    few = {name: 1.0 for name in UNLIKE if name in one.offers}
    if len(few) > 2:
        yield "agreement, of three unlike", one.voted(few, least=0.5)
        if elsewhere:
            weights = {name: elsewhere[name] for name in few}
            yield "weighted by F1 on the other sets, of three unlike", one.voted(weights, least=0.5)
        yield "soft, of three unlike", one.mixed(few)


def choices(sets: Sequence[LabelledSet]) -> Iterator[str]:
    """Write what choices without gold come to, over sets that all have the same variants."""
    single = [{name: one.f1(rows) for name, rows in one.offers.items()} for one in sets]
    mean = {name: float(np.mean([f1[name] for f1 in single])) for name in single[0]}
    whole = max(mean, key=lambda name: mean[name])
    top = float(np.mean([max(f1.values()) for f1 in single]))
    yield f"\n## A choice without gold, {len(sets)} sets ({', '.join(s.name for s in sets)})\n\n"
    yield f"Best single variant for all: {whole}, mean F1 {mean[whole]:.2f}; "
    yield f"oracle, the best of every set: {top:.2f}.\n\n"
    yield "| chosen by | mean F1 | over the best single | to the oracle | chosen |\n|---|---|---|---|---|\n"
    marked = [_marks(one) for one in sets]
    for criterion in CRITERIA:
        chosen = []
        for those in marked:
            known = {name: m for name, m in those.items() if m.by(criterion) is not None}
            chosen.append(choose_variant(known, by=criterion) if known else None)
        if None in chosen:
            yield f"| {criterion} | not measured | | | |\n"
            continue
        f1 = float(np.mean([scores[name] for scores, name in zip(single, chosen, strict=True) if name]))
        names = "; ".join(map(str, chosen))
        yield f"| {criterion} | {f1:.2f} | {f1 - mean[whole]:+.2f} | {top - f1:.2f} | {names} |\n"


def _marks(one: LabelledSet) -> dict[str, CriterionScores]:
    return score_variants(
        {
            name: Variant(
                entities=rows,
                round_trip=one.trips.get(name),
                confidence=[o.sure for row in rows for o in row],
                entropy=mean_entropy(one.soft(rows)),
            )
            for name, rows in one.offers.items()
        }
    )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the parallel sets are")
    parser.add_argument("--tagger", metavar="MODEL", help="a tagger for model transfer")
    parser.add_argument("--eflomal", action="store_true", help="align with eflomal, too; it is never the same twice")
    parser.add_argument("--labelled", type=Path, nargs="*", default=[], metavar="FOLDER", help="gold, and corpora")
    options = parser.parse_args()
    pairs = [side for one in load_sets(options.folder) for side in (one, one.turned())]
    if not pairs:
        sys.stderr.write(f"no set below {options.folder}: {NEEDED}\n")
        return 1
    sets = [parallel(one, tagger=options.tagger, eflomal=options.eflomal) for one in pairs]
    others = [labelled(folder) for folder in options.labelled]
    for group in (sets, others):
        for one in group:
            alike = [o for o in group if o is not one and tuple(o.offers) == tuple(one.offers)]
            scores = [{name: o.f1(rows) for name, rows in o.offers.items()} for o in alike]
            elsewhere = {name: float(np.mean([s[name] for s in scores])) for name in one.offers} if scores else {}
            sys.stdout.writelines(votes(one, elsewhere))
            sys.stdout.flush()
    sys.stdout.writelines(choices(sets))
    if len(others) > 1 and len({tuple(one.offers) for one in others}) == 1:
        sys.stdout.writelines(choices(others))
    return 0


if __name__ == "__main__":
    sys.exit(main())
