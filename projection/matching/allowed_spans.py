"""Which target spans can carry an entity, by what the capitals of the target say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from silverner.projection.matching.choices import Initial
from silverner.projection.scoring.capitalisation import Case, letter_case, name_kind
from silverner.projection.scoring.parts.split_word import spelt_in_pieces
from silverner.projection.scoring.sentence_pair import SentencePair
from silverner.projection.spans import Span


@dataclass(frozen=True, slots=True)
class AllowedSpans:
    """The target spans that can carry one entity.

    :param begins: For each token whether a span may begin with it.
    :param ends: For each token whether a span may end with it.
    :param names: For each token whether it makes a name of the span that holds it.
    """

    begins: Sequence[bool]
    ends: Sequence[bool]
    names: Sequence[bool]

    def allows(self, start: int, end: int) -> bool:
        """Tell whether the span ``[start, end)`` can carry the entity."""
        return bool(self.begins[start] and self.ends[end - 1] and any(self.names[start:end]))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Cut a span until it begins and ends where it may; return an empty one where it then holds no name."""
        while start < end and not self.begins[start]:
            start += 1
        while start < end and not self.ends[end - 1]:
            end -= 1
        return (start, end) if start < end and any(self.names[start:end]) else (start, start)


def allowed_spans(
    pair: SentencePair, *, labels: Collection[str] | None = None, initial: Initial = "any"
) -> list[AllowedSpans] | None:
    """Say for every entity which target spans can carry it.

    :param pair: The sentence pair, with the cases of the target; without them every span is allowed.
    :param labels: Labels of names, for others every span is allowed; ``None`` for those that are kinds of names
        (:func:`~silverner.projection.scoring.capitalisation.name_kind`).
    :param initial: ``capital``: a name does not begin with a small word, unless the source has the same word in it.
    :returns: The allowed spans of every entity; ``None`` where nothing is forbidden.
    """
    if pair.evidence.target_cases is None:
        return None
    return [_allowed(pair, entity, labels, initial) for entity in pair.entities]


def _allowed(pair: SentencePair, entity: Span, labels: Collection[str] | None, initial: Initial) -> AllowedSpans:
    words = pair.source[entity.start : entity.end]
    predicted = pair.evidence.corpus.entities_are_predicted
    if not predicted and not any(letter_case(word) == "capital" for word in words):
        labels = ()
    particles, last_words = None, []
    if _is_name(entity.label, labels) and (initial == "capital" or name_kind(entity.label) == "PER"):
        pieces = [place for word in words for place in spelt_in_pieces(word, pair.target)]
        last_words = [j for j, word in enumerate(pair.target) if word == words[-1]] + [end - 1 for _, end in pieces]
        if initial == "capital":
            small_words = {word for word in words if letter_case(word) == "small"}
            particles = [j for j, word in enumerate(pair.target) if word in small_words]
            particles += [start for start, _ in pieces]
    return allowed_by_capitals(entity.label, pair, labels=labels, particles=particles, last_words=last_words)


def allowed_by_capitals(
    label: str,
    pair: SentencePair,
    *,
    labels: Collection[str] | None = None,
    particles: Collection[int] | None = None,
    last_words: Collection[int] = (),
) -> AllowedSpans:
    """Say which target spans can carry an entity of a label.

    A name holds a word whose capital says something, or one of which case says nothing. The first word of a sentence is
    such a word only where the corpus tells, where the translator knew every word of the source, or where a word that it
    knew is linked to it: an unknown word is copied as it stands, capital and all. A person's name ends with no small
    word.

    :param label: The entity's label.
    :param pair: The sentence pair, with the cases of the target.
    :param labels: Labels of names, for others every span is allowed; ``None`` for those that are kinds of names
        (:func:`~silverner.projection.scoring.capitalisation.name_kind`).
    :param particles: Where given, a name begins with no small word either, but for those at these places.
    :param last_words: Places where a person's name may end with a small word: *jung* of *Dae - jung*.
    :returns: The allowed spans.

    >>> from silverner.projection.scoring.evidence import SentenceEvidence
    >>> evidence = SentenceEvidence(target_cases=["initial", "small", "capital"], untranslated_tokens={0})
    >>> pair = SentencePair(
    ...     source=["Ana"], target=["Ana", "u", "Splitu"], entities=[], links=[(0, 0, 1.0)], forward=[], reverse=[],
    ...     evidence=evidence,
    ... )
    >>> allowed_by_capitals("LOC", pair).names
    [False, False, True]
    """
    cases, untranslated = pair.evidence.target_cases or (), pair.evidence.untranslated_tokens
    everywhere = [True] * len(cases)
    if not _is_name(label, labels):
        return AllowedSpans(everywhere, everywhere, everywhere)
    translated = {j for i, j, _ in pair.links if i not in untranslated} if untranslated else ()
    names = [_makes_a_name(case, j in translated or not untranslated) for j, case in enumerate(cases)]
    begins = everywhere if particles is None else _not_small_but_at(particles, cases)
    ends = everywhere if name_kind(label) != "PER" else _not_small_but_at(last_words, cases)
    return AllowedSpans(begins, ends, names)


def _is_name(label: str, labels: Collection[str] | None) -> bool:
    return name_kind(label) is not None if labels is None else label in labels


def _not_small_but_at(places: Collection[int], cases: Sequence[Case]) -> list[bool]:
    """Tell for each token whether it is not written small, or stands at one of the places."""
    return [case != "small" or j in places for j, case in enumerate(cases)]


def _makes_a_name(case: str, is_translated: bool) -> bool:
    return case in {"capital", "none"} or (case == "initial" and is_translated)
