"""The section of a card on the texts that a corpus is made from: what they are, and who made them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from silverner.dataset_cards.card.escape import code, inline
from silverner.dataset_cards.card.markdown import names
from silverner.dataset_cards.facts import About, CorpusFacts, LanguageFacts, about_of


def sources(corpus: CorpusFacts) -> str:
    """Say where the texts come from; languages with the same texts share one paragraph."""
    groups: dict[str, list[str]] = {}
    for name, facts in corpus.languages.items():
        groups.setdefault("\n".join(_texts(facts)), []).append(name)
    shared = "\n\n".join(f"For {names(codes)}:\n\n{text}" for text, codes in groups.items())
    parts = [next(iter(groups)) if len(groups) == 1 else shared]
    about = about_of(next(iter(corpus.languages.values())).recipe)
    if not about.is_empty:
        parts.insert(0, "\n".join(["- The corpus itself", *_items(about)]))
    return "\n\n".join(parts)


def _texts(facts: LanguageFacts) -> Iterator[str]:
    """Describe the text on each side that the corpus reads."""
    sides = {"source": f"The {inline(facts.source_language.name)} text", "target": "The text of the target language"}
    for side, words in sides.items():
        text = facts.recipe.get(side) or {}
        if not text.get("files") and not text.get("dataset"):
            continue
        about = about_of(text)
        place = f"the data set {code(text['dataset'])}" if text.get("dataset") else "files that the recipe names"
        yield f"- {words}, from {place}"
        if about.is_empty:
            yield f"  - The recipe says nothing more about it (`about:` below `{side}:`)."
        yield from _items(about)


def _items(about: About) -> Iterator[str]:
    """List what is known of a text or a corpus."""
    texts = {
        "Name": about.name,
        "What it is": about.description,
        "How it was collected": about.collection,
        "Authors": "; ".join(about.authors),
    }
    yield from (f"  - {word}: {inline(text)}" for word, text in texts.items() if text)
    if about.homepage:
        yield f"  - Page: [{inline(about.homepage)}]({about.homepage})"
    if about.doi:
        yield f"  - DOI: [{inline(about.doi)}](https://doi.org/{quote(about.doi)})"
    if about.citation:
        yield "  - Citation: below, under *Cite*"
