"""The section of a card on its licence: which one it is, and from which parts it follows."""

from __future__ import annotations

from silverner.dataset_cards.card.escape import code, inline
from silverner.dataset_cards.card.markdown import names, table
from silverner.dataset_cards.facts import CorpusFacts, LanguageFacts
from silverner.dataset_cards.licence import Licence, allows, derive, parts_of


def licence_of(facts: LanguageFacts) -> Licence:
    """Derive the licence of a language from those of its parts.

    :param facts: The language.
    :returns: The licence.
    :raises RecipeError: when no licence fits the parts.
    """
    return derive(parts_of(facts.recipe.get("license"), facts.models))


def licence(corpus: CorpusFacts) -> str:
    """Show the licence of every language; languages with the same parts share one text."""
    groups: dict[str, list[str]] = {}
    for name, facts in corpus.languages.items():
        groups.setdefault(_text(licence_of(facts)), []).append(name)
    if len(groups) == 1:
        return next(iter(groups))
    return "\n\n".join(f"For {names(codes)}:\n\n{text}" for text, codes in groups.items())


def _text(licence: Licence) -> str:
    """Say what a licence is and why."""
    parts = dict.fromkeys(licence.parts)
    rows = [
        [
            "text, with the labels it came with" if part.name is None else f"{inline(part.role)} {code(part.name)}",
            inline(part.licence or "unknown"),
            _permission(part.licence),
        ]
        for part in parts
    ]
    paragraphs = [_verdict(licence), table(["part", "licence", "allows"], rows)]
    paragraphs.append(
        "silverner derives the licence by rule: the licence of a model covers what the model wrote, and the licence of "
        "a program (an aligner, Apertium) does not. This is no legal advice."
    )
    return "\n\n".join(paragraphs)


def _verdict(licence: Licence) -> str:
    """Name the licence and the part that decides."""
    if licence.unknown:
        return _unknown(licence)
    because = inline(str(licence.because))
    if licence.name == "other":
        return f"**Other**: {because} has its own terms. They apply in addition to the terms of the other parts."
    words = allows(licence.name) or "it has its own terms; read them"
    return f"**{inline(licence.name)}**: {words}. The strictest part decides, and that is {because}."


def _unknown(licence: Licence) -> str:
    """Say which parts nobody knows the licence of, and what the other parts allow at most."""
    unknown = dict.fromkeys(part.name for part in licence.unknown)
    reasons = ["the recipe names no licence of the text (`license:`)"] if None in unknown else []
    if models := [name for name in unknown if name is not None]:
        reasons.append(f"the licence of {names(models)} is not known (`license:` beside `model:`)")
    verdict = f"**Unknown**: {', and '.join(reasons)}. So it is not known what you may do; ask the authors."
    if licence.of_known_parts is None:
        return verdict
    limit = allows(licence.of_known_parts) or "terms of their own"
    return f"{verdict} The other parts allow no more than this: {limit} ({inline(licence.of_known_parts)})."


def _permission(name: str | None) -> str:
    if name in {None, "unknown"}:
        return "not known"
    return allows(name or "") or "its own terms"
