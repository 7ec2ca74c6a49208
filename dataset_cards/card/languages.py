"""The section of a card on its languages: sizes, what was dropped and why, and how good the labels are."""

from __future__ import annotations

from collections.abc import Sequence

from silverner.dataset_cards.card.corrections import corrections
from silverner.dataset_cards.card.escape import code, inline, isolated
from silverner.dataset_cards.card.markdown import table
from silverner.dataset_cards.card.plot import PLOT
from silverner.dataset_cards.facts import CorpusFacts, GoldScores, LanguageFacts
from silverner.dataset_cards.measure import meaning
from silverner.projection.filters import FILTERS

_DROP_REASONS = {
    "empty-source": "the source text has no words",
    "empty-target": "the target text has no words",
    "empty-pivot": "the translation has no words",
    "no-translation": "the translator returned nothing",
    "no-links": "the aligner gave no answer that can be used",
    "no-labelling": "the labeller gave no answer that can be used",
    "too-long-to-mark": "the model that inserts markers does not read texts of this length",
    "unfinished-translation": "the translator did not reach the end of the sentence",
}
"""Reasons that are no filter."""
_MOST_COLUMNS, _MOST_CHARACTERS = 7, 60
"""Labels, and characters of all labels, that fit beside each other in a table 850 pixels wide."""


def languages(corpus: CorpusFacts) -> str:
    """Show the size of every language, what was dropped and why, and how good the labels are."""
    head = ["config", "language", "version", "sentences", "read, dropped", "projected", "confidence", "F1 on gold"]
    rows = [_row(name, facts) for name, facts in corpus.languages.items()]
    parts = [
        f"![Sentences kept and dropped, confidence of entities, and entities by label, of every language]({PLOT})",
        table(head, rows),
        _legend(corpus),
        "Entities in the sentences kept:",
        _entity_table(corpus),
        corrections(corpus),
        _reasons(corpus),
    ]
    return "\n\n".join(part for part in parts if part)


def _entities(facts: LanguageFacts) -> int:
    return sum(facts.counts.entities.values())


def _entity_table(corpus: CorpusFacts) -> str:
    """Count the entities of every label: a column for each, or, where these would be too wide, one for all."""
    labels = corpus.labels
    is_narrow = len(labels) <= _MOST_COLUMNS and sum(map(len, labels)) <= _MOST_CHARACTERS
    rows = []
    for name, facts in corpus.languages.items():
        counts = [(label, f"{facts.counts.entities.get(label, 0):,}") for label in labels]
        cells = [count for _, count in counts] if is_narrow else [_named_counts(counts)]
        rows.append([code(name), *cells, f"{_entities(facts):,}"])
    return table(["config", *(map(inline, labels) if is_narrow else ["label"]), "all"], rows)


def _named_counts(counts: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{inline(label)} {count}" for label, count in counts)


def _row(name: str, facts: LanguageFacts) -> list[str]:
    """Render one language as a row of the table."""
    counts, confidence = facts.counts, facts.rows.confidence
    sizes = ", ".join(f"{code(split)} {part.rows:,}" for split, part in facts.splits.items())
    dropped = ", ".join(f"{number:,} {code(reason)}" for reason, number in counts.dropped.items()) or "none"
    return [
        code(name),
        isolated(inline(facts.language.name)),
        facts.version,
        sizes,
        f"{counts.input:,}, {dropped}",
        _ratio(facts),
        "not known" if confidence is None else f"{confidence.mean:.2f}",
        "not measured" if facts.measured is None else _f1(facts.measured),
    ]


def _ratio(facts: LanguageFacts) -> str:
    """Say how many entities were projected for every source entity."""
    if not facts.method.projects:
        return "nothing to project"
    source_entities = facts.counts.source_entities
    return f"{_entities(facts) / source_entities:.2f}" if source_entities else "no source entity"


def _f1(scores: GoldScores) -> str:
    """Render F1 with its interval, and the number of sentences it was measured on."""
    interval = f" ({scores.interval.low:.1f} to {scores.interval.high:.1f})" if scores.interval else ""
    return (
        f"{scores.f1:.1f}{interval} on {scores.sentences:,} kept sentences, {scores.f1_all:.1f} on all "
        f"{scores.sentences_all:,}"
    )


def _legend(corpus: CorpusFacts) -> str:
    """Explain the columns of the table."""
    every = corpus.languages.values()
    items = [
        "- *projected*: the number of projected entities, divided by the number of source entities. Only the sentences "
        "kept count."
    ]
    columns = sorted({facts.rows.confidence.name for facts in every if facts.rows.confidence})
    items += [
        f"- *confidence*: the mean probability {meaning(name)} (`{name}`), over all entities." for name in columns
    ]
    levels = {f.measured.interval.level for f in every if f.measured and f.measured.interval}
    items += [
        f"- *F1 on gold*: strict F1 in percent, with its {level:g} % interval (bootstrap over sentences)."
        for level in sorted(levels)
    ]
    return "\n".join(items)


def _reasons(corpus: CorpusFacts) -> str:
    """Say what the names of reasons and flags mean, and how many sentences have each flag."""
    flagged: dict[tuple[str, str], list[str]] = {}
    for name, facts in corpus.languages.items():
        thresholds = facts.recipe.get("filters") or {}
        for reason in {*facts.counts.dropped, *facts.counts.flags}:
            numbers = flagged.setdefault((reason, reason_text(reason, thresholds.get(reason))), [])
            if reason in facts.counts.flags:
                numbers.append(f"{code(name)} {facts.counts.flags[reason]:,}")
    if not flagged:
        return "No filter was applied, and no sentence was dropped."
    lines = []
    for (reason, explanation), numbers in sorted(flagged.items()):
        counts = f" (flagged: {', '.join(numbers)})" if numbers else ""
        lines.append(f"- {code(reason)}{f': {inline(explanation)}' if explanation else ''}{counts}")
    return "Why a sentence can be dropped or flagged:\n\n" + "\n".join(lines)


def reason_text(reason: str, threshold: float | None) -> str:
    """Explain a reason or a flag.

    :param reason: Its name.
    :param threshold: The threshold of the filter; ``None`` where the recipe gives none.
    :returns: When a sentence is dropped or flagged; nothing for a filter of another package that is not installed.
    """
    if reason not in FILTERS:
        return _DROP_REASONS.get(reason, "")
    rule = FILTERS.get(reason)
    return rule.says.format(f"{rule.default if threshold is None else threshold:g}")
