"""The front matter of a card by the conventions of the Hub, and how a card splits into front matter and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from silverner.dataset_cards.card.licensing import licence_of
from silverner.dataset_cards.facts import CorpusFacts, LanguageFacts, SplitFiles, about_of
from silverner.dataset_cards.vocabulary import size_category
from silverner.projection.parsing import dump_yaml

_FRONT = re.compile(r"\A---\n(.*?)^---$\n?(.*)\Z", re.DOTALL | re.MULTILINE)


def split_card(text: str) -> tuple[str | None, str]:
    r"""Split a card into its front matter and its body.

    :param text: The card.
    :returns: The YAML, ``None`` where there is none, and the body.

    >>> split_card("---\nlicense: mit\n---\n# Title\n")
    ('license: mit', '# Title\n')
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    match = _FRONT.match(text)
    return (match[1].removesuffix("\n"), match[2]) if match else (None, text)


def front_matter_text(front: Mapping[str, Any]) -> str:
    """Write front matter as YAML.

    :param front: Its keys.
    :returns: YAML, in the order of the keys.
    """
    return dump_yaml(dict(front))


def front_matter(corpus: CorpusFacts) -> dict[str, Any]:
    """Collect the keys that the Hub and ``load_dataset`` read.

    :param corpus: The corpus.
    :returns: The keys of the front matter.
    :raises RecipeError: when no licence fits the parts of a language.
    """
    languages = corpus.languages
    every = languages.values()
    licences = sorted({licence_of(facts).name for facts in every})
    text_creators = sorted({"machine-generated" if facts.method.translates_text else "found" for facts in every})
    number = "multilingual" if len(languages) > 1 else "monolingual"
    has_source_text = any(feature["name"] == "source_tokens" for facts in every for feature in facts.features)
    about = about_of(next(iter(every)).recipe)
    text_datasets = dict.fromkeys(name for facts in every for name in facts.text_datasets)
    return {
        "pretty_name": corpus.name,
        "version": corpus.version,
        **({"doi": about.doi} if about.doi else {}),
        "license": licences[0] if len(licences) == 1 else licences,
        "language": list(dict.fromkeys(facts.language.bcp47 for facts in every)),
        "multilinguality": [number, "translation"] if has_source_text else [number],
        "annotations_creators": ["machine-generated"],
        "language_creators": text_creators,
        "source_datasets": [f"extended|{name}" for name in text_datasets] or ["extended|other"],
        "size_categories": [size_category(corpus.total_rows)],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["silverner", "projected-silver", *sorted({facts.method.name for facts in every})],
        "configs": [_config(code, facts) for code, facts in languages.items()],
        "dataset_info": [_info(code, facts) for code, facts in languages.items()],
    }


def _config(code: str, facts: LanguageFacts) -> dict[str, Any]:
    files = [{"split": split, "path": paths_of(part)} for split, part in facts.splits.items()]
    return {"config_name": code, "version": facts.version, "data_files": files}


def paths_of(split: SplitFiles) -> str | list[str]:
    """Return what ``data_files`` has for a split: the path of its file, or a list of several.

    :param split: The split.
    """
    return split.file if split.parts is None else [part.file for part in split.parts]


def _info(code: str, facts: LanguageFacts) -> dict[str, Any]:
    parts = facts.splits
    return {
        "config_name": code,
        "features": facts.features,
        "splits": [{"name": s, "num_bytes": part.bytes, "num_examples": part.rows} for s, part in parts.items()],
        "download_size": sum(part.size for part in parts.values()),
        "dataset_size": sum(part.bytes for part in parts.values()),
    }
