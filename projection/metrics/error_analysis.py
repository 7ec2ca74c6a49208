"""The sentences with most errors, with everything needed to see why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import DataError, UsageError
from silverner.projection.spans import Span, tags_from_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceErrors:
    """A sentence with wrong entities.

    :param sentence: Its number, from 1.
    :param missed: Gold entities that were not predicted.
    :param spurious: Predicted entities that are not gold; a wrong label or boundary is one of each.
    :param tokens: Its tokens.
    :param gold: Their gold tags.
    :param predicted: Their predicted tags.
    :param source_tokens: The tokens of the source sentence, if there is one.
    :param source: Their tags, if there are any.
    :param links: Links from source to target tokens, if there are any.
    """

    sentence: int
    missed: tuple[Span, ...]
    spurious: tuple[Span, ...]
    tokens: tuple[str, ...]
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    source_tokens: tuple[str, ...] | None = None
    source: tuple[str, ...] | None = None
    links: tuple[tuple[int, int], ...] | None = None

    @property
    def wrong(self) -> int:
        """Number of wrong entities."""
        return len(self.missed) + len(self.spurious)

    def facts(self) -> dict[str, Any]:
        """Return everything as plain lists and numbers; what is ``None`` is left out."""
        facts: dict[str, Any] = {"sentence": self.sentence, "wrong": self.wrong}
        for name in ("missed", "spurious"):
            facts[name] = [{"start": s.start, "end": s.end, "label": s.label} for s in getattr(self, name)]
        for name in ("tokens", "gold", "predicted", "source_tokens", "source"):
            if getattr(self, name) is not None:
                facts[name] = list(getattr(self, name))
        if self.links is not None:
            facts["links"] = [list(link) for link in self.links]
        return facts

    def text(self) -> str:
        """Write the sentence for reading: both texts, the links, and the tokens with a label on any side."""
        lines = [f"sentence {self.sentence}: {self.wrong} wrong entities"]
        for name in ("missed", "spurious"):
            for s in getattr(self, name):
                words = " ".join(self.tokens[s.start : s.end])
                lines.append(f"  {name:<8}  {s.label} {words} ({s.start}-{s.end})")
        if self.source_tokens is not None:
            lines.append(f"  source    {' '.join(self.source_tokens)}")
        lines.append(f"  target    {' '.join(self.tokens)}")
        if self.links is not None:
            lines.append(f"  links     {' '.join(f'{i}-{j}' for i, j in self.links)}")
        return "\n".join([*lines, *_align_columns(self._rows())])

    def _rows(self) -> list[tuple[str, ...]]:
        """List tokens with a label on any side, after a row of headings; a star where gold and prediction differ."""
        linked = self.source_tokens is not None and self.links is not None
        rows = [("", "", "token", "gold", "predicted", *(["source"] if linked else []))]
        for j, (token, gold, predicted) in enumerate(zip(self.tokens, self.gold, self.predicted, strict=True)):
            sources = sorted({i for i, k in self.links or () if k == j}) if linked else []
            has_source_label = any(self.source is not None and self.source[i] != "O" for i in sources)
            if gold != "O" or predicted != "O" or has_source_label:
                star = "*" if gold != predicted else ""
                words = [" ".join(map(self._source_word, sources))] if linked else []
                rows.append((star, str(j), token, gold, predicted, *words))
        return rows

    def _source_word(self, i: int) -> str:
        word = (self.source_tokens or ())[i]
        return word if self.source is None or self.source[i] == "O" else f"{word}/{self.source[i]}"


def _align_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def worst_sentences(
    gold: Sequence[Iterable[Span]],
    predicted: Sequence[Iterable[Span]],
    tokens: Sequence[Sequence[str]],
    *,
    most: int = 10,
    source_tokens: Sequence[Sequence[str]] | None = None,
    source: Sequence[Iterable[Span]] | None = None,
    links: Sequence[Iterable[Sequence[float]]] | None = None,
) -> list[SentenceErrors]:
    """Find the sentences with most wrong entities (missed or spurious ones, by strict comparison).

    :param gold: The gold entities of every sentence.
    :param predicted: The predicted entities of the same sentences.
    :param tokens: Their tokens.
    :param most: Largest number of sentences to return.
    :param source_tokens: The tokens of the source sentences.
    :param source: Their entities.
    :param links: Links of every sentence, source token first; their weights are ignored.
    :returns: The sentences, worst first, then in the order of the text. A sentence without errors is never among them.
    :raises DataError: when the numbers of sentences differ, or a link points outside its sentence.
    :raises UsageError: when ``most`` is below 1, or ``source`` is given without its tokens.

    >>> worst = worst_sentences([[Span(0, 1, "PER")], []], [[Span(0, 1, "LOC")], []], [["Ana"], ["Hi"]])
    >>> print(worst[0].text())
    sentence 1: 2 wrong entities
      missed    PER Ana (0-1)
      spurious  LOC Ana (0-1)
      target    Ana
            token  gold   predicted
      *  0  Ana    B-PER  B-LOC
    """
    if most < 1:
        raise UsageError(f"most={most} shows no sentence; allowed: 1 or more")
    if source is not None and source_tokens is None:
        raise UsageError("source entities need source_tokens; give both, or the tokens alone")
    _check_lengths(gold, predicted=predicted, tokens=tokens, source_tokens=source_tokens, source=source, links=links)
    pairs = [({_key(s) for s in g}, {_key(s) for s in p}) for g, p in zip(gold, predicted, strict=True)]
    order = sorted((-len(g ^ p), k) for k, (g, p) in enumerate(pairs) if g != p)
    return [
        _sentence_errors(
            k,
            *pairs[k],
            tokens[k],
            None if source_tokens is None else source_tokens[k],
            None if source is None else source[k],
            None if links is None else links[k],
        )
        for _, k in order[:most]
    ]


def _check_lengths(gold: Sequence[object], **sides: Sequence[object] | None) -> None:
    for name, side in sides.items():
        if side is not None and len(side) != len(gold):
            raise DataError(f"{len(gold)} gold sentences, but {name} of {len(side)}; they must be the same sentences")


def _key(span: Span) -> Span:
    """Keep only the place and the label of a projected span."""
    return Span(span.start, span.end, span.label)


def _sentence_errors(
    k: int,
    gold: set[Span],
    predicted: set[Span],
    tokens: Sequence[str],
    source_tokens: Sequence[str] | None,
    source: Iterable[Span] | None,
    links: Iterable[Sequence[float]] | None,
) -> SentenceErrors:
    pairs = None if links is None else tuple(sorted({(int(link[0]), int(link[1])) for link in links}))
    for i, j in pairs or ():
        if not 0 <= j < len(tokens) or (source_tokens is not None and not 0 <= i < len(source_tokens)):
            sizes = "" if source_tokens is None else f"{len(source_tokens)} source and "
            raise DataError(
                f"sentence {k + 1}: link {i}-{j} is out of range: there are {sizes}{len(tokens)} target tokens, "
                "counted from 0; are the files in the same order, tokenised alike, source first?"
            )
    return SentenceErrors(
        sentence=k + 1,
        missed=tuple(sorted(gold - predicted)),
        spurious=tuple(sorted(predicted - gold)),
        tokens=tuple(tokens),
        gold=tuple(tags_from_spans(sorted(gold), len(tokens))),
        predicted=tuple(tags_from_spans(sorted(predicted), len(tokens))),
        source_tokens=None if source_tokens is None else tuple(source_tokens),
        source=None if source is None else tuple(tags_from_spans(list(source), len(source_tokens or ()))),
        links=pairs,
    )
