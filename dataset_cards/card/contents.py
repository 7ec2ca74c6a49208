"""The sections of a card on what a corpus holds: what it is for, how to load it, its columns, and samples."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from silverner.dataset_cards.card.corrections import has_corrections
from silverner.dataset_cards.card.escape import code, inline, isolated
from silverner.dataset_cards.card.markdown import fenced, names
from silverner.dataset_cards.card.raw_row import row_as_json, type_of
from silverner.dataset_cards.facts import CorpusFacts, LanguageFacts, SampleRow

_SPLITS = {
    "train": "to train a model.",
    "validation": "to stop training and to choose settings. Its labels have the same kinds of errors as those of "
    "`train`, so a model that learnt these errors looks good here.",
    "test": "to compare models that were trained on this corpus. A score on it says how well a model repeats the "
    "program that made the labels. Do not report it as a result.",
}
_OTHER_SPLIT = "a split of the original text. Use it as that text uses it."
COLUMNS = {
    "id": "the name of the sentence; it is unique in a config",
    "tokens": "the words of the sentence",
    "ner_tags": "the tags of the words (IOB2)",
    "source_tokens": "the words of the source sentence, where the labels come from",
    "source_ner_tags": "the tags of the source words",
    "pivot_tokens": "the words of the pivot sentence, which was labelled and then translated back",
    "pivot_ner_tags": "the tags of the pivot words",
    "alignment": "links between words: the position in the source, a hyphen, the position in the target",
    "entities": "every entity: its place, label and score",
    "score": "the mean score over the source entities; a lost entity counts as 0",
    "flags": "the filters that the sentence fails",
    "unknown": "the positions of words that the translator did not know",
    "source_unknown": "the positions of source words that the translator did not know",
    "pivot_unknown": "the positions of pivot words that the translator did not know",
    "distribution": "the probability of every tag for every word, from the labeller or the teachers of the target "
    "language; the tags stand in the order of the names of `ner_tags`",
    "source_distribution": "the probability of every tag for every source word",
    "pivot_distribution": "the probability of every tag for every pivot word",
    "marker_faults": "what went wrong with the entity markers in translation",
    "human_entities": "the entities that people see in the sentence, as `ner_tags` shows them; no value where nobody "
    "looked at it, and `ner_tags` shows those of the program",
}
"""What stands in every column of a published row."""
ENTITY_FIELDS = {
    "source_start": "its place in the source",
    "confidence": "the probability that it is right, with its boundaries and label, if the source entity is "
    "(`confidence`)",
    "label_confidence": "the probability that the labeller gave to it (`label_confidence`)",
    "votes": "the voters that voted for it (`votes`)",
}
"""What an entity holds besides place, label and score, by field."""


def about(corpus: CorpusFacts) -> str:
    """Say what the corpus is, what it is not, and what each split is for."""
    splits = dict.fromkeys(split for facts in corpus.languages.values() for split in facts.splits)
    items = [f"- {code(split)}: {_SPLITS.get(split, _OTHER_SPLIT)}" for split in splits]
    with_gold = [name for name, facts in corpus.languages.items() if facts.measured]
    if with_gold:
        items.append(
            f"- The text of {names(with_gold)} also has gold labels. They were used to measure this corpus, not to "
            "make it. If you test on that gold data, do not train on the same sentences of this corpus: `silverner "
            "check FOLDER --gold FILE` finds them."
        )
    translated = [name for name, facts in corpus.languages.items() if facts.method.translates_text]
    if translated:
        items.append(
            f"- A machine translated the text of {names(translated)}. Do not learn from it how the language is written."
        )
    checked = (
        "people checked only those of a few sentences (see Languages)"
        if has_corrections(corpus)
        else "nobody checked them"
    )
    intro = (
        f"The labels are **silver**: programs made them, and {checked}. They are not gold labels. Train on "
        "them. To report how good a model is, test it on labels that people made."
    )
    return f"{intro}\n\n" + "\n".join(items)


def load(corpus: CorpusFacts) -> str:
    """Show how to load the corpus: all of it, one release of it, its files, its languages together."""
    first, facts = next(iter(corpus.languages.items()))
    split, part = next(iter(facts.splits.items()))
    path = part.file if part.parts is None else f"{first}/{split}-*.parquet"
    codes = ", ".join(f'"{name}"' for name in list(corpus.languages)[:3])
    if corpus.repo_id:
        call = f'load_dataset("{corpus.repo_id}", "{first}", revision="v{corpus.version}")'
        arguments, file = f'"{corpus.repo_id}", name, split="{split}"', f"hf://datasets/{corpus.repo_id}/{path}"
        note = "`revision` names this release. Without it you get the newest release, and its rows may differ."
    else:
        folder = folder_of(corpus)
        call = f'load_dataset("{folder}", "{first}")'
        arguments, file = f'"{folder}", name, split="{split}"', f"{folder}/{path}"
        note = (
            f"`{folder}` is the folder of this file. To load the corpus from a repository, write the name of the "
            f'repository instead, and add `revision="v{corpus.version}"` to get this release and no later one.'
        )
    readers = ["pandas", "polars"] if part.parts is None else ["polars"]  # pandas reads no pattern
    calls = ", ".join(f'`{reader}.read_parquet("{file}")`' for reader in readers)
    return f"""```python
from datasets import concatenate_datasets, load_dataset

data = {call}
names = data["{split}"].features["ner_tags"].feature.names  # the name of every tag number
together = concatenate_datasets([load_dataset({arguments}) for name in [{codes}]])
```

{note} Every other Parquet reader works too: {calls}."""


def folder_of(corpus: CorpusFacts) -> str:
    """Name the folder that a build writes by default; the library cannot load the folder ``.``.

    :param corpus: The corpus.
    """
    return f"silver-{corpus.name}"


def columns(corpus: CorpusFacts) -> str:
    """Say what stands in every column."""
    features = [feature for facts in corpus.languages.values() for feature in facts.features]
    used = {feature["name"] for feature in features}
    fields = {field["name"] for feature in features if feature["name"] == "entities" for field in feature["list"]}
    endings = {"entities": "".join(f"; {text}" for name, text in ENTITY_FIELDS.items() if name in fields)}
    kinds = {feature["name"]: type_of(feature) for feature in features}
    described = [
        f"- `{name}` ({kinds[name]}): {text}{endings.get(name, '')}" for name, text in COLUMNS.items() if name in used
    ]
    return "\n".join([*described, *(f"- {code(name)} ({kinds[name]})" for name in sorted(used - COLUMNS.keys()))])


def samples(corpus: CorpusFacts) -> str:
    """Show rows of every language, drawn by the hash of their ids."""
    parts = ["Drawn by the hash of their ids; nobody chose them:"]
    for name, facts in corpus.languages.items():
        rows = [_sample(sample, facts) for sample in facts.samples]
        parts.append(f"**{isolated(inline(facts.language.name))}** ({code(name)})\n\n" + "\n".join(rows))
    examples = ((name, facts.example) for name, facts in corpus.languages.items() if facts.example)
    for name, example in itertools.islice(examples, 1):
        parts.append(f"A row of {code(name)} as it is in the file:\n\n{fenced(row_as_json(example), 'json')}")
    return "\n\n".join(parts)


def _sample(sample: SampleRow, facts: LanguageFacts) -> str:
    """Show one row, with its source sentence where it has one."""
    target = _with_entities(sample.tokens, sample.spans, spaced=facts.language.spaced)
    lines = [f"- {code(sample.id)}, {code(sample.split)}: {target}"]
    if sample.source_tokens is not None:
        spaced = facts.source_language.spaced
        source = _with_entities(sample.source_tokens, sample.source_spans or [], spaced=spaced)
        lines.append(f"  - {isolated(inline(facts.source_language.name))}: {source}")
    return "\n".join(lines)


_LONGEST = 60
"""Tokens that are shown of a sample."""


def _with_entities(tokens: Sequence[str], spans: Sequence[tuple[int, int, str]], *, spaced: bool) -> str:
    """Write a sentence with its entities in bold, each followed by its label."""
    between, position = " " if spaced else "", 0
    words: list[str] = []
    for start, end, label in spans:
        if end > _LONGEST:
            break
        entity = inline(between.join(tokens[start:end])) or "\ufffd"
        words += [inline(between.join(tokens[position:start])), f"**{entity}** ({inline(label)})"]
        position = end
    words.append(inline(between.join(tokens[position:_LONGEST])))
    ellipsis = " …" if len(tokens) > _LONGEST else ""
    return isolated(" ".join(word for word in words if word) + ellipsis)
