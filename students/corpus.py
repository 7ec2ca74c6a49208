"""What a student learns from: the rows of a projected corpus, and the sentences it is held back from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from silverner.projection.errors import DataError, UsageError, nearest
from silverner.projection.filters import FILTERS
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.readers.hub import open_dataset
from silverner.projection.spans import Span, TagError, spans_from_tags, tag_names, tags_from_spans
from silverner.students.targets import Reals

LabelMap = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sentence of a projected corpus.

    :param id: Its name.
    :param tokens: Its words.
    :param spans: Its projected entities.
    :param score: How sure the projection of the sentence is, from 0 to 1.
    :param sure: How sure every entity is, from 0 to 1.
    :param soft: A teacher's probabilities as the corpus has them, shape (tokens, tags); ``None`` without.
    :param source: Words of the source sentence; empty where the corpus has none.
    :param entities: Entities of the source sentence.
    :param links: Alignment, as a Pharaoh line.
    :param unknown: Source words that the translator only copied.
    """

    id: str
    tokens: tuple[str, ...]
    spans: tuple[Span, ...]
    score: float = 1.0
    sure: tuple[float, ...] = ()
    soft: Reals | None = None
    source: tuple[str, ...] = ()
    entities: tuple[Span, ...] = ()
    links: str = ""
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilverCorpus:
    """The rows of one split of one language.

    :param name: What the corpus is called.
    :param labels: Its labels.
    :param rows: The rows a student may see.
    :param left: Reason and number of those it may not.
    """

    name: str
    labels: tuple[str, ...]
    rows: Sequence[Row]
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """Name what the rows hold: 16 hexadecimal digits."""
        digest = hashlib.sha256(json.dumps(self.labels).encode())
        for row in self.rows:
            spans = [(s.start, s.end, s.label) for s in row.spans]
            source = [row.source, [(s.start, s.end, s.label) for s in row.entities], row.links, row.unknown]
            digest.update(json.dumps([row.id, row.tokens, spans, row.score, row.sure, source]).encode())
            if row.soft is not None:
                digest.update(np.ascontiguousarray(row.soft).tobytes())
        return digest.hexdigest()[:16]

    def numbers(self, row: Row) -> Any:
        """Return the tags of a row as numbers, in the order of :func:`~silverner.projection.spans.tag_names`."""
        number = {tag: k for k, tag in enumerate(tag_names(self.labels))}
        return np.array([number[tag] for tag in tags_from_spans(row.spans, len(row.tokens))], dtype=np.int64)


def load_corpus(
    data: str, language: str, *, split: str = "train", without: Sequence[str] = (), limit: int | None = None
) -> SilverCorpus:
    """Load what a student learns from.

    :param data: Folder or Hub id of a corpus, or a labelled file (CoNLL or UNER columns).
    :param language: Its configuration.
    :param split: Its split.
    :param without: Flags a row must not have.
    :param limit: Take no more rows than this: those whose names have the smallest hashes, so a fair sample that is
        always the same.
    :returns: The corpus.
    :raises SilvernerError: when it cannot be read, or no row is left.
    """
    path = Path(data)
    corpus = _of_file(path) if path.is_file() else _of_dataset(data, language, split, without)
    rows, left = list(corpus.rows), Counter(corpus.left)
    if limit is not None and len(rows) > limit:
        chosen = {row.id for row in sorted(rows, key=lambda row: (shuffled(row.id), row.id))[:limit]}
        left["limit"] = len(rows) - limit
        rows = [row for row in rows if row.id in chosen]
    if twice := [name for name, number in Counter(row.id for row in rows).items() if number > 1]:
        raise DataError(f"{data} ({language}, {split}): the id {twice[0]!r} names several rows; make ids unique")
    if not rows:
        why = ", ".join(f"{number} {reason}" for reason, number in left.items()) or "it is empty"
        raise DataError(f"{data} ({language}, {split}): no row is left to learn from: {why}")
    return SilverCorpus(name=corpus.name, labels=corpus.labels, rows=rows, left=dict(sorted(left.items())))


def shuffled(name: str) -> str:
    """Return what to sort names by, so that their order is as good as random and always the same."""
    return hashlib.sha256(name.encode()).hexdigest()


def hold_out(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """Hold rows back, by the hash of their names.

    :param rows: All rows.
    :param share: How many of them, from 0 to 1; at least one is held back.
    :returns: Those to learn from, and those held back.
    :raises DataError: when there are fewer than two.
    """
    if len(rows) < 2:
        raise DataError("one row cannot be both learnt from and held back to stop by; give more text")
    number = min(max(round(share * len(rows)), 1), len(rows) - 1)
    held = {row.id for row in sorted(rows, key=lambda row: (shuffled("held-out " + row.id), row.id))[:number]}
    return [row for row in rows if row.id not in held], [row for row in rows if row.id in held]


def read_gold(path: Path, labels: Sequence[str], renamed: LabelMap) -> list[Row]:
    """Read sentences labelled by people.

    :param path: CoNLL or UNER columns.
    :param labels: The labels of the corpus.
    :param renamed: Other names for labels of the file; ``None`` or ``O`` drops one.
    :returns: The sentences.
    :raises DataError: when the file holds a label that is in neither.
    """
    rows = []
    for sentence in read_corpus(CorpusFiles(files={path.stem: str(path)}, repair=True), tagged=True):
        spans = []
        for span in sentence.spans or ():
            new = renamed.get(span.label, span.label)
            if new not in (None, "O", *labels):
                raise DataError(
                    f"{sentence.where}: the label {span.label!r} is none of the corpus; {nearest(span.label, labels)}; "
                    f"drop it with --map {span.label}=O"
                )
            if new not in (None, "O"):
                spans.append(Span(span.start, span.end, str(new)))
        rows.append(_row(sentence, spans))
    return rows


def _row(sentence: Sentence, spans: Sequence[Span]) -> Row:
    return Row(id=sentence.id, tokens=sentence.tokens or (), spans=tuple(spans), sure=(1.0,) * len(spans))


def _of_file(path: Path) -> SilverCorpus:
    """Read a labelled file."""
    sentences = list(read_corpus(CorpusFiles(files={path.stem: str(path)}), tagged=True))
    labels = sorted({span.label for sentence in sentences for span in sentence.spans or ()})
    if not labels:
        raise DataError(f"{path}: no entity in {len(sentences)} sentences; there is nothing to learn")
    rows = [_row(sentence, sentence.spans or ()) for sentence in sentences if sentence.tokens]
    return SilverCorpus(name=path.name, labels=tuple(labels), rows=rows, left={"empty": len(sentences) - len(rows)})


def _of_dataset(data: str, language: str, split: str, without: Sequence[str]) -> SilverCorpus:
    """Load a published corpus."""
    table: Any = open_dataset(data, config=language, revision=None, split=split)
    feature = table.features.get("ner_tags")
    names = getattr(getattr(feature, "feature", None), "names", None)
    if "tokens" not in table.features or not names:
        raise DataError(
            f"{data} ({language}, {split}) has the columns {', '.join(table.features)}; a corpus has tokens, and "
            "ner_tags as class labels: silverner build --help"
        )
    labels = tuple(dict.fromkeys(name.partition("-")[2] for name in names if name != "O"))
    if list(names) != tag_names(labels):
        raise DataError(f"{data}: the tags {', '.join(names)} are not in the order {', '.join(tag_names(labels))}")
    left: Counter[str] = Counter()
    rows = []
    _check_flags(data, table, without)
    for number, given in enumerate(table):
        reason = next((flag for flag in without if flag in given["flags"]), None) if without else None
        if reason or not given["tokens"]:
            left[reason or "empty"] += 1
            continue
        rows.append(_published(given, names, f"{data}, {split} row {number}"))
    return SilverCorpus(name=f"{Path(data).name}/{language}", labels=labels, rows=rows, left=left)


def _check_flags(data: str, table: Any, without: Sequence[str]) -> None:
    """Refuse flags that no row could have."""
    for flag in without:
        if flag not in FILTERS:
            raise UsageError(f"--without {flag}: no filter sets such a flag; {nearest(flag, FILTERS)}")
    if without and "flags" not in table.features:
        raise UsageError(f"{data} has no column 'flags', so --without {without[0]} can leave nothing out")


def _published(given: Mapping[str, Any], names: Sequence[str], where: str) -> Row:
    """Turn a published row into ours."""
    spans = _spans(given["ner_tags"], names, where)
    sure = {(e["start"], e["end"]): _sure(e) for e in given.get("entities") or ()}
    soft = given.get("distribution")
    return Row(
        id=str(given.get("id", where)),
        tokens=tuple(given["tokens"]),
        spans=spans,
        score=min(float(given.get("score", 1.0)), 1.0),
        sure=tuple(sure.get((s.start, s.end), 1.0) for s in spans),
        soft=None if soft is None else np.array(soft, dtype=np.float32),
        source=tuple(given.get("source_tokens") or ()),
        entities=_spans(given.get("source_ner_tags") or (), names, where),
        links=given.get("alignment") or "",
        unknown=tuple(given.get("source_unknown") or ()),
    )


def _sure(entity: Mapping[str, Any]) -> float:
    """Say how sure a published entity is: that its place is right, and where a model found it, that it is one."""
    place = entity.get("confidence", entity["score"])
    return min(float(place), 1.0) * float(entity.get("label_confidence", 1.0))


def _spans(tags: Sequence[int], names: Sequence[str], where: str) -> tuple[Span, ...]:
    try:
        return tuple(spans_from_tags([names[k] for k in tags]))
    except TagError as error:
        raise DataError(f"{where}, token {error.position + 1}: {error}") from error
