"""The sentences of a card about what people corrected."""

from __future__ import annotations

from silverner.dataset_cards.card.escape import code
from silverner.dataset_cards.facts import CorpusFacts
from silverner.dataset_cards.facts.corrections import CorrectionFacts


def has_corrections(corpus: CorpusFacts) -> bool:
    """Tell whether people looked at a sentence of the corpus.

    :param corpus: The facts.
    """
    return any(facts.corrections and facts.corrections.sentences for facts in corpus.languages.values())


def corrections(corpus: CorpusFacts) -> str:
    """Say how many sentences people looked at, and how right the program was there.

    :param corpus: The facts.
    :returns: Markdown; nothing where nobody corrected anything.
    """
    items = [
        f"- {code(name)}: {_counted(facts.corrections)}."
        for name, facts in corpus.languages.items()
        if facts.corrections
    ]
    if not items:
        return ""
    return (
        "People looked at some sentences. There, `ner_tags` and `human_entities` show what they see, and `entities` "
        "shows what the program said. The scores are those of the program on these sentences. They hold for the whole "
        "corpus only if the sentences were drawn at random, as `silverner sample` draws them.\n\n" + "\n".join(items)
    )


def _counted(facts: CorrectionFacts) -> str:
    """Say the numbers of one language."""
    parts = [f"sentences that people looked at: {facts.sentences:,}, with changed entities: {facts.changed:,}"]
    if facts.scores:
        scores = facts.scores
        interval = f" ({scores.interval.low:.1f} to {scores.interval.high:.1f})" if scores.interval else ""
        parts.append(
            f"strict F1 {scores.f1:.1f}{interval}, precision {scores.precision:.1f}, recall {scores.recall:.1f}"
        )
    if facts.unused:
        parts.append(f"corrections whose sentence is not in the corpus: {facts.unused:,}")
    return "; ".join(parts)
