"""The front matter of a card, by the conventions of the Hub, and the two parts of a card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from silverner.dataset_cards.card.methods import TRANSLATED
from silverner.dataset_cards.facts.corpus import CorpusFacts, LanguageFacts
from silverner.dataset_cards.licence import derive, parts_of
from silverner.dataset_cards.vocabulary import size_category

_FRONT = re.compile(r"\A---\n(.*?)^---$\n?(.*)\Z", re.DOTALL | re.MULTILINE)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def split_card(text: str) -> tuple[str | None, str]:
    r"""Take a card apart.

    :param text: The card.
    :returns: Its YAML, ``None`` where there is none, and its body.

    >>> split_card("---\nlicense: mit\n---\n# Title\n")
    ('license: mit', '# Title\n')
    """
    found = _FRONT.match(text.replace("\r\n", "\n"))
    return (found[1].removesuffix("\n"), found[2]) if found else (None, text)


def write_front(front: Mapping[str, Any]) -> str:
    """Write front matter as YAML.

    :param front: Its keys.
    :returns: YAML, in the order of the keys.
    """
    written: str = yaml.dump(dict(front), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120)
    return written


def front_matter(corpus: CorpusFacts) -> dict[str, Any]:
    """Say what the Hub and ``load_dataset`` read.

    :param corpus: The corpus.
    :returns: The keys of the front matter.
    :raises RecipeError: when no licence fits the parts of a language.
    """
    languages = corpus.languages
    every = languages.values()
    licences = sorted({derive(parts_of(f.recipe, [m.model_dump() for m in f.models])).name for f in every})
    made = sorted({"machine-generated" if facts.method in TRANSLATED else "found" for facts in every})
    number = "multilingual" if len(languages) > 1 else "monolingual"
    both = any(feature["name"] == "source_tokens" for facts in every for feature in facts.features)
    sources = dict.fromkeys(name for facts in every for name in facts.sources)
    return {
        "pretty_name": corpus.name,
        "version": corpus.version,
        "license": licences[0] if len(licences) == 1 else licences,
        "language": list(dict.fromkeys(facts.language.bcp47 for facts in every)),
        "multilinguality": [number, "translation"] if both else [number],
        "annotations_creators": ["machine-generated"],
        "language_creators": made,
        "source_datasets": [f"extended|{name}" for name in sources] or ["extended|other"],
        "size_categories": [size_category(corpus.total)],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["silverner", "projected-silver", *sorted({facts.method for facts in every})],
        "configs": [_config(code, facts) for code, facts in languages.items()],
        "dataset_info": [_info(code, facts) for code, facts in languages.items()],
    }


def _config(code: str, facts: LanguageFacts) -> dict[str, Any]:
    files = [{"split": split, "path": part.file} for split, part in facts.splits.items()]
    return {"config_name": code, "version": facts.version, "data_files": files}


def _info(code: str, facts: LanguageFacts) -> dict[str, Any]:
    parts = facts.splits
    return {
        "config_name": code,
        "features": facts.features,
        "splits": [{"name": s, "num_bytes": part.bytes, "num_examples": part.rows} for s, part in parts.items()],
        "download_size": sum(part.size for part in parts.values()),
        "dataset_size": sum(part.bytes for part in parts.values()),
    }
