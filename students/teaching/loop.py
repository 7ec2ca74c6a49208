"""The loop: the student finds candidates and votes in the next round of projection, and learns from that.

A round trains a student, lets it read the text it learns from, projects the source entities again with what it found
among the candidates, and lets it vote: a projected entity it is sure is none goes, one it is sure of that nothing was
projected onto comes. Two things that need no gold say when to stop: labels that hardly change any more, and a student
that agrees less than the one before with the first projection of the rows held back, whose labels no round touches.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from silverner.projection.chain.store import write_text
from silverner.projection.coerce import read_links
from silverner.projection.errors import UsageError
from silverner.projection.labelling import Tagger
from silverner.projection.languages import find_language
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.projector import Projector
from silverner.projection.scoring.capitalisation import CASED, Case, read_cases
from silverner.projection.scoring.cooccurrence import Lexicon, count_words
from silverner.projection.spans import Span, spans_from_tags, tag_names
from silverner.students.corpus import Row, SilverCorpus, hold_out
from silverner.students.targets import Reals
from silverner.students.training_config import TrainingConfig

LOG = logging.getLogger("silverner")
SURE = 0.9
"""Mean probability from which a student's vote counts."""
SETTLED = 99.0
"""F1 of a round's labels against those of the round before from which another round would change nothing."""

Learn = Callable[[SilverCorpus, Path], dict[str, Any]]


def run_rounds(config: TrainingConfig, corpus: SilverCorpus, work: Path, learn: Learn) -> tuple[Path, dict[str, Any]]:
    """Train round after round; rounds that are done already are not trained again.

    :param config: What is to be trained.
    :param corpus: The corpus, with source sentences and alignment.
    :param work: Folder of the rounds.
    :param learn: Trains a student on a corpus in a folder, and leaves its model in ``final`` there.
    :returns: Folder of the model of the best round, and its facts with those of all rounds.
    :raises UsageError: when the corpus was not projected through an alignment.
    """
    if not any(row.links for row in corpus.rows):
        raise UsageError(
            f"the strategy loop projects again, and the corpus {corpus.name} has no source sentences with an "
            "alignment; use one that was projected through links, or another strategy"
        )
    _, held = hold_out(corpus.rows, config.held_out)
    evidence, back = evidence_of(corpus.rows, config.language), {row.id for row in held}
    rows, done = list(corpus.rows), []
    for number in range(1, config.rounds + 1):
        home = work / f"round-{number}"
        facts = _round(replace(corpus, rows=rows), home, learn)
        said = _reader(config, home, corpus).probabilities([row.tokens for row in corpus.rows])
        found = [spans_of(p, corpus.labels) for p in said]
        agreement = _f1([r.spans for r in held], [f for r, f in zip(corpus.rows, found, strict=True) if r.id in back])
        fresh = [row if row.id in back else again(row, k, said[k], corpus, evidence) for k, row in enumerate(rows)]
        same = _f1([row.spans for row in rows], [row.spans for row in fresh])
        LOG.info("round %d: agreement %.1f, labels kept %.1f", number, agreement, same)
        done.append({**facts, "agreement": agreement, "labels_kept": same})
        worse = number > 1 and agreement < done[-2]["agreement"]
        if worse or same >= SETTLED:
            break
        rows = fresh
    best = max(range(len(done)), key=lambda k: done[k]["agreement"])
    rounds = [{key: d[key] for key in ("agreement", "labels_kept", "course")} for d in done]
    kept = {key: done[best][key] for key in ("sentences", "fresh", "course")}
    return work / f"round-{best + 1}" / "final", {**kept, "rounds": rounds, "round": best + 1}


def again(row: Row, number: int, said: Reals, corpus: SilverCorpus, evidence: Evidence) -> Row:
    """Label a row once more: project with the student's candidates, then let it vote.

    :param row: The row.
    :param number: Its index in the corpus.
    :param said: The student's probabilities, shape (tokens, tags).
    :param corpus: Its labels are those of the student.
    :param evidence: What the whole corpus says.
    :returns: The row with other entities; one without an alignment only hears the vote.
    """
    found = spans_of(said, corpus.labels)
    spans, sure = list(row.spans), dict(zip(row.spans, row.sure, strict=True))
    score = row.score
    if row.source and row.links:
        done = evidence.projector(
            row.source,
            row.entities,
            row.tokens,
            row.links,
            cases=evidence.cases[number] if evidence.cases else None,
            lexicon=evidence.lexicon,
            unknown=row.unknown,
            found=True,
            tagged=found,
            where=row.id,
        )
        sure = {
            Span(s.start, s.end, s.label): min(s.score, 1.0) if s.confidence is None else s.confidence
            for s in done.spans
        }
        spans, score = list(sure), min(done.score, 1.0)
    kept = vote(spans, found, said)
    return replace(row, spans=tuple(kept), sure=tuple(sure.get(span, SURE) for span in kept), score=score)


def vote(projected: Sequence[Span], found: Sequence[Span], said: Reals) -> list[Span]:
    """Drop projected entities a student is sure are none, and add those of its own it is sure of.

    :param projected: The projected entities.
    :param found: Those the student found.
    :param said: Its probabilities, shape (tokens, tags).
    :returns: What is left and added, from left to right; no two overlap.
    """
    kept = [span for span in projected if said[span.start : span.end, 0].mean() < SURE]
    for span in found:
        free = all(span.end <= other.start or other.end <= span.start for other in kept)
        if free and said[span.start : span.end].max(axis=1).mean() >= SURE:
            kept.append(span)
    return sorted(kept)


def spans_of(said: Reals, labels: Sequence[str]) -> list[Span]:
    """Read entities from probabilities, as the CoNLL scorer reads a broken sequence.

    :param said: Shape (tokens, tags).
    :param labels: The labels.
    :returns: The entities from left to right.
    """
    names = tag_names(labels)
    return spans_from_tags([names[k] for k in said.argmax(axis=1)], repair=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the whole corpus says of its words."""

    projector: Projector
    cases: Sequence[Sequence[Case]] | None
    lexicon: Lexicon | None


def evidence_of(rows: Sequence[Row], language: str) -> Evidence:
    """Read a corpus once.

    :param rows: Its rows.
    :param language: Its language; of one that is not in the table nothing is known of capitals.
    :returns: What it says of its words.
    """
    projector = Projector(proposer="union")
    links = [read_links(row.links, len(row.source), len(row.tokens), row.id) for row in rows]
    tokens = [row.tokens for row in rows]
    lexicon = count_words([row.source for row in rows], tokens, links, links) if projector.needs_lexicon else None
    try:
        cased = find_language(language).script in CASED
    except UsageError:
        cased = False
    return Evidence(projector, read_cases(tokens) if cased else None, lexicon)


def _round(corpus: SilverCorpus, home: Path, learn: Learn) -> dict[str, Any]:
    """Train the student of one round, unless that is done."""
    mark = home / "round.json"
    if not mark.is_file():
        facts = learn(corpus, home)
        write_text(mark, json.dumps(facts) + "\n")
    done: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
    return done


def _reader(config: TrainingConfig, home: Path, corpus: SilverCorpus) -> Tagger:
    checkpoint = Checkpoint(name=str(home / "final"), device=config.device)
    return Tagger(checkpoint, labels=corpus.labels, label_map=config.renamed)


def _f1(gold: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]) -> float:
    return evaluate_spans(gold, found).overall.f1
