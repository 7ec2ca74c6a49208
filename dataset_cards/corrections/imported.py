"""Brings corrections back: sentences that people labelled find their rows, and stand in the file of corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from silverner.dataset_cards.corrections.corpus_rows import CorpusRow
from silverner.dataset_cards.corrections.correction import Correction, Tokens, span_fault
from silverner.projection.errors import DataError
from silverner.projection.readers import Sentence
from silverner.projection.writers import visible_tokens

MOST_NAMED = 20
"""Faults of one file that are named; further ones are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCorrections:
    """What a file brought.

    :param corrections: All corrections of the language, earlier ones included.
    :param new: Sentences that had no correction before.
    :param replaced: Sentences whose earlier correction was another one.
    :param changed: Sentences of the file whose entities are not those of the program.
    :param repeated: Places that say again what an earlier place of the file says.
    :param absent: Sentences of the file that are not in the corpus: the place and the words of each.
    """

    corrections: Sequence[Correction]
    new: int
    replaced: int
    changed: int
    repeated: Sequence[str]
    absent: Sequence[str]


def import_sentences(
    sentences: Iterable[Sentence],
    rows: Iterable[CorpusRow],
    *,
    labels: Sequence[str],
    earlier: Mapping[Tokens, Correction],
) -> ImportedCorrections:
    """Make corrections of the sentences of a file.

    :param sentences: The sentences, as a reader returns them.
    :param rows: The rows of the corpus.
    :param labels: The labels of the corpus.
    :param earlier: The corrections of earlier files.
    :returns: All corrections; one of this file replaces an earlier one of the same sentence.
    :raises DataError: naming the place of everything that is wrong.
    """
    by_id: dict[str, CorpusRow] = {}
    by_tokens: dict[Tokens, CorpusRow] = {}
    for row in rows:
        by_id.setdefault(row.id, row)
        by_tokens.setdefault(visible_tokens(row.tokens), row)
    place_of: dict[Tokens, str] = {}
    imported: dict[Tokens, Correction] = {}
    faults: list[str] = []
    repeated: list[str] = []
    absent: list[str] = []
    changed = 0
    for sentence in sentences:
        try:
            corpus_row, correction = _correction(sentence, by_id, by_tokens, labels)
        except DataError as error:
            faults.append(str(error))
            continue
        tokens, same_sentence = correction.tokens, imported.get(correction.tokens)
        if same_sentence is not None:
            place = f"{sentence.where}: {place_of[tokens]} corrects the same sentence"
            (repeated if same_sentence.spans == correction.spans else faults).append(place)
            continue
        imported[tokens], place_of[tokens] = correction, sentence.where
        changed += corpus_row is not None and corpus_row.spans != correction.spans
        if corpus_row is None:
            absent.append(f"{sentence.where}: {' '.join(tokens)!r:.80}")
    _refuse(faults)
    if len(absent) == len(imported):
        raise DataError(f"{absent[0]} is not in the corpus, nor is any other sentence; is the file of another corpus?")
    return ImportedCorrections(
        corrections=list({**earlier, **imported}.values()),
        new=len(imported.keys() - earlier.keys()),
        replaced=sum(earlier[key].spans != imported[key].spans for key in imported.keys() & earlier.keys()),
        changed=changed,
        repeated=repeated,
        absent=absent,
    )


def _correction(
    sentence: Sentence, by_id: Mapping[str, CorpusRow], by_tokens: Mapping[Tokens, CorpusRow], labels: Sequence[str]
) -> tuple[CorpusRow | None, Correction]:
    """Find the row of a sentence, and make its correction."""
    tokens = sentence.tokens or ()
    words = visible_tokens(tokens)
    row = by_id.get(sentence.id) if sentence.named else None
    if row is None or visible_tokens(row.tokens) != words:
        namesake, row = row, by_tokens.get(words)
        if namesake is not None and row is None:
            raise DataError(
                f"{sentence.where}: the row {sentence.id!r:.60} has other words in the corpus: "
                f"{' '.join(namesake.tokens)!r:.80}, and {' '.join(tokens)!r:.80} here; import the words as they were "
                "exported"
            )
    if row is not None:
        tokens = row.tokens
    if not tokens:
        raise DataError(f"{sentence.where}: this sentence has no words")
    spans = tuple(sorted(sentence.spans or ()))
    if (why := span_fault(spans, tokens, labels)) is not None:
        raise DataError(f"{sentence.where}: {why}")
    return row, Correction(id=sentence.id if row is None else row.id, tokens=tuple(tokens), spans=spans)


def _refuse(faults: Sequence[str]) -> None:
    """Refuse a file with faults; each has a line."""
    if faults:
        more = [f"and {len(faults) - MOST_NAMED} more"] if len(faults) > MOST_NAMED else []
        count = "1 correction" if len(faults) == 1 else f"{len(faults)} corrections"
        raise DataError(
            "\n- ".join([f"{count} cannot be taken, so nothing was imported:", *faults[:MOST_NAMED], *more])
        )
