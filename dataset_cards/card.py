"""The card of a corpus folder, made from its manifest and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from projection.languages import language_name

_TEXT = """# {name}

*Projected silver* named-entity data: the labels were made for {source} text and carried over to each language below by
a program. They are not gold: use them to train, not to evaluate.

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder", "{example}")
```

| config | language | version | split sizes | dropped | entities | F1 on gold, kept (all) |
|---|---|---|---|---|---|---|
{table}

Every row has `tokens` and `ner_tags` (IOB2), and says where each label came from: `source_tokens`,
`source_ner_tags`, `alignment` (source-target links), `entities` (span, label, score, source span), the `score` of the
sentence and the `flags` of the filters it fails.

How it was made (the last word names the exact chain):

{chains}
"""


def render_card(manifest: Mapping[str, Any]) -> str:
    """Render the README.md of a corpus folder.

    :param manifest: Facts of the corpus and of every language in it.
    :returns: YAML front matter (configs, features, sizes, versions) and a body.
    """
    languages: Mapping[str, Any] = manifest["languages"]
    front = yaml.safe_dump(_front_matter(manifest), sort_keys=False, allow_unicode=True, width=120)
    first = next(iter(languages.values()))
    body = _TEXT.format(
        name=manifest["name"],
        source=language_name(first["recipe"]["source"]["language"]),
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
        "language": list(languages),
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


def _row(code: str, facts: Mapping[str, Any]) -> str:
    """Render one language as a row of the table."""
    counts = facts["counts"]
    sizes = ", ".join(f"{split} {part['rows']:,}" for split, part in facts["splits"].items())
    dropped = ", ".join(f"{number:,} {reason}" for reason, number in counts["dropped"].items()) or "none"
    entities = ", ".join(f"{label} {number:,}" for label, number in counts["entities"].items()) or "none"
    measured = facts.get("measured")
    gold = f"{measured['f1']:.1f} ({measured['f1_all']:.1f})" if measured else "not measured"
    cells = [f"`{code}`", language_name(code), facts["version"], sizes, dropped, entities, gold]
    return "| " + " | ".join(cells) + " |"


def _chain(facts: Mapping[str, Any]) -> str:
    """Say in one line how a language was made."""
    recipe = facts["recipe"]
    engines = [f"{recipe[part]['engine']}" for part in ("translator", "aligner") if recipe.get(part)]
    parts = [recipe["method"], *engines, f"{recipe['score']} score", f"{recipe['matcher']} matching"]
    trial = f"; a trial with the first {facts['limit']} sentences" if facts.get("limit") else ""
    return f"{', '.join(parts)}, `{facts['signature']}`{trial}"
