"""The card of a corpus folder: its facts in front matter and sections, and what people wrote beside them."""

from __future__ import annotations

from collections.abc import Mapping

from silverner.dataset_cards.card import contents, languages, licensing, provenance, sources, training
from silverner.dataset_cards.card.escape import inline
from silverner.dataset_cards.card.front_matter import front_matter, front_matter_text
from silverner.dataset_cards.card.user_content import user_keys, user_sections
from silverner.dataset_cards.facts import CorpusFacts
from silverner.dataset_cards.facts.students import StudentFacts

CARD = "README.md"
_NOTE = (
    "# silverner writes this file from manifest.json at every build. It keeps sections under your own headings, and\n"
    "# your own keys.\n"
)
_TRAIN = "Train on it"
_ABOUT, _LOAD, _LANGUAGES, _COLUMNS = "What this is, and what it is not", "Load it", "Languages", "Columns"
_SAMPLES, _MADE, _PROBLEMS, _LICENCE = "Samples", "How it was made", "Known problems", "Licence"
_TEXTS = "Where the text comes from"
_AGAIN, _CITE, _CHANGES = "Make it again", "Cite", "Changelog"
_MOST_SIGNATURES = 3
"""Signatures that the first line names."""


def render_card(
    corpus: CorpusFacts,
    *,
    existing: str = "",
    published_card: str = "",
    has_changelog: bool = False,
    students: Mapping[str, StudentFacts] | None = None,
) -> str:
    """Render the README.md of a corpus folder.

    :param corpus: The facts of the corpus and of every language in it.
    :param existing: The card as it is now. Its sections and front matter keys that silverner did not write are kept.
    :param published_card: The card on the Hub. The same is kept of it where ``existing`` has nothing of that name.
    :param has_changelog: Whether the folder has a CHANGELOG.md.
    :param students: What the results of students beside the corpus say, by name.
    :returns: YAML front matter (configs, features, sizes, versions) and a body.
    :raises RecipeError: when no licence fits the parts of the corpus.
    """
    front = front_matter(corpus)
    front |= {**user_keys(published_card, front), **user_keys(existing, front)}
    parts = {
        _ABOUT: contents.about(corpus),
        _LOAD: contents.load(corpus),
        _TRAIN: training.training(corpus, students or {}),
        _LANGUAGES: languages.languages(corpus),
        _COLUMNS: contents.columns(corpus),
        _SAMPLES: contents.samples(corpus),
        _TEXTS: sources.sources(corpus),
        _MADE: provenance.method(corpus),
        _PROBLEMS: provenance.problems(corpus),
        _LICENCE: licensing.licence(corpus),
        _AGAIN: provenance.reproduction(corpus),
        _CITE: provenance.citation(corpus),
        _CHANGES: provenance.changes(corpus, has_changelog=has_changelog),
    }
    written_by_users = user_sections([existing, published_card], {corpus.name, *parts})
    number = len(corpus.languages)
    versions = ", ".join(dict.fromkeys(facts.silverner for facts in corpus.languages.values()))
    signatures = ", ".join(dict.fromkeys(f"`{facts.signature}`" for facts in corpus.languages.values()))
    if number > _MOST_SIGNATURES:
        signatures = f"under *{_MADE}*"
    body = [
        f"# {inline(corpus.name)}",
        f"*Projected silver* named-entity data in {number} language{'' if number == 1 else 's'}, "
        f"{corpus.total_rows:,} sentences, version {corpus.version}. Built with silverner {versions} (`pip install "
        f"silverner`); signature{'' if number == 1 else 's'} {signatures}.",
    ]
    body += [text for after, text in written_by_users if after is None or after == corpus.name]
    for title, text in parts.items():
        body += [f"## {title}", text, *(section for after, section in written_by_users if after == title)]
    return f"---\n{_NOTE}{front_matter_text(front)}---\n\n" + "\n\n".join(body) + "\n"
