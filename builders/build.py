"""Building a corpus: every language's chain, its dataset, its files, and an account of every sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import datasets
import datasets.exceptions

from builders import METHODS, SilverBuilder
from builders.base import corpus_signature
from builders.folder import CorpusFolder
from builders.models import models_of
from builders.order import Order
from builders.recipe import Recipe
from builders.runlog import LOG
from projection.chain import DROP, Chain, ShardStore, StageState
from projection.chain.runner import Progress
from projection.errors import SilvernerError
from projection.languages import Language
from projection.metrics import evaluate_spans
from projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How to build, as opposed to what: nothing here changes a number.

    :param out: Folder of the corpus.
    :param store: Where finished work lies.
    :param limit: Build from the first sentences of every language only (this does change numbers: it is a trial).
    :param workers: Processes.
    :param progress: Makes the progress callback of a language.
    """

    out: Path
    store: ShardStore
    limit: int | None = None
    workers: int = 1
    progress: Callable[[str], Progress] | None = None


def plan(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, list[StageState]]:
    """Say what a build would do, without doing it.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param work: How to build.
    :returns: For every language the state of every stage.
    :raises SilvernerError: when an input breaks a rule; a missing engine or file is a state, not an error.
    """
    CorpusFolder(work.out, name=recipe.name)
    orders = _orders(recipe, languages, work)
    return {code: _chain(order, work).plan() for code, order in orders.items()}


def build(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, Mapping[str, Any]]:
    """Build languages of a corpus into its folder, leaving its other languages as they are.

    :param recipe: The corpus.
    :param languages: Codes; all if left out.
    :param work: How to build.
    :returns: The facts of every language that was built.
    :raises SilvernerError: whatever input, engine or disk brings; languages finished before are published.
    """
    folder = CorpusFolder(work.out, name=recipe.name)
    orders = _orders(recipe, languages, work)
    chains = {code: _chain(order, work, artefacts=folder.artefacts) for code, order in orders.items()}
    for chain in chains.values():
        chain.check()  # an engine missing in the last language must not show after the first has taken a night
    built = {}
    for code, order in orders.items():
        chain = chains[code]
        LOG.info("%s: building %s %s", code, order.recipe.name, order.recipe.version)
        chain.run()
        builder = METHODS[order.recipe.method].of_chain(chain, order, cache=work.store.root / "datasets")
        _prepare(builder)
        data = builder.as_dataset()
        facts = _facts(order, chain, data)
        folder.write_language(code, data, facts, chain.artefact_files())
        folder.publish()
        counts = facts["counts"]
        LOG.info("%s: kept %d of %d, dropped %s", code, counts["kept"], counts["input"], counts["dropped"])
        built[code] = folder.languages[code]
    return built


def _prepare(builder: SilverBuilder) -> None:
    """Let the library write its Arrow files, and unwrap what went wrong in our own generator."""
    try:
        builder.download_and_prepare()
    except datasets.exceptions.DatasetGenerationError as error:
        cause = error.__cause__
        if isinstance(cause, SilvernerError | OSError):
            raise cause from error
        raise


def _orders(recipe: Recipe, languages: Sequence[str] | None, work: Work) -> dict[str, Order]:
    return {
        code: Order(
            recipe=plan, config=code, base=recipe.base, models=work.store.root.parent / "models", limit=work.limit
        )
        for code, plan in recipe.choose(languages).items()
    }


def _chain(order: Order, work: Work, *, artefacts: Path | None = None) -> Chain:
    progress = work.progress(order.language.name) if work.progress else None
    builder = METHODS[order.recipe.method]
    return builder.chain(order, work.store, artefacts=artefacts, workers=work.workers, progress=progress)


def _facts(order: Order, chain: Chain, data: datasets.DatasetDict) -> dict[str, Any]:
    """Account for every sentence and entity of a language."""
    evidence = order.recipe.evidence
    measured = order.recipe.target is not None and order.recipe.target.gold
    builder = METHODS[order.recipe.method]
    labels = f"{builder.labelled}.entities"
    columns = ["split", "projected.entities", "flags", labels, *builder.lost]
    columns += ["markers.faults"] if "markers" in evidence else []
    columns += [f"{builder.labelled}.copies"] if order.recipe.labeller is not None else []
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
            copies += row.get(f"{builder.labelled}.copies") or 0
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
            lost += sum(len(row[name]) for name in builder.lost)
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
    features = next(iter(data.values())).features
    return {
        "language": _facts_of(order.language),
        "source_language": _facts_of(order.source),
        "version": order.recipe.version,
        "signature": corpus_signature(chain),
        "limit": order.limit,
        "stages": chain.signatures,
        "counts": counts,
        "measured": _measured(gold) if measured else None,
        "features": datasets.info.DatasetInfo(features=features)._to_yaml_dict()["features"],
        "models": [{**asdict(model), "pinned": model.pinned} for model in models_of(order.recipe, order.base)],
        "recipe": _without_homes(order.recipe.model_dump(mode="json")),
    }


def _facts_of(language: Language) -> dict[str, str]:
    """Say what a card needs to know of a language."""
    tag = language.bcp47 or language.code
    return {"code": language.code, "name": language.name, "bcp47": tag, "script": language.script}


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


def _scores(rows: Sequence[_Compared]) -> dict[str, float | int]:
    """Score sentences: those that are kept, and all, dropped ones included."""
    kept = [row for row in rows if row.live]
    over_kept = evaluate_spans([row.gold for row in kept], [row.projected for row in kept]).overall
    over_all = evaluate_spans([row.gold for row in rows], [row.projected for row in rows]).overall
    return {
        "f1": over_kept.f1,
        "precision": over_kept.precision,
        "recall": over_kept.recall,
        "sentences": len(kept),
        "f1_all": over_all.f1,
        "sentences_all": len(rows),
    }


def _spans(entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    return [Span(e["start"], e["end"], e["label"]) for e in entities]
