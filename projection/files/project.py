"""Projection from file to file, for people who have everything else already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from silverner.projection.alignment.aligned_pair import AlignedPair, Aligner
from silverner.projection.chain.files import write_text
from silverner.projection.errors import DataError, UsageError
from silverner.projection.files.columns import columns_text
from silverner.projection.files.reading import Reading, check_format, found_format
from silverner.projection.projector import Projector, project_batch
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.result import Projection
from silverner.projection.scoring.evidence import SentenceEvidence
from silverner.projection.spans import Span

if TYPE_CHECKING:
    from silverner.projection.translation.glossary import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectedFile:
    """A target file with its projected labels.

    :param targets: Target tokens of every sentence.
    :param projections: What was projected onto each.
    """

    targets: Sequence[Sequence[str]]
    projections: Sequence[Projection]

    def text(self) -> str:
        """Return CoNLL columns (:func:`~silverner.projection.files.columns.columns_text`)."""
        return columns_text(self.targets, [projection.tags for projection in self.projections])

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
        empty = sum(not tokens for tokens in self.targets)
        sentences = f"{len(self.targets)} sentences" + (f" ({empty} without tokens)" if empty else "")
        return f"{sentences}, {spans} entities projected from {source}, {lost} lost"


def project_files(
    source: Path,
    target: Path,
    aligner: Aligner,
    projector: Projector,
    *,
    directed: bool,
    glossary: Glossary | None = None,
    reading: Reading | None = None,
    target_format: str = "auto",
) -> ProjectedFile:
    """Project the labels of one file onto another.

    :param source: A labelled file.
    :param target: Columns, whose tags are ignored, or tokens split on spaces, one sentence a line.
    :param aligner: Makes or reads the links.
    :param projector: The settings.
    :param directed: Whether the aligner gives two directions, to be symmetrised.
    :param glossary: Gives the names of entities in the target language.
    :param reading: How the source is read.
    :param target_format: The format of the target; ``auto`` finds it from the file.
    :returns: The target with its labels.
    :raises DataError: when the sides differ in length, or a file breaks a rule.
    :raises UsageError: when no entity has a label that the settings name.
    """
    check_format(target_format, "--target-format")
    labelled = (reading or Reading()).labelled(source)
    corpus = CorpusFiles(format=found_format(target, target_format), files={target.stem: str(target)})
    target_sentences = list(read_corpus(corpus, tagged=False, unique_ids=False))
    if len(labelled) != len(target_sentences):
        raise DataError(
            f"{source} has {len(labelled)} sentences, {target} has {len(target_sentences)}; projection needs one "
            f"target sentence for every source sentence"
        )
    entities = [s.spans or () for s in labelled]
    _check_capitals(projector, entities, source)
    sources, targets = [s.tokens or () for s in labelled], [t.tokens or () for t in target_sentences]
    aligner.check()
    pairs: list[AlignedPair] = aligner.align(sources, targets)
    reverse = [pair.reverse for pair in pairs] if directed else None
    forward = [pair.forward for pair in pairs]
    evidence = [SentenceEvidence(soft_forward=pair.soft_forward, soft_reverse=pair.soft_reverse) for pair in pairs]
    if glossary is not None:
        from silverner.projection.translation.glossary import gloss_all  # with it come the engines' settings

        glosses = gloss_all(glossary, sources, entities)
        evidence = [replace(one, glosses=names) for one, names in zip(evidence, glosses, strict=True)]
    projections = project_batch(sources, entities, targets, forward, reverse, projector=projector, evidence=evidence)
    return ProjectedFile(targets=targets, projections=projections)


def _check_capitals(projector: Projector, entities: Sequence[Sequence[Span]], source: Path) -> None:
    """Refuse labels of names that no entity has: the rule of capitals would be off, and nobody told."""
    labels = dict.fromkeys(span.label for spans in entities for span in spans)
    if projector.capitals and labels and labels.keys().isdisjoint(projector.capitals):
        raise UsageError(
            f"--capitals {' '.join(projector.capitals)}: no entity of {source} has such a label; allowed: "
            f"{', '.join(labels)}, or --capitals without a label, which switches the rule off"
        )
