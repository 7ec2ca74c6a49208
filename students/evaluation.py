"""Evaluation: measures a student on gold, and writes its predictions, so that students can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import write_text
from silverner.projection.files.columns import columns_text
from silverner.projection.labelling import Tagger
from silverner.projection.metrics import MODULE
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.spans import Span, tags_from_spans
from silverner.students.corpus import Row
from silverner.students.training_config import TrainingConfig


def load_tagger(config: TrainingConfig, folder: Path, labels: Sequence[str]) -> Tagger:
    """Load a student that is trained, as a tagger.

    :param config: What was trained.
    :param folder: Its folder.
    :param labels: The labels of the corpus.
    :returns: The tagger.
    """
    return Tagger(Checkpoint(name=str(folder), device=config.device), labels=labels, label_map=config.label_map)


def measure(student: Tagger, gold: Sequence[Row], predictions: Path) -> dict[str, Any]:
    """Score a student, and write its tag of every word.

    :param student: The student.
    :param gold: Sentences labelled by people.
    :param predictions: CoNLL file to write: token, tab, tag.
    :returns: Strict scores in percent, and counts.
    :raises OutputError: when the file cannot be written.
    """
    import evaluate  # takes seconds, and is needed only where there is gold

    labelled = student.label([row.tokens for row in gold])
    predicted = [[Span(s.start, s.end, s.label) for s in sentence.spans] for sentence in labelled]
    lengths = [len(row.tokens) for row in gold]
    predicted_tags, gold_tags = (
        [*map(tags_from_spans, side, lengths)] for side in (predicted, [row.spans for row in gold])
    )
    write_text(predictions, columns_text([row.tokens for row in gold], predicted_tags))
    # The numbers of our evaluate module, so that anybody can compute them again.
    facts = evaluate.load(str(MODULE)).compute(predictions=predicted_tags, references=gold_tags)
    shares = {name: 100 * facts[f"strict_{name}"] for name in ("precision", "recall", "f1")}
    counts = {name: facts[name] for name in ("correct", "predicted", "gold")}
    gold_labels = sorted({span.label for row in gold for span in row.spans})
    labels = {label: 100 * facts[f"strict_{label}_f1"] for label in gold_labels}
    interval = {side: 100 * facts[f"strict_f1_{side}"] for side in ("low", "high")}
    return {**shares, **counts, "labels": labels, "interval": interval, "sentences": len(gold)}


def read_predictions(path: Path) -> list[tuple[Span, ...]]:
    """Read the predictions that :func:`measure` wrote.

    :param path: The file.
    :returns: The entities of every sentence.
    """
    corpus = CorpusFiles(format="conll", files={path.stem: str(path)}, scheme="iob2")
    return [sentence.spans or () for sentence in read_corpus(corpus, tagged=True)]
