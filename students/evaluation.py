"""Measuring a student on gold, and keeping what it said, so that it can be compared later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import evaluate

from silverner.projection.chain.store import write_text
from silverner.projection.labelling import Tagger
from silverner.projection.metrics import MODULE
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.spans import Span, tags_from_spans
from silverner.students.corpus import Row
from silverner.students.training_config import TrainingConfig


def tagger(config: TrainingConfig, folder: Path, labels: Sequence[str]) -> Tagger:
    """Make a tagger of a student that is written already.

    :param config: What was trained.
    :param folder: Its folder.
    :param labels: The labels of the corpus.
    :returns: The tagger.
    """
    return Tagger(Checkpoint(name=str(folder), device=config.device), labels=labels, label_map=config.renamed)


def measure(student: Tagger, gold: Sequence[Row], predictions: Path) -> dict[str, Any]:
    """Score a student, and write what it says of every word.

    :param student: The student.
    :param gold: Sentences labelled by people.
    :param predictions: CoNLL file to write: token, tab, tag.
    :returns: Strict scores in percent, and counts.
    :raises OutputError: when the file cannot be written.
    """
    found = [[Span(s.start, s.end, s.label) for s in done.spans] for done in student.label([r.tokens for r in gold])]
    write_text(predictions, _columns([row.tokens for row in gold], found))
    lengths = [len(row.tokens) for row in gold]
    said, true = ([*map(tags_from_spans, side, lengths)] for side in (found, [row.spans for row in gold]))
    # The numbers of our evaluate module, which anybody can ask for again.
    facts = evaluate.load(str(MODULE)).compute(predictions=said, references=true)
    shares = {name: 100 * facts[f"strict_{name}"] for name in ("precision", "recall", "f1")}
    counts = {name: facts[name] for name in ("correct", "predicted", "gold")}
    known = sorted({span.label for row in gold for span in row.spans})
    labels = {label: 100 * facts[f"strict_{label}_f1"] for label in known}
    interval = {side: 100 * facts[f"strict_f1_{side}"] for side in ("low", "high")}
    return {**shares, **counts, "labels": labels, "interval": interval, "sentences": len(gold)}


def read_predictions(path: Path) -> list[tuple[Span, ...]]:
    """Read what :func:`measure` wrote.

    :param path: The file.
    :returns: The entities of every sentence.
    """
    corpus = CorpusFiles(format="conll", files={path.stem: str(path)}, scheme="iob2")
    return [sentence.spans or () for sentence in read_corpus(corpus, tagged=True)]


def _columns(sentences: Sequence[Sequence[str]], found: Sequence[Sequence[Span]]) -> str:
    lines = []
    for tokens, spans in zip(sentences, found, strict=True):
        lines += [f"{token}\t{tag}\n" for token, tag in zip(tokens, tags_from_spans(spans, len(tokens)), strict=True)]
        lines.append("\n")
    return "".join(lines)
