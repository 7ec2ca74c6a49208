"""Predictions of a stranger's method: a labelled file of the target side of a set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from silverner.projection.chain.files import file_hash
from silverner.projection.errors import UsageError, nearest
from silverner.projection.files.evaluate import same_sentences
from silverner.scoreboard.methods import METHODS
from silverner.scoreboard.parallel_set import ParallelSet, reading_of
from silverner.scoreboard.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """A file of predictions.

    :param name: Name of the method that made it.
    :param set_name: The set whose target side it labels.
    :param path: The file.
    """

    name: str
    set_name: str
    path: Path

    def trial(self, parallel_set: ParallelSet, *, repair: bool = False) -> Trial:
        """Read the predicted entities.

        :param parallel_set: The set.
        :param repair: Repair invalid tag sequences instead of refusing them.
        :returns: The entities of every target sentence, and the hash of the file.
        :raises DataError: when the file breaks a rule, or does not hold the sentences of the target side.
        """
        reading = reading_of(parallel_set.entry)
        sentences = replace(reading, format="auto", repair=repair or reading.repair).each_labelled(self.path)
        same = same_sentences(parallel_set.entry.sides[1], parallel_set.targets, self.path, sentences)
        entities = [sentence.spans or () for sentence in same]
        return Trial(name=self.name, entities=entities, predictions=file_hash(self.path))


def read_predictions(texts: Sequence[str], sets: Collection[str]) -> list[Predictions]:
    """Read the names of predictions as a user writes them; the files are read later.

    :param texts: Each ``NAME=FILE``, or ``NAME@SET=FILE`` where there are several sets.
    :param sets: Names of the sets that are measured.
    :returns: The predictions.
    :raises UsageError: when one has no name, no set, or the name of a method.

    >>> read_predictions(["mine=out.conll"], ["europarl.en-de"])[0].set_name
    'europarl.en-de'
    """
    predictions = [_read(text, sets) for text in texts]
    names = [(one.name, one.set_name) for one in predictions]
    for name, set_name in names:
        if names.count((name, set_name)) > 1:
            raise UsageError(f"two predictions for {set_name} are called {name!r}; rename one")
    return predictions


def _read(text: str, sets: Collection[str]) -> Predictions:
    head, equals, file = text.partition("=")
    name, at, set_name = head.partition("@")
    if not (equals and name.strip() and file) or set("|:") & set(head) or head.split() != [head]:
        raise UsageError(f"--predictions {text!r} is not NAME=FILE or NAME@SET=FILE; a name has no space, '|' or ':'")
    if name in METHODS:
        raise UsageError(f"--predictions {text!r}: {name} is the name of a method; choose another name")
    if not at:
        if len(sets) != 1:
            raise UsageError(
                f"--predictions {text!r}: there are {len(sets)} sets; name the one that the file labels, "
                f"{name}@SET={file}, or choose one set: --sets SET"
            )
        set_name = next(iter(sets))
    if set_name not in sets:
        raise UsageError(f"--predictions {text!r}: the set {set_name!r} is not measured; {nearest(set_name, sets)}")
    return Predictions(name=name, set_name=set_name, path=Path(file))
