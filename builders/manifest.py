"""The account of a language: every sentence and entity, what was measured, and how it was all made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import datasets

from silverner.builders.build_request import BuildRequest
from silverner.builders.engines import plugins_of
from silverner.builders.methods.base import corpus_signature
from silverner.builders.models import models_of
from silverner.dataset_cards.measure import measure, samples
from silverner.projection.chain import DROP, Chain
from silverner.projection.languages import Language
from silverner.projection.metrics import evaluate_spans, intervals
from silverner.projection.spans import Span

_MEASURED = {"id", "tokens", "entities", "source_tokens"}
"""Columns of the rows that are measured or shown."""


def facts_of(order: BuildRequest, chain: Chain, data: datasets.DatasetDict) -> dict[str, Any]:
    """Account for a language.

    :param order: What was asked for.
    :param chain: Its chain, which has run.
    :param data: Its rows.
    :returns: What the manifest says of it, all but its files.
    """
    counts, gold = _counted(order, chain)
    features = next(iter(data.values())).features
    shown = [name for name in features if name in _MEASURED]
    rows = {split: _Rows(part.select_columns(shown)) for split, part in data.items()}
    return {
        "language": _facts_of(order.language),
        "source_language": _facts_of(order.source),
        "version": order.recipe.version,
        "signature": corpus_signature(chain),
        "silverner": version("silverner"),
        "limit": order.limit,
        "stages": chain.signatures,
        "counts": counts,
        "rows": measure(rows),
        "samples": samples(rows),
        "measured": None if gold is None else _measured(gold),
        "features": datasets.info.DatasetInfo(features=features)._to_yaml_dict()["features"],
        "models": [{**asdict(model), "pinned": model.pinned} for model in models_of(order.recipe, order.base)],
        "plugins": plugins_of(order.recipe),
        "recipe": _without_homes(order.recipe.model_dump(mode="json")),
        "given": _without_homes(order.recipe.model_dump(mode="json", exclude_defaults=True)),
    }


class _Rows:
    """The rows of a split, read again whenever they are gone through."""

    def __init__(self, data: datasets.Dataset) -> None:
        self._data = data

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Read them in batches."""
        for batch in self._data.with_format("arrow").iter(1000):
            yield from batch.to_pylist()


def _counted(order: BuildRequest, chain: Chain) -> tuple[dict[str, Any], list[_Compared] | None]:
    """Count what became of every sentence and entity, and set gold against projected entities where there is gold."""
    evidence = order.recipe.evidence
    measured = order.recipe.target is not None and order.recipe.target.gold
    builder = order.builder
    labels = f"{builder.labelled_text}.entities"
    columns = ["split", "projected.entities", "flags", labels, *builder.lost_columns]
    columns += ["markers.faults"] if "markers" in evidence else []
    columns += [f"{builder.labelled_text}.copies"] if order.recipe.labeller is not None else []
    columns += ["target.gold"] if measured else []
    dropped: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    entities = dict.fromkeys(order.recipe.labels, 0)
    gold: list[_Compared] = []
    kept = lost = source_entities = copies = 0
    for table in chain.tables(list(dict.fromkeys(columns))):
        for row in table.to_pylist():
            projected = row["projected.entities"] or []
            copies += row.get(f"{builder.labelled_text}.copies") or 0
            faults.update(row.get("markers.faults") or [])
            flagged.update(row["flags"] or [])
            if measured:
                found = _spans(row["target.gold"] or []), _spans(projected)
                gold.append(_Compared(row["split"], *found, live=row[DROP] is None))
            if row[DROP] is not None:
                dropped[row[DROP]] += 1
                continue
            kept += 1
            source_entities += len(row[labels])
            lost += sum(len(row[name]) for name in builder.lost_columns)
            for entity in projected:
                entities[entity["label"]] += 1
    counts: dict[str, Any] = {
        "input": kept + dropped.total(),
        "kept": kept,
        "dropped": dict(sorted(dropped.items())),
        "flags": {name: flagged[name] for name in sorted(order.recipe.filters)},  # of all sentences that got so far
        "entities": entities,
        "source_entities": source_entities,
        "lost_entities": lost,
    }
    if order.recipe.labeller is not None:
        counts["copies"] = copies  # entities the labeller found that were only words the translator had copied
    if "markers" in evidence:
        counts["marker_faults"] = dict(sorted(faults.items()))  # of all sentences, dropped ones included
    return counts, gold if measured else None


def _facts_of(language: Language) -> dict[str, str | bool]:
    """Say what a card needs to know of a language."""
    tag = language.bcp47 or language.code
    known = {"code": language.code, "name": language.name, "bcp47": tag, "script": language.script}
    return {**known, "spaced": language.spaced}


def _without_homes(value: Any) -> Any:
    """Shorten absolute paths to file names: whose machine a corpus was built on is nobody's business."""
    if isinstance(value, dict):
        return {key: _without_homes(item) for key, item in value.items()}
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


@dataclass(frozen=True, slots=True)
class _Compared:
    """A sentence with gold entities, and those projected."""

    split: str
    gold: list[Span]
    projected: list[Span]
    live: bool


def _measured(rows: Sequence[_Compared]) -> dict[str, Any]:
    """Score the projection against gold: of all splits, and of each."""
    splits = dict.fromkeys(row.split for row in rows)
    return {**_scores(rows), "splits": {s: _scores([row for row in rows if row.split == s]) for s in splits}}


def _scores(rows: Sequence[_Compared]) -> dict[str, Any]:
    """Score sentences: those that are kept, with how sure that is, and all, dropped ones included."""
    kept = [row for row in rows if row.live]
    sides = [row.gold for row in kept], [row.projected for row in kept]
    over_kept = evaluate_spans(*sides)
    over_all = evaluate_spans([row.gold for row in rows], [row.projected for row in rows]).overall
    interval = intervals(*sides)["f1"] if kept else None
    return {
        "f1": over_kept.overall.f1,
        "interval": None if interval is None else interval.facts(),
        "precision": over_kept.overall.precision,
        "recall": over_kept.overall.recall,
        "projection_ratio": over_kept.projection_ratio,
        "sentences": len(kept),
        "f1_all": over_all.f1,
        "sentences_all": len(rows),
    }


def _spans(entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    return [Span(e["start"], e["end"], e["label"]) for e in entities]
