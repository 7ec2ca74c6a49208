"""CITATION.cff of a corpus, in the Citation File Format 1.2.0, which GitHub, Zenodo and Zotero read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from silverner.dataset_cards.card.licensing import licence_of
from silverner.dataset_cards.facts import About, CorpusFacts, about_of
from silverner.projection.parsing import dump_yaml

CITATION = "CITATION.cff"
_SPDX = {
    "mit": "MIT",
    "apache-2.0": "Apache-2.0",
    "unlicense": "Unlicense",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "odc-by": "ODC-By-1.0",
    "gpl-2.0": "GPL-2.0-only",
    "gpl-3.0": "GPL-3.0-only",
    "agpl-3.0": "AGPL-3.0-only",
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-3.0": "LGPL-3.0-only",
    "mpl-2.0": "MPL-2.0",
    "cdla-sharing-1.0": "CDLA-Sharing-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0",
    "cdla-permissive-2.0": "CDLA-Permissive-2.0",
    "etalab-2.0": "etalab-2.0",
}
"""What SPDX calls licences of the Hub, besides those of Creative Commons."""


def spdx(licence: str) -> str | None:
    """Name a licence as SPDX does.

    :param licence: As the Hub calls it.
    :returns: Its SPDX identifier; ``None`` where it has none that is certain.

    >>> spdx("cc-by-sa-4.0"), spdx("unknown")
    ('CC-BY-SA-4.0', None)
    """
    is_creative_commons = licence.startswith("cc") and licence[-1].isdigit()
    return licence.upper() if is_creative_commons else _SPDX.get(licence)


def citation_file(corpus: CorpusFacts) -> str:
    """Write the file.

    :param corpus: The corpus.
    :returns: YAML.
    :raises RecipeError: when no licence fits the parts of a language.
    """
    every = list(corpus.languages.values())
    about = about_of(every[0].recipe)
    licences = {spdx(licence_of(facts).name) for facts in every}
    texts = dict.fromkeys(about_of(facts.recipe.get(side)) for side in ("source", "target") for facts in every)
    references = [_reference(text) for text in texts if text.name and text.authors]
    values: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this corpus, please cite it, and the works that its card names.",
        "type": "dataset",
        "title": about.name or corpus.name,
        "version": corpus.version,
        "authors": list(_authors(about)) or [{"name": f"The makers of {corpus.name}"}],
        "abstract": about.description,
        "doi": about.doi,
        "url": about.homepage,
        "license": licences.pop() if len(licences) == 1 else None,
        "keywords": ["named entity recognition", "projected silver", *_languages(corpus)],
        "references": references,
    }
    return dump_yaml({key: value for key, value in values.items() if value})


def _languages(corpus: CorpusFacts) -> list[str]:
    return list(dict.fromkeys(facts.language.name for facts in corpus.languages.values()))


def _reference(text: About) -> dict[str, Any]:
    """Describe a text that the corpus is made from."""
    values = {
        "type": "data",
        "title": text.name,
        "authors": list(_authors(text)),
        "doi": text.doi,
        "url": text.homepage,
    }
    return {key: value for key, value in values.items() if value}


def _authors(about: About) -> Iterator[dict[str, str]]:
    """Split the names of people, which hold a comma; other names are those of organisations."""
    for author in about.authors:
        family, _, rest = (part.strip() for part in author.partition(","))
        yield {"family-names": family, "given-names": rest} if family and rest else {"name": author}
