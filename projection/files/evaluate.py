"""Evaluation from file to file: the labels of one against those of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeGuard

from silverner.projection.errors import DataError
from silverner.projection.files.confidences import read_confidences
from silverner.projection.files.reading import Reading, check_format, found_format
from silverner.projection.metrics.error_analysis import SentenceErrors, worst_sentences
from silverner.projection.metrics.report import Report, report_spans
from silverner.projection.readers import READERS, CorpusFiles, Sentence, read_corpus
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """The files to score, and what helps to understand the mistakes.

    :param gold: A labelled file.
    :param predicted: The same sentences with other labels.
    :param against: The same sentences with the labels of another prediction, to compare with.
    :param source: The source sentences: labelled columns, or tokens split on spaces.
    :param source_format: The format of the source; ``auto`` finds it from the file.
    :param alignment: Links from source to target tokens (Pharaoh).
    :param reading: How the labelled files are read.
    :param resamples: Resamples of intervals and comparison.
    :param seed: Seed of the resamples.
    :param errors: How many of the worst sentences to return.
    """

    gold: Path
    predicted: Path
    against: Path | None = None
    source: Path | None = None
    source_format: str = "auto"
    alignment: Path | None = None
    reading: Reading = field(default_factory=Reading)
    resamples: int = 1000
    seed: int = 0
    errors: int = 0


def evaluate_files(request: EvaluationRequest) -> tuple[Report, list[SentenceErrors]]:
    """Score the labels of one file against those of another.

    :param request: The files and options.
    :returns: The report, and the worst sentences.
    :raises DataError: naming the first sentence whose tokens differ.
    """
    check_format(request.source_format, "--source-format")
    gold = request.reading.labelled(request.gold)
    predicted = _predicted(request, gold, request.predicted)
    against = None if request.against is None else _predicted(request, gold, request.against)
    source = None if request.source is None else _read_source(request.source, request.source_format, request.reading)
    if source is not None and len(source) != len(gold):
        raise DataError(
            f"{request.gold} has {len(gold)} sentences, {request.source} has {len(source)}; they must be pairs"
        )
    report = report_spans(
        _spans(gold),
        predicted,
        _tokens(gold),
        source=_spans(source) if _labelled(source) else None,
        against=against,
        confidences=read_confidences(request.predicted, predicted),
        resamples=request.resamples,
        seed=request.seed,
    )
    return report, _worst(request, gold, predicted, source) if request.errors else []


def _worst(
    request: EvaluationRequest,
    gold: Sequence[Sentence],
    predicted: Sequence[Sequence[Span]],
    source: Sequence[Sentence] | None,
) -> list[SentenceErrors]:
    """Find the worst sentences, and what the source and the links say of them."""
    tokens, words = _tokens(gold), None if source is None else _tokens(source)
    links = None
    if request.alignment is not None and words is not None:
        from silverner.projection.alignment import PharaohFiles

        aligner = PharaohFiles([request.alignment])
        aligner.check()
        links = [pair.forward for pair in aligner.align(words, tokens)]
    labels = _spans(source) if _labelled(source) else None
    return worst_sentences(
        _spans(gold), predicted, tokens, most=request.errors, source_tokens=words, source=labels, links=links
    )


def _labelled(sentences: Sequence[Sentence] | None) -> TypeGuard[Sequence[Sentence]]:
    return sentences is not None and all(sentence.spans is not None for sentence in sentences)


def _tokens(sentences: Sequence[Sentence]) -> list[tuple[str, ...]]:
    return [s.tokens or () for s in sentences]


def _spans(sentences: Sequence[Sentence]) -> list[tuple[Span, ...]]:
    return [s.spans or () for s in sentences]


def _predicted(request: EvaluationRequest, gold: Sequence[Sentence], path: Path) -> list[tuple[Span, ...]]:
    """Read the entities that a prediction has in the sentences of the gold file."""
    sentences = request.reading.each_labelled(path)
    return [sentence.spans or () for sentence in same_sentences(request.gold, gold, path, sentences)]


def same_sentences(
    first: Path, gold: Sequence[Sentence], second: Path, predicted: Iterable[Sentence]
) -> Iterator[Sentence]:
    """Pass on the sentences of a prediction, and refuse them where they are not the very same as those of gold.

    :param first: The file of the gold labels.
    :param gold: Its sentences.
    :param second: The file of the predicted labels.
    :param predicted: Its sentences.
    :returns: The predicted sentences.
    :raises DataError: naming the first sentence whose tokens differ.
    """
    count = 0
    for count, p in enumerate(predicted, start=1):
        if count <= len(gold) and p.tokens != gold[count - 1].tokens:
            heads = [f"{s.where} begins {' '.join((s.tokens or ())[:8])!r}" for s in (gold[count - 1], p)]
            raise DataError(f"sentence {count} has other tokens: {'; '.join(heads)}; score the very same sentences")
        yield p
    if len(gold) != count:
        raise DataError(f"{first} has {len(gold)} sentences, {second} has {count}")


def _read_source(path: Path, source_format: str, reading: Reading) -> list[Sentence]:
    """Read source sentences with their labels, or without any from a format that has none."""
    source_format = found_format(path, source_format)
    if READERS[source_format].has_labels:
        return replace(reading, format=source_format).labelled(path)
    return list(read_corpus(CorpusFiles(format=source_format, files={path.stem: str(path)}), tagged=False))
