"""Checks the corrections of a language: their file, and whether the rows show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from silverner.dataset_cards.check.finding import Finding, shortened
from silverner.dataset_cards.check.folder import CheckedFolder
from silverner.dataset_cards.check.split_rows import CheckedFile, SplitRows
from silverner.dataset_cards.corrections import HUMAN_ENTITIES, Corrections, corrections_name, read_corrections
from silverner.dataset_cards.corrections.labels import spans_of
from silverner.dataset_cards.facts import MANIFEST
from silverner.projection.errors import DataError
from silverner.projection.paths import CORRECTIONS


def check_corrections(folder: CheckedFolder, code: str, splits: Mapping[str, SplitRows]) -> Iterator[Finding]:
    """Compare the file of corrections with the manifest and the rows.

    :param folder: The folder.
    :param code: The language.
    :param splits: The files of its rows.
    :returns: What is wrong.
    """
    name = corrections_name(code)
    facts = folder.languages[code].corrections
    if facts is not None and facts.file != name:
        yield _fault(MANIFEST, f"the corrections of {code} are in {facts.file!r}, not in {name}", folder, code)
        return
    if name not in folder.entries:
        if facts is not None:
            yield _fault(name, "the manifest names it, but it does not exist", folder, code, kind="missing")
        return
    if not folder.holds(name):
        return  # check_files has reported it
    try:
        corrections = read_corrections(folder.path, code, list(folder.languages[code].counts.entities))
    except DataError as error:
        says = str(error).removeprefix(f"{folder.path}/")
        yield Finding(kind="corrections", file=name, says=says, remedy=folder.rebuild(code))
        return
    assert corrections is not None
    if facts is None or corrections.sha256 != facts.sha256:
        yield _fault(name, "it has changed since the rows were written", folder, code)
        return
    files = [file for split in splits.values() for file in split]
    for file in files:
        yield from shortened(_rows(file, code, corrections))
    number = sum(row.get(HUMAN_ENTITIES) is not None for file in files for row in file.rows([HUMAN_ENTITIES]))
    if {file.name for file in files} == folder.languages[code].row_files and number != facts.sentences:
        says = f"{code}, corrections: {facts.sentences} sentences, but the files have {number}"
        yield _fault(MANIFEST, says, folder, code, kind="counts")


def check_unread_corrections(folder: CheckedFolder) -> Iterator[Finding]:
    """Report files of corrections that belong to no language of the corpus.

    :param folder: The folder.
    :returns: What is wrong.
    """
    names = {corrections_name(code) for code in folder.languages}
    for name in folder.entries:
        if name.startswith(f"{CORRECTIONS}/") and name not in names:
            remedy = "build that language, or move the file out of the folder"
            yield Finding(kind="stray", file=name, says="the corpus has no such language", remedy=remedy)


def _rows(file: CheckedFile, code: str, corrections: Corrections) -> Iterator[Finding]:
    """Compare every row with its correction."""
    for k, row in enumerate(file.rows(["id", "tokens", HUMAN_ENTITIES])):
        correction = corrections.by_tokens.get(tuple(row["tokens"]))
        human = row.get(HUMAN_ENTITIES)
        if (None if correction is None else list(correction.spans)) != (None if human is None else spans_of(human)):
            says = f"{HUMAN_ENTITIES} is not what {corrections.file} has for this sentence"
            where = f"{k} ({row['id']!r:.80})"
            remedy = file.folder.rebuild(code)
            yield Finding(kind="corrections", file=file.name, row=where, says=says, remedy=remedy)


def _fault(file: str, says: str, folder: CheckedFolder, code: str, *, kind: str = "corrections") -> Finding:
    return Finding(kind=kind, file=file, says=says, remedy=folder.rebuild(code))
