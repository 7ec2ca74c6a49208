"""Places markers in a translation that exists, by the probabilities of a translation model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.markers import Style
from silverner.projection.markers.insertion import PlacedSpan, Row, SpanSearch, Template
from silverner.projection.markers.style import enclosures
from silverner.projection.neural.batches import in_batches
from silverner.projection.neural.subwords import Subwords
from silverner.projection.text.tokenization import extents
from silverner.projection.translation.seq2seq import Seq2Seq

Scored = tuple[list[float], list[float]]
"""The logarithms of probabilities: of the subwords of a row, and of its marker in the place of each."""


class Inserter(Seq2Seq):
    """Find the most probable spans of entities in translations, with a model of ``transformers``.

    The model should be one that was trained to keep markers (EasyProject, arXiv 2211.15613). Markers stand between the
    subwords of the translation, which are split without them. So a span can only begin and end where a subword does.
    """

    def settings(self) -> Mapping[str, object]:
        """Return the model and what decides the probabilities; nothing is translated."""
        return {**super().settings(), "engine": "inserter", "beams": None, "max_length": None}

    def check(self) -> None:
        """Check as the translator does, and that the tokenizer knows the places of its subwords.

        :raises UsageError: when it does not.
        :raises SilvernerError: as the translator.
        """
        super().check()
        if not self._tokenizer.is_fast:
            raise UsageError(
                f"the tokenizer of the model {self._checkpoint.name!r} does not say where its subwords lie in a text; "
                "choose a model with a fast tokenizer, such as NLLB"
            )

    def spans(
        self, marked: Sequence[Sequence[str]], texts: Sequence[str], tokens: Sequence[Sequence[str]], *, style: Style
    ) -> list[list[list[PlacedSpan]] | None]:
        """Find the most probable spans of every entity.

        :param marked: For every sentence and entity, the source text in which this entity is in markers.
        :param texts: The translation of every sentence.
        :param tokens: The tokens of every translation.
        :param style: The kind of markers.
        :returns: For every entity its spans, the best first; ``None`` for a sentence that is too long for the model.
        :raises EngineError: when a single row does not fit the memory.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self.check()
        self._input.forget()
        templates = [self._template(text, words, style) for text, words in zip(texts, tokens, strict=True)]
        spans: list[list[list[PlacedSpan]] | None] = []
        searches: list[tuple[str, SpanSearch]] = []
        for sources, template in zip(marked, templates, strict=True):
            longest = len(template.subwords) + len(template.opening) + len(template.closing)
            if longest > self._room or not all(map(self._fits, sources)):
                spans.append(None)
                continue
            of_sentence = [(source, SpanSearch(template)) for source in sources]
            searches += of_sentence
            spans.append([search.spans for _, search in of_sentence])
        self._run_searches(searches)
        return spans

    def _run_searches(self, searches: Sequence[tuple[str, SpanSearch]]) -> None:
        """Run all searches in step, so that each asks for one row of every batch."""
        if not searches:
            return
        if self._model is None:
            self._model = self._load()
        score = partial(self._score, self._decoder_head())
        while requests := [(source, row, search) for source, search in searches if (row := search.needs()) is not None]:
            # The sort is stable, so batches are always the same.
            requests.sort(key=lambda request: -len(request[1].subwords) - len(self._encoded(request[0])))
            scored = in_batches(
                [(source, row) for source, row, _ in requests],
                score,
                size=lambda longest: self._limit.count(len(longest[1].subwords)),
                what=f"the inserter {self._checkpoint.name!r}",
            )
            for (_, _, search), (subwords, markers) in zip(requests, scored, strict=True):
                search.take(subwords, markers)

    def _score(self, head: Sequence[int], requests: Sequence[tuple[str, Row]]) -> list[Scored]:
        """Score a batch of rows, each after its source and the head of every translation."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        device = self._model.device
        padding = self._tokenizer.pad_token_id or 0

        def padded(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
            ids = pad_sequence([torch.tensor(row) for row in rows], True, padding)
            lengths = torch.tensor([[len(row)] for row in rows])
            return ids.to(device), (torch.arange(ids.shape[1]) < lengths).long().to(device)

        ids, mask = padded([self._encoded(source) for source, _ in requests])
        targets, target_mask = padded([(*head, *row.subwords) for _, row in requests])
        with torch.inference_mode():
            logits = self._model(
                input_ids=ids,
                attention_mask=mask,
                decoder_input_ids=targets[:, :-1],
                decoder_attention_mask=target_mask[:, :-1],
            ).logits[:, len(head) - 1 :]
            sums = logits.float().logsumexp(-1)
            of_subwords = logits.gather(-1, targets[:, len(head) :, None])[..., 0].float() - sums
            markers = torch.tensor([row.marker for _, row in requests], device=device)[:, None, None]
            of_markers = logits.gather(-1, markers.expand(-1, logits.shape[1], 1))[..., 0].float() - sums
        lengths = [len(row.subwords) for _, row in requests]
        pairs = zip(of_subwords.tolist(), of_markers.tolist(), lengths, strict=True)
        return [(subwords[:length], markers[:length]) for subwords, markers, length in pairs]

    def _decoder_head(self) -> list[int]:
        """Return what stands before every translation: the first token, and that of the target language."""
        settings = self._search(self._model.checkpoint_search)
        first = settings.decoder_start_token_id
        if first is None:
            first = self._model.config.decoder_start_token_id
        return [first] if settings.forced_bos_token_id is None else [first, settings.forced_bos_token_id]

    def _template(self, text: str, tokens: Sequence[str], style: Style) -> Template:
        """Split a translation into subwords, and find where its tokens begin and end among them."""
        split: Subwords = self._input.split
        subwords, places = split.with_places(text)
        starts, ends = _boundaries(text, places)
        extent = extents(text, tokens)
        ((opening, closing),) = enclosures(style, 1)
        end = self._tokenizer.eos_token_id
        return Template(
            subwords=(*subwords, end),
            starts=[None if one is None else starts.get(one[0]) for one in extent],
            ends=[None if one is None else ends.get(one[1]) for one in extent],
            opening=tuple(split.of_text(opening)),
            closing=tuple(split.of_text(closing)),
        )


def _boundaries(text: str, places: Sequence[tuple[int, int]]) -> tuple[dict[int, int], dict[int, int]]:
    """Find the subwords that begin and end at the characters of a text; white space around a subword does not count.

    >>> _boundaries("a bc", [(0, 1), (1, 3), (3, 4)])
    ({0: 0, 2: 1, 3: 2}, {1: 1, 3: 2, 4: 3})
    """
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    space = None  # a subword of white space alone belongs to the next one
    for number, (start, end) in enumerate(places):
        piece = text[start:end]
        if not piece.strip():
            space = number if space is None else space
            continue
        starts.setdefault(start + len(piece) - len(piece.lstrip()), number if space is None else space)
        ends[end - len(piece) + len(piece.rstrip())] = number + 1
        space = None
    return starts, ends
