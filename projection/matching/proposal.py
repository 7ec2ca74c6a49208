"""Which target spans are candidates for every entity of a pair, as the settings say."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.projection.matching.allowed_spans import AllowedSpans
from silverner.projection.matching.candidate import Candidate
from silverner.projection.matching.candidates import aligned_runs, ngram_candidates, span_candidates
from silverner.projection.matching.choices import TAGGER_PROPOSERS, Proposer
from silverner.projection.matching.fitted_candidates import fitted_candidates
from silverner.projection.matching.settings import ProjectorSettings
from silverner.projection.scoring.pair_arrays import TokenScores
from silverner.projection.scoring.parts.dot import DOTS
from silverner.projection.scoring.sentence_pair import SentencePair


def propose(
    pair: SentencePair,
    settings: ProjectorSettings,
    *,
    allowed: Sequence[AllowedSpans] | None,
    scores: TokenScores | None,
) -> list[Candidate]:
    """Propose target spans for every entity, with their scores.

    :param pair: The sentence pair.
    :param settings: Where candidates come from, and what they may contain.
    :param allowed: For each entity which spans can carry it; all if left out.
    :param scores: Matrix of shape (entities, target tokens); without it the fitted model gives probabilities.
    :returns: The candidates.
    """
    spans = None if settings.proposer == "ngram" else _spans(pair, settings.proposer)
    if scores is None:
        return fitted_candidates(
            pair,
            settings.weights,
            forbidden=settings.forbidden,
            max_length=settings.max_length,
            allowed=allowed,
            proposed=spans,
        )
    if spans is not None:
        return span_candidates(scores, pair.entities, spans, allowed=allowed)
    return ngram_candidates(
        scores,
        pair.entities,
        pair.target,
        source=pair.source,
        forbidden=settings.forbidden,
        max_length=settings.max_length,
        allowed=allowed,
        inner_tokens=DOTS if settings.span_score == "fused" else (),
    )


def _spans(pair: SentencePair, proposer: Proposer) -> list[list[tuple[int, int]]]:
    """Return the aligned runs of every entity and the entities of the tagger, as the proposer says."""
    runs = [aligned_runs(pair.links, e) if proposer != "ner" else [] for e in pair.entities]
    tagged = pair.evidence.tagger_entities if proposer in TAGGER_PROPOSERS else []
    tagger_spans = [(span.start, span.end) for span in tagged]
    return [[*of_entity, *tagger_spans] for of_entity in runs]
