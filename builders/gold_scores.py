"""Scores of a projection against gold labels. Sentences are counted by kind, so that none of them is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from silverner.dataset_cards import facts
from silverner.projection.metrics import Scores, entity_keys, intervals_of_counts
from silverner.projection.spans import Span


class GoldTally:
    """Compares projected with gold entities, sentence by sentence, over all splits and in each one."""

    def __init__(self) -> None:
        """Begin without sentences."""
        self._all = _Tally()
        self._splits: dict[str, _Tally] = {}

    def add(self, split: str, gold: Iterable[Span], projected: Iterable[Span], *, in_corpus: bool) -> None:
        """Compare the entities of the next sentence.

        :param split: Its split.
        :param gold: Its gold entities.
        :param projected: Its projected entities.
        :param in_corpus: Whether it is published; a sentence that was dropped counts only for ``f1_all``.
        """
        projected_keys, gold_keys = entity_keys(projected), entity_keys(gold)
        counts = len(projected_keys & gold_keys), len(projected_keys), len(gold_keys)
        for tally in (self._all, self._splits.setdefault(split, _Tally())):
            tally.add(counts, in_corpus=in_corpus)

    def facts(self) -> facts.GoldScoresOfSplits:
        """Return the scores over all splits, and of each one."""
        splits = {split: tally.scores() for split, tally in self._splits.items()}
        return facts.GoldScoresOfSplits(**dict(self._all.scores()), splits=splits)


class _Tally:
    """How many sentences have which numbers of correct, projected and gold entities."""

    def __init__(self) -> None:
        self._in_corpus, self._dropped = Counter[tuple[int, int, int]](), Counter[tuple[int, int, int]]()
        self._ratios, self._with_gold = 0.0, 0

    def add(self, counts: tuple[int, int, int], *, in_corpus: bool) -> None:
        """Count a sentence."""
        (self._in_corpus if in_corpus else self._dropped)[counts] += 1
        _, projected, gold = counts
        if in_corpus and gold:
            self._ratios += projected / gold  # in the order of the corpus, which reaches the last bit
            self._with_gold += 1

    def scores(self) -> facts.GoldScores:
        """Score the sentences of the corpus, with an interval, and all sentences, dropped ones included."""
        corpus = _sum(self._in_corpus)
        interval = intervals_of_counts(self._in_corpus)["f1"] if self._in_corpus else None
        return facts.GoldScores(
            f1=corpus.f1,
            interval=None if interval is None else facts.ScoreInterval(**asdict(interval)),
            precision=corpus.precision,
            recall=corpus.recall,
            projection_ratio=self._ratios / self._with_gold if self._with_gold else None,
            sentences=self._in_corpus.total(),
            f1_all=_sum(self._in_corpus + self._dropped).f1,
            sentences_all=self._in_corpus.total() + self._dropped.total(),
        )


def _sum(sentences: Counter[tuple[int, int, int]]) -> Scores:
    """Add up the counts of sentences."""
    sums = (sum(counts[k] * number for counts, number in sentences.items()) for k in range(3))
    return Scores(*sums)
