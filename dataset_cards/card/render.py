"""The card of a corpus folder: its facts in front matter and sections, and what people wrote beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from silverner.dataset_cards.card import provenance, sections
from silverner.dataset_cards.card.escape import inline
from silverner.dataset_cards.card.front_matter import front_matter, write_front
from silverner.dataset_cards.card.user_content import own_keys, own_sections
from silverner.dataset_cards.facts.corpus import CorpusFacts

CARD = "README.md"
_NOTE = (
    "# Written by silverner from manifest.json, and anew by every build. Sections under headings of your own, and\n"
    "# keys of your own, are kept.\n"
)
_ABOUT, _LOAD, _LANGUAGES, _COLUMNS = "What this is, and what it is not", "Load it", "Languages", "Columns"
_SAMPLES, _MADE, _PROBLEMS, _LICENCE = "Samples", "How it was made", "Known problems", "Licence"
_AGAIN, _CITE, _CHANGES = "Make it again", "Cite", "Changelog"


def render_card(manifest: Mapping[str, Any], *, existing: str = "", elsewhere: str = "", recorded: bool = False) -> str:
    """Render the README.md of a corpus folder.

    :param manifest: Facts of the corpus and of every language in it.
    :param existing: The card as it is: sections under headings that are not generated, and keys of the front matter
        that are not, are taken over.
    :param elsewhere: Another card, of which the same is taken over where ``existing`` has none of the name.
    :param recorded: Whether the folder has a CHANGELOG.md.
    :returns: YAML front matter (configs, features, sizes, versions) and a body.
    :raises DataError: when a fact is missing.
    :raises RecipeError: when no licence fits the parts of the corpus.
    """
    corpus = CorpusFacts.of(manifest)
    front = front_matter(corpus)
    front |= {**own_keys(elsewhere, front), **own_keys(existing, front)}
    parts = {
        _ABOUT: sections.about(corpus),
        _LOAD: sections.load(corpus),
        _LANGUAGES: sections.languages(corpus),
        _COLUMNS: sections.columns(corpus),
        _SAMPLES: sections.samples(corpus),
        _MADE: provenance.made(corpus),
        _PROBLEMS: provenance.problems(corpus),
        _LICENCE: provenance.licence(corpus),
        _AGAIN: provenance.again(corpus),
        _CITE: provenance.cite(corpus),
        _CHANGES: provenance.changes(corpus, recorded=recorded),
    }
    own = own_sections([existing, elsewhere], {corpus.name, *parts})
    number = len(corpus.languages)
    body = [
        f"# {inline(corpus.name)}",
        f"*Projected silver* named-entity data in {number} language{'' if number == 1 else 's'}, "
        f"{corpus.total:,} sentences, version {corpus.version}.",
    ]
    body += [text for after, text in own if after is None or after == corpus.name]
    for title, text in parts.items():
        body += [f"## {title}", text, *(kept for after, kept in own if after == title)]
    return f"---\n{_NOTE}{write_front(front)}---\n\n" + "\n\n".join(body) + "\n"
