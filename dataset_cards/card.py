"""The card of a corpus folder, made from its manifest and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_TEXT = """# {name}

*Projected silver* named-entity data: {how} They are not gold: use them to train, not to evaluate.

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder", "{example}")
```

| config | language | version | split sizes | dropped | entities | F1 on gold, kept (all) |
|---|---|---|---|---|---|---|
{table}

Columns:

{columns}

How it was made (the last word names the exact chain):

{chains}
"""

_HOW = {
    "parallel": "A program carried the labels of {source} text over to its translations by people.",
    "translate-train": "{source} text was machine-translated into each language below, and its labels carried over.",
    "translate-test": "text of each language below was machine-translated into {source}, labelled there by a model, "
    "and the labels were carried back.",
    "back-translation": "text of each language below was machine-translated into {source}, labelled there by a model, "
    "translated back with its entities marked, and the labels were carried over to the original.",
    "marked": "{source} text was machine-translated into each language below with its entities marked.",
    "vote": "several ways of labelling text of each language below voted on its entities.",
    "model-transfer": "a model that was trained on other languages labelled text of each language below.",
}

_BY_PEOPLE = {"parallel", "translate-train", "marked"}
"""Methods whose source text people labelled, unless a model did."""

_COLUMNS = {
    "tokens": "the words of the sentence",
    "ner_tags": "their tags (IOB2)",
    "source_tokens": "the sentence the labels come from",
    "source_ner_tags": "its tags",
    "pivot_tokens": "the sentence between the two: what was labelled before it was translated back",
    "pivot_ner_tags": "its tags",
    "alignment": "links between source and target words, source first",
    "entities": "every entity: its place, label and score, and where there is one its place in the source, the "
    "probability that its boundaries are right (`confidence`), and how sure the labeller was of the source entity "
    "(`label_confidence`)",
    "score": "the mean score over the source entities, 0 for one that was lost",
    "flags": "the filters the sentence fails",
    "unknown": "words the translator did not know",
    "source_unknown": "words of the source the translator did not know",
    "pivot_unknown": "words of the pivot the translator did not know",
    "distribution": "the probability of every tag for every word, as the labeller or teachers of the target language "
    "say, in the order of the names of `ner_tags`",
    "source_distribution": "the same for every source word",
    "pivot_distribution": "the same for every word of the pivot",
    "marker_faults": "what went wrong with the markers of entities",
}


def render_card(manifest: Mapping[str, Any]) -> str:
    """Render the README.md of a corpus folder.

    :param manifest: Facts of the corpus and of every language in it.
    :returns: YAML front matter (configs, features, sizes, versions) and a body.
    """
    languages: Mapping[str, Any] = manifest["languages"]
    front = yaml.safe_dump(_front_matter(manifest), sort_keys=False, allow_unicode=True, width=120)
    used = {feature["name"] for facts in languages.values() for feature in _features(facts)}
    body = _TEXT.format(
        name=manifest["name"],
        how=" ".join(_ways(languages)),
        columns="\n".join(f"- `{name}`: {says}" for name, says in _COLUMNS.items() if name in used),
        example=next(iter(languages)),
        table="\n".join(_row(code, facts) for code, facts in languages.items()),
        chains="\n".join(f"- `{code}`: {_chain(facts)}" for code, facts in languages.items()),
    )
    return f"---\n{front}---\n\n{body}"


def _front_matter(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the Hub and ``load_dataset`` read."""
    languages: Mapping[str, Any] = manifest["languages"]
    licences = sorted({facts["recipe"]["license"] for facts in languages.values() if facts["recipe"].get("license")})
    front: dict[str, Any] = {
        "pretty_name": manifest["name"],
        "language": list(dict.fromkeys(facts["language"]["bcp47"] for facts in languages.values())),
        "annotations_creators": ["machine-generated"],
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "tags": ["silverner", "projected-silver"],
    }
    if len(licences) == 1:
        front["license"] = licences[0]
    front["configs"] = [
        {
            "config_name": code,
            "version": facts["version"],
            "data_files": [{"split": split, "path": part["file"]} for split, part in facts["splits"].items()],
        }
        for code, facts in languages.items()
    ]
    front["dataset_info"] = [
        {
            "config_name": code,
            "features": facts["features"],
            "splits": [
                {"name": split, "num_bytes": part["bytes"], "num_examples": part["rows"]}
                for split, part in facts["splits"].items()
            ],
            "download_size": sum(part["size"] for part in facts["splits"].values()),
            "dataset_size": sum(part["bytes"] for part in facts["splits"].values()),
        }
        for code, facts in languages.items()
    ]
    return front


def _ways(languages: Mapping[str, Any]) -> list[str]:
    """Say once for every method how its labels came to be."""
    ways = []
    for facts in languages.values():
        recipe, source = facts["recipe"], facts["source_language"]["name"]
        if recipe["method"] in _BY_PEOPLE and recipe.get("labeller"):
            ways.append(f"the labels of the {source} text were found by a model. {_HOW[recipe['method']]}")
        else:
            ways.append(_HOW[recipe["method"]])
        ways[-1] = ways[-1].format(source=source)
    first, *others = dict.fromkeys(ways)
    return [first, *(way[:1].upper() + way[1:] for way in others)]


def _features(facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    features: list[Mapping[str, Any]] = facts["features"]
    return features


def _row(code: str, facts: Mapping[str, Any]) -> str:
    """Render one language as a row of the table."""
    counts = facts["counts"]
    sizes = ", ".join(f"{split} {part['rows']:,}" for split, part in facts["splits"].items())
    dropped = ", ".join(f"{number:,} {reason}" for reason, number in counts["dropped"].items()) or "none"
    entities = ", ".join(f"{label} {number:,}" for label, number in counts["entities"].items()) or "none"
    measured = facts.get("measured")
    gold = f"{measured['f1']:.1f} ({measured['f1_all']:.1f})" if measured else "not measured"
    cells = [f"`{code}`", facts["language"]["name"], facts["version"], sizes, dropped, entities, gold]
    return "| " + " | ".join(cells) + " |"


def _chain(facts: Mapping[str, Any]) -> str:
    """Say in one line how a language was made."""
    recipe = facts["recipe"]
    named = [recipe[part] for part in ("translator", "back_translator", "labeller", "aligner") if recipe.get(part)]
    engines = [f"{part['engine']} ({part['model']})" if part.get("model") else str(part["engine"]) for part in named]
    matching = [f"{recipe['score']} score", f"{recipe['matcher']} matching"] if recipe.get("aligner") else []
    parts = [recipe["method"], *engines, *matching]
    trial = f"; a trial with the first {facts['limit']} sentences" if facts.get("limit") else ""
    return f"{', '.join(parts)}, `{facts['signature']}`{trial}"
