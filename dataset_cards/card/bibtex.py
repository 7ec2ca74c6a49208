"""The BibTeX entries on a card: one for the corpus itself, and those of the texts that it is made from."""

from __future__ import annotations

import re

from silverner.dataset_cards.card.markdown import fenced
from silverner.dataset_cards.facts import CorpusFacts, about_of

_SPECIAL = str.maketrans(
    {**{char: f"\\{char}" for char in "{}%$&#_"}, "\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"}
)
_MOST_SIGNATURES = 3
"""Signatures that an entry names; those of more languages stand in the text of the card."""


def bibtex(corpus: CorpusFacts) -> str:
    """Write the entry of the corpus and those of its texts.

    :param corpus: The corpus.
    :returns: A block of code.
    """
    every = corpus.languages.values()
    about = [about_of(facts.recipe) for facts in every]
    about += [about_of(facts.recipe.get(side)) for side in ("source", "target") for facts in every]
    entries = dict.fromkeys(one.citation for one in about if one.citation)
    return fenced("\n\n".join([own_entry(corpus), *entries]), "bibtex")


def own_entry(corpus: CorpusFacts) -> str:
    """Write the entry of the corpus itself.

    :param corpus: The corpus.
    :returns: BibTeX.
    """
    about = about_of(next(iter(corpus.languages.values())).recipe)
    signatures = [facts.signature for facts in corpus.languages.values()]
    versions = ", ".join(dict.fromkeys(facts.silverner for facts in corpus.languages.values()))
    made_by = f"Built with silverner {versions}"
    signed = f", signature {', '.join(signatures)}" if len(signatures) <= _MOST_SIGNATURES else ""
    fields = {
        "author": " and ".join(map(_author, about.authors)),
        "title": f"{{{_escaped(about.name)}}}" if about.name else f"{_escaped(corpus.name)}: projected silver data",
        "version": corpus.version,
        "doi": about.doi or "",
        "url": about.homepage or "",
        "howpublished": f"Dataset {_escaped(corpus.repo_id)} on the Hugging Face Hub" if corpus.repo_id else "",
        "note": made_by + signed,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    key = re.sub(r"[^A-Za-z0-9.-]", "-", f"{corpus.name}-{corpus.version}")
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _author(name: str) -> str:
    """Write a name so that BibTeX splits that of a person, and leaves that of an organisation whole."""
    return _escaped(name) if "," in name and " and " not in name else f"{{{_escaped(name)}}}"


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
