"""Projection and evaluation from file to file, for people who have everything else already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from projection.alignment import AlignedPair, Aligner
from projection.chain.store import write_text
from projection.errors import DataError
from projection.metrics import Evaluation, evaluate_spans
from projection.projector import Projection, Projector, project_batch
from projection.readers import CorpusFiles, Sentence, read_corpus
from projection.readers.columns import sniff


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectedFile:
    """A target file with its projected labels.

    :param targets: Target tokens of every sentence.
    :param projections: What was projected onto each.
    """

    targets: Sequence[Sequence[str]]
    projections: Sequence[Projection]

    def text(self) -> str:
        """Return CoNLL columns: token, tab, tag; a blank line after each sentence."""
        lines = []
        for tokens, projection in zip(self.targets, self.projections, strict=True):
            lines += [f"{token}\t{tag}\n" for token, tag in zip(tokens, projection.tags, strict=True)]
            lines.append("\n")
        return "".join(lines)

    def write(self, path: Path) -> None:
        """Write :meth:`text` to a file, whole or not at all.

        :param path: The file.
        :raises OutputError: when it cannot be written.
        """
        if path.exists() and not path.is_file():
            path.write_text(self.text(), encoding="utf-8")  # a pipe or a device is written to, never replaced
        else:
            write_text(path, self.text())

    def summary(self) -> str:
        """Count sentences and entities in one line."""
        spans = sum(len(p.spans) for p in self.projections)
        lost = sum(len(p.lost) for p in self.projections)
        source = sum(len({(s.source_start, s.source_end) for s in p.spans}) for p in self.projections) + lost
        return f"{len(self.targets)} sentences, {spans} entities projected from {source}, {lost} lost"


def project_files(
    source: Path, target: Path, aligner: Aligner, projector: Projector, *, directed: bool, repair: bool = False
) -> ProjectedFile:
    """Project the labels of one file onto another.

    :param source: Labelled columns (CoNLL or UNER).
    :param target: Columns, whose tags are ignored, or tokens split on spaces, one sentence a line.
    :param aligner: Makes or reads the links.
    :param projector: The settings.
    :param directed: Whether the aligner knows two directions, to be symmetrised.
    :param repair: Repair invalid tag sequences instead of refusing them.
    :returns: The target with its labels.
    :raises DataError: when the sides differ in length, or a file breaks a rule.
    """
    labelled = _read(source, repair=repair)
    form = {"uner": "uner", "conll": "conll"}.get(sniff(target), "tokens")
    corpus = CorpusFiles(format=form, files={target.stem: str(target)})  # type: ignore[arg-type]
    plain = list(read_corpus(corpus, tagged=False))
    if len(labelled) != len(plain):
        raise DataError(
            f"{source} has {len(labelled)} sentences, {target} has {len(plain)}; projection needs one target sentence "
            f"for every source sentence"
        )
    sources, targets = [s.tokens or () for s in labelled], [t.tokens or () for t in plain]
    aligner.check()
    pairs: list[AlignedPair] = aligner.align(sources, targets)
    entities = [s.spans or () for s in labelled]
    reverse = [pair.reverse for pair in pairs] if directed else None
    done = project_batch(sources, entities, targets, [pair.forward for pair in pairs], reverse, projector=projector)
    return ProjectedFile(targets=targets, projections=done)


def evaluate_files(gold: Path, predicted: Path, *, repair: bool = False) -> Evaluation:
    """Score the labels of one file against those of another.

    :param gold: Labelled columns.
    :param predicted: The same sentences with other labels.
    :param repair: Repair invalid tag sequences instead of refusing them.
    :returns: The scores.
    :raises DataError: naming the first sentence whose tokens differ.
    """
    sides = [_read(path, repair=repair) for path in (gold, predicted)]
    for k, (g, p) in enumerate(zip(*sides, strict=False)):
        if g.tokens != p.tokens:
            heads = [f"{s.where} begins {' '.join((s.tokens or ())[:8])!r}" for s in (g, p)]
            raise DataError(f"sentence {k + 1} has other tokens: {'; '.join(heads)}; score the very same sentences")
    if len(sides[0]) != len(sides[1]):
        raise DataError(f"{gold} has {len(sides[0])} sentences, {predicted} has {len(sides[1])}")
    return evaluate_spans([s.spans or () for s in sides[0]], [s.spans or () for s in sides[1]])


def _read(path: Path, *, repair: bool) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(files={path.stem: str(path)}, repair=repair), tagged=True))
