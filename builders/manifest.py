"""The facts of one language: what became of every sentence and entity, what was measured, and how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc

from silverner.builders.build_request import BuildRequest
from silverner.builders.engines import plugins_of
from silverner.builders.gold_scores import GoldTally
from silverner.builders.methods.base import SilverBuilder, corpus_signature, corrected_signature
from silverner.builders.methods.table import METHODS
from silverner.builders.models import models_of
from silverner.builders.prepared_rows import PreparedSplit
from silverner.builders.recipe.schema import LanguageRecipe
from silverner.dataset_cards import facts
from silverner.dataset_cards.corrections import HUMAN_ENTITIES, correction_facts
from silverner.dataset_cards.measure import measure, raw_row, samples
from silverner.projection.chain import DROP, Chain
from silverner.projection.neural.settings import ModelSettings
from silverner.projection.spans import Span

_MEASURED_COLUMNS = {"id", "tokens", "entities", "source_tokens", HUMAN_ENTITIES}
"""Columns of the rows that are measured or shown."""


def facts_of(request: BuildRequest, chain: Chain, data: Mapping[str, PreparedSplit]) -> facts.ChainFacts:
    """Collect the facts of one language.

    :param request: What was to be built.
    :param chain: Its chain, which has run.
    :param data: Its rows.
    :returns: All its facts except its files.
    """
    recipe = request.recipe
    counts, compared = _count(request, chain)
    chain.progress("measure", 0, 0)
    features = next(iter(data.values())).info.features
    columns = [name for name in features if name in _MEASURED_COLUMNS]
    rows = {split: _Rows(part, columns) for split, part in data.items()}
    models = models_of(recipe, request.base, allow_commands=request.allow_commands)
    signature, corrections = corpus_signature(chain), request.corrections
    shown = samples(rows)
    return facts.ChainFacts(
        language=facts.Language.of(request.language),
        source_language=facts.Language.of(request.source),
        version=recipe.version,
        signature=corrected_signature(signature, corrections),
        silverner=version("silverner"),
        limit=request.limit,
        stages=dict(chain.signatures),
        counts=counts,
        rows=measure(rows),
        samples=shown,
        example=raw_row(data[shown[0].split].row(shown[0].id)) if shown else None,
        measured=None if compared is None else compared.facts(),
        features=datasets.info.DatasetInfo(features=features)._to_yaml_dict()["features"],
        models=[facts.ModelFacts(**asdict(model), pinned=model.pinned) for model in models],
        plugins=plugins_of(recipe),
        halved_batches=chain.model_counts.halved_batches() or None,
        rejected_answers=chain.model_counts.rejected_answers() or None,
        method=method_facts(recipe),
        recipe=_without_folders(_with_decisions(recipe, request.base)),
        recipe_without_defaults=recipe_without_defaults(recipe),
        corrections=None if corrections is None else correction_facts(rows, corrections, uncorrected=signature),
    )


def method_facts(recipe: LanguageRecipe) -> facts.MethodFacts:
    """Describe how the labels of a language came to be.

    :param recipe: The recipe of the language.
    :returns: What the card says of the method.
    """
    method = METHODS[recipe.method]
    sentence = method.card
    if "source.files" in method.needs and recipe.labeller is not None:
        sentence = "A model labelled the {source} text. " + sentence
    return facts.MethodFacts(
        name=recipe.method,
        sentence=sentence,
        translates_text=method.translates_into_target,
        projects="source" in method.evidence,
    )


def recipe_without_defaults(recipe: LanguageRecipe) -> dict[str, Any]:
    """Return the keys of a recipe that differ from the default, as a manifest stores them.

    :param recipe: The recipe of a language.
    :returns: Plain values, without folders of this machine.
    """
    keys: dict[str, Any] = _without_folders(recipe.model_dump(mode="json", exclude_defaults=True))
    return keys


class _Rows:
    """The rows of a split; every iteration reads them again."""

    def __init__(self, split: PreparedSplit, columns: Sequence[str]) -> None:
        self._split, self._columns = split, columns

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Read the rows."""
        return self._split.rows(self._columns)


@dataclass(slots=True)
class _Tally:
    """Numbers that grow with every sentence."""

    entities: Counter[str]
    kept_sentences: int = 0
    source_entities: int = 0
    lost_entities: int = 0
    copies: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    marker_faults: Counter[str] = field(default_factory=Counter)

    def add(self, table: pa.Table, builder: type[SilverBuilder]) -> None:
        """Count the sentences of a shard."""
        labelled = builder.labelled_text
        columns = {name: table[name].combine_chunks() for name in table.column_names}
        if f"{labelled}.copies" in columns:
            self.copies += pc.sum(columns[f"{labelled}.copies"]).as_py() or 0
        if "markers.faults" in columns:
            self.marker_faults.update(_numbers_of(pc.list_flatten(columns["markers.faults"])))
        self.flags.update(_numbers_of(pc.list_flatten(columns["flags"])))
        self.dropped.update(_numbers_of(columns[DROP].drop_null()))
        kept = table.filter(pc.is_null(table[DROP]))
        self.kept_sentences += kept.num_rows
        self.source_entities += _items(kept[f"{labelled}.entities"])
        self.lost_entities += sum(_items(kept[name]) for name in builder.lost_columns)
        entities = pc.list_flatten(kept["projected.entities"].combine_chunks())
        self.entities.update(_numbers_of(entities.field("label")))


def _numbers_of(names: pa.Array) -> dict[str, int]:
    """Count how often each name occurs."""
    return {row["values"]: row["counts"] for row in pc.value_counts(names).to_pylist()}


def _items(lists: pa.ChunkedArray) -> int:
    """Count the items of all lists."""
    return pc.sum(pc.list_value_length(lists)).as_py() or 0


def _count(request: BuildRequest, chain: Chain) -> tuple[facts.Counts, GoldTally | None]:
    """Count every sentence and entity, and pair gold with projected entities where there is gold."""
    recipe, builder = request.recipe, request.builder
    has_gold = recipe.target is not None and recipe.target.gold
    has_markers = "markers" in recipe.evidence
    columns = ["split", "projected.entities", "flags", f"{builder.labelled_text}.entities", *builder.lost_columns]
    columns += ["markers.faults"] if has_markers else []
    columns += [f"{builder.labelled_text}.copies"] if recipe.labeller is not None else []
    columns += ["target.gold"] if has_gold else []
    tally = _Tally(Counter(dict.fromkeys(recipe.labels, 0)))
    compared = GoldTally() if has_gold else None
    for table in chain.tables(list(dict.fromkeys(columns)), step="count"):
        tally.add(table, builder)
        if compared is not None:
            for row in table.select(["split", "target.gold", "projected.entities", DROP]).to_pylist():
                sides = _spans(row["target.gold"] or []), _spans(row["projected.entities"] or [])
                compared.add(row["split"], *sides, in_corpus=row[DROP] is None)
    counts = facts.Counts(
        input=tally.kept_sentences + tally.dropped.total(),
        kept=tally.kept_sentences,
        dropped=dict(sorted(tally.dropped.items())),
        flags={name: tally.flags[name] for name in sorted(recipe.filters)},
        entities=dict(tally.entities),
        source_entities=tally.source_entities,
        lost_entities=tally.lost_entities,
        copies=tally.copies if recipe.labeller is not None else None,
        marker_faults=dict(sorted(tally.marker_faults.items())) if has_markers else None,
    )
    return counts, compared


def _with_decisions(recipe: LanguageRecipe, base: Path) -> dict[str, Any]:
    """Return the keys of a recipe, with the precisions that the machine decided."""
    keys: dict[str, Any] = recipe.model_dump(mode="json")
    for name, section in recipe.engines:
        written = keys.get(name)
        if isinstance(section, ModelSettings) and isinstance(written, dict) and written.get("precision") == "auto":
            written["precision"] = section.checkpoint(base).decided_precision()
    return keys


def _without_folders(value: Any) -> Any:
    """Shorten absolute paths to file names: a public recipe must not tell the folders of the machine that built it."""
    if isinstance(value, dict):
        return {key: _without_folders(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_folders(item) for item in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value


def _spans(entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    return [Span(e["start"], e["end"], e["label"]) for e in entities]
