"""The corpus of a student: rows to learn from, rows that are held out, and gold."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from silverner.dataset_cards.columns import column_fault
from silverner.dataset_cards.corrections import HUMAN_ENTITIES
from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.files.reading import Reading
from silverner.projection.filters import FILTERS
from silverner.projection.readers import Sentence
from silverner.projection.readers.hub import open_dataset
from silverner.projection.spans import Span, TagError, spans_from_tags, tag_names, tags_from_spans
from silverner.projection.tags.label_advice import check_labels
from silverner.students.targets import Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sentence of a projected corpus.

    :param id: Its name.
    :param tokens: Its words.
    :param spans: Its projected entities.
    :param score: Confidence of the projection of the sentence, from 0 to 1.
    :param confidences: Confidence of every entity, from 0 to 1.
    :param teacher_probabilities: Those the corpus publishes, shape (tokens, tags); ``None`` without.
    :param source_tokens: Words of the source sentence; empty where the corpus has none.
    :param source_spans: Entities of the source sentence.
    :param lost_spans: Those of them that no projected entity comes from.
    :param links: Alignment, as a Pharaoh line.
    :param untranslated_tokens: Source words that the translator only copied.
    """

    id: str
    tokens: tuple[str, ...]
    spans: tuple[Span, ...]
    score: float = 1.0
    confidences: tuple[float, ...] = ()
    teacher_probabilities: Reals | None = None
    source_tokens: tuple[str, ...] = ()
    source_spans: tuple[Span, ...] = ()
    lost_spans: tuple[Span, ...] = ()
    links: str = ""
    untranslated_tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilverCorpus:
    """What a student learns from: the rows of one split of one language, and labelled text of a source language.

    :param name: What the corpus is called.
    :param labels: Its labels.
    :param rows: The rows a student may see.
    :param source_rows: Sentences of the source language, labelled by people, that it learns beside the rows.
    :param plain_rows: Sentences without labels that its strategy learns beside the rows.
    :param left_out: Reason and number of the rows it may not see.
    :param overlap: The ids of sentences that are in the gold too; whether these were left out or not.
    """

    name: str
    labels: tuple[str, ...]
    rows: Sequence[Row]
    source_rows: Sequence[Row] = ()
    plain_rows: Sequence[Row] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    overlap: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """Name what the rows hold: 16 hexadecimal digits."""
        digest = hashlib.sha256(json.dumps(self.labels).encode())
        for row in (*self.rows, *self.source_rows, *self.plain_rows):
            spans = [(s.start, s.end, s.label) for s in row.spans]
            source_spans = [(s.start, s.end, s.label) for s in row.source_spans]
            source = [row.source_tokens, source_spans, row.links, row.untranslated_tokens]
            digest.update(json.dumps([row.id, row.tokens, spans, row.score, row.confidences, source]).encode())
            digest.update(json.dumps([(s.start, s.end) for s in row.lost_spans]).encode())
            if row.teacher_probabilities is not None:
                digest.update(np.ascontiguousarray(row.teacher_probabilities).tobytes())
        return digest.hexdigest()[:16]

    def tag_numbers(self, row: Row) -> Any:
        """Return the tags of a row as numbers, in the order of :func:`~silverner.projection.spans.tag_names`."""
        number = {tag: k for k, tag in enumerate(tag_names(self.labels))}
        return np.array([number[tag] for tag in tags_from_spans(row.spans, len(row.tokens))], dtype=np.int64)


def load_corpus(
    data: str,
    language: str,
    *,
    split: str = "train",
    without_flags: Sequence[str] = (),
    reading: Reading | None = None,
) -> SilverCorpus:
    """Load what a student learns from.

    :param data: Folder or Hub id of a corpus, or a labelled file (CoNLL or UNER columns).
    :param language: Its configuration.
    :param split: Its split.
    :param without_flags: Flags a row must not have.
    :param reading: How the corpus is read, if it is a labelled file.
    :returns: The corpus.
    :raises SilvernerError: when it cannot be read, or an id names several rows.
    """
    path = Path(data)
    corpus = (
        _read_file(path, reading or Reading())
        if path.is_file()
        else _read_dataset(data, language, split, without_flags)
    )
    if repeated := [name for name, number in Counter(row.id for row in corpus.rows).items() if number > 1]:
        raise DataError(f"{data} ({language}, {split}): the id {repeated[0]!r} names several rows; make ids unique")
    return corpus


def sample_rows(corpus: SilverCorpus, limit: int | None) -> SilverCorpus:
    """Take a fair sample of the rows that is always the same: those whose names have the smallest hashes.

    :param corpus: The corpus; one without rows is sampled from its source rows.
    :param limit: Take no more rows than this; all if left out.
    :returns: The sample, and how many were left out for it.
    :raises DataError: when no row is left to learn from.
    """
    rows, left_out = corpus.rows or corpus.source_rows, dict(corpus.left_out)
    if not rows:
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(left_out.items()) if number)
        raise DataError(f"{corpus.name}: no row is left to learn from: {reasons or 'it is empty'}")
    if limit is None or len(rows) <= limit:
        return corpus
    chosen = {row.id for row in sorted(rows, key=lambda row: (_hash(row.id), row.id))[:limit]}
    sample = [row for row in rows if row.id in chosen]
    left_out["limit"] = len(rows) - limit
    if corpus.rows:
        return replace(corpus, rows=sample, left_out=left_out)
    return replace(corpus, source_rows=sample, left_out=left_out)


def _hash(name: str) -> str:
    """Hash the name of a row: names sorted by it are in an order as good as random, and always the same."""
    return hashlib.sha256(name.encode()).hexdigest()


def read_source(path: Path, labels: Sequence[str], reading: Reading) -> list[Row]:
    """Read labelled text of the source language; every sentence gets an id of its own.

    :param path: A labelled file; invalid tag sequences are repaired.
    :param labels: The labels of the corpus.
    :param reading: How the file is read.
    :returns: The sentences that have words.
    :raises DataError: when the file holds a label that is neither in the corpus nor in the label map.
    """
    rows = [row for row in read_gold(path, labels, reading) if row.tokens]
    return [replace(row, id=f"source {number}: {row.id}") for number, row in enumerate(rows, start=1)]


def hold_out(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """Hold rows out, by the hash of their names.

    :param rows: All rows.
    :param share: How many of them, from 0 to 1; at least one is held out.
    :returns: Those to learn from, and those held out.
    :raises DataError: when there are fewer than two.
    """
    if len(rows) < 2:
        raise DataError("one row cannot be both learnt from and held out to stop by; give more text")
    number = min(max(round(share * len(rows)), 1), len(rows) - 1)
    held_out = {row.id for row in sorted(rows, key=lambda row: (_hash("held-out " + row.id), row.id))[:number]}
    return [row for row in rows if row.id not in held_out], [row for row in rows if row.id in held_out]


def read_gold(path: Path, labels: Sequence[str], reading: Reading) -> list[Row]:
    """Read sentences labelled by people.

    :param path: A labelled file; invalid tag sequences are repaired.
    :param labels: The labels of the corpus.
    :param reading: How the file is read.
    :returns: The sentences.
    :raises DataError: when the file holds a label that is neither in the corpus nor in the label map.
    """
    sentences = replace(reading, repair=True).labelled(path)
    check_labels(((sentence.where, sentence.spans or ()) for sentence in sentences), labels)
    return [_row(sentence, sentence.spans or ()) for sentence in sentences]


def _row(sentence: Sentence, spans: Sequence[Span]) -> Row:
    return Row(id=sentence.id, tokens=sentence.tokens or (), spans=tuple(spans), confidences=(1.0,) * len(spans))


def _read_file(path: Path, reading: Reading) -> SilverCorpus:
    """Read a labelled file."""
    sentences = reading.labelled(path)
    labels = sorted({span.label for sentence in sentences for span in sentence.spans or ()})
    if not labels:
        raise DataError(f"{path}: no entity in {len(sentences)} sentences; there is nothing to learn")
    rows = [_row(sentence, sentence.spans or ()) for sentence in sentences if sentence.tokens]
    return SilverCorpus(name=path.name, labels=tuple(labels), rows=rows, left_out={"empty": len(sentences) - len(rows)})


def _read_dataset(data: str, language: str, split: str, without_flags: Sequence[str]) -> SilverCorpus:
    """Load a published corpus."""
    table: Any = open_dataset(data, config=language, revision=None, split=split)
    feature = table.features.get("ner_tags")
    names = getattr(getattr(feature, "feature", None), "names", None)
    if "tokens" not in table.features or not names:
        raise DataError(
            f"{data} ({language}, {split}) has the columns {', '.join(table.features)}; a corpus has tokens, and "
            "ner_tags as class labels: silverner build --help"
        )
    if (why := column_fault(table.data.table)) is not None:
        raise DataError(f"{data} ({language}, {split}): {why}; check the corpus: silverner check")
    labels = tuple(dict.fromkeys(name.partition("-")[2] for name in names if name != "O"))
    if list(names) != tag_names(labels):
        raise DataError(f"{data}: the tags {', '.join(names)} are not in the order {', '.join(tag_names(labels))}")
    left_out: Counter[str] = Counter()
    rows = []
    _check_flags(data, table, without_flags)
    for number, record in enumerate(table):
        reason = next((flag for flag in without_flags if flag in record["flags"]), None) if without_flags else None
        if reason or not record["tokens"]:
            left_out[reason or "empty"] += 1
            continue
        rows.append(_published_row(record, names, f"{data}, {split} row {number}"))
    return SilverCorpus(name=f"{Path(data).name}/{language}", labels=labels, rows=rows, left_out=left_out)


def _check_flags(data: str, table: Any, flags: Sequence[str]) -> None:
    """Refuse flags that no row could have."""
    for flag in flags:
        if flag not in FILTERS:
            raise UsageError(f"--without {flag}: no filter sets such a flag; {nearest(flag, FILTERS)}")
    if flags and "flags" not in table.features:
        raise UsageError(f"{data} has no column 'flags', so --without {flags[0]} can leave nothing out")


def _published_row(record: Mapping[str, Any], names: Sequence[str], where: str) -> Row:
    """Make a row of a published record. What people labelled is as certain as gold, and nothing in it is lost."""
    spans = _spans(record["ner_tags"], names, where)
    is_by_program = record.get(HUMAN_ENTITIES) is None
    entities = record.get("entities") if is_by_program else None
    confidences = {(e["start"], e["end"]): _confidence(e) for e in entities or ()}
    probabilities = record.get("distribution")
    source_spans = _spans(record.get("source_ner_tags") or (), names, where)
    return Row(
        id=str(record.get("id", where)),
        tokens=tuple(record["tokens"]),
        spans=spans,
        score=min(float(record.get("score", 1.0)), 1.0) if is_by_program else 1.0,
        confidences=tuple(confidences.get((s.start, s.end), 1.0) for s in spans),
        teacher_probabilities=None if probabilities is None else np.array(probabilities, dtype=np.float32),
        source_tokens=tuple(record.get("source_tokens") or ()),
        source_spans=source_spans,
        lost_spans=_lost_spans(source_spans, entities),
        links=record.get("alignment") or "",
        untranslated_tokens=tuple(record.get("source_unknown") or ()),
    )


def _lost_spans(source_spans: Sequence[Span], entities: Sequence[Mapping[str, Any]] | None) -> tuple[Span, ...]:
    """Find the source entities that no entity comes from; none where entities do not say where they come from."""
    if entities is None or any("source_start" not in entity for entity in entities):
        return ()
    carried = {(entity["source_start"], entity["source_end"]) for entity in entities}
    return tuple(span for span in source_spans if (span.start, span.end) not in carried)


def _confidence(entity: Mapping[str, Any]) -> float:
    """Return the confidence that an entity stands where it was projected, times that of a model which labelled it."""
    projection = entity.get("confidence", entity["score"])
    return min(float(projection), 1.0) * float(entity.get("label_confidence", 1.0))


def _spans(tags: Sequence[int], names: Sequence[str], where: str) -> tuple[Span, ...]:
    if not all(0 <= k < len(names) for k in tags):
        raise DataError(f"{where}: a tag number outside 0 to {len(names) - 1}: {list(tags)!r:.80}")
    try:
        return tuple(spans_from_tags([names[k] for k in tags]))
    except TagError as error:
        raise DataError(f"{where}, token {error.position + 1}: {error}") from error
