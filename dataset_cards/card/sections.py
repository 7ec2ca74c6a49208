"""The sections of a card on what a corpus is: what for, how to load it, its languages, columns and samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from silverner.dataset_cards.card.escape import code, inline, isolated
from silverner.dataset_cards.card.methods import NO_SOURCE, TRANSLATED
from silverner.dataset_cards.card.plot import PLOT
from silverner.dataset_cards.facts.corpus import CorpusFacts, LanguageFacts, Measured, Sample
from silverner.dataset_cards.measure import meaning
from silverner.projection.filters import FILTERS

_SPLITS = {
    "train": "to train on",
    "validation": "to stop training by and to choose settings with; it has the faults of the training split, so a "
    "model that learnt them looks good here",
    "test": "to compare models trained on this corpus with each other; a score on it says how well a model repeats "
    "the program that made the labels, and is no result to report",
}
_DROPS = {
    "empty-source": "no words on the source side",
    "empty-target": "no words on the target side",
    "empty-pivot": "no words in the translation",
    "no-translation": "the translator gave nothing",
    "unfinished-translation": "the translator came to no end",
}
_COLUMNS = {
    "id": "the name of the sentence, once in a config",
    "tokens": "the words of the sentence",
    "ner_tags": "their tags (IOB2)",
    "source_tokens": "the sentence the labels come from",
    "source_ner_tags": "its tags",
    "pivot_tokens": "the sentence between the two: what was labelled before it was translated back",
    "pivot_ner_tags": "its tags",
    "alignment": "links between source and target words, source first",
    "entities": "every entity: its place, label and score",
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
_FIELDS = {
    "source_start": "its place in the source",
    "confidence": "the probability that its boundaries are right (`confidence`)",
    "label_confidence": "how sure the labeller was of it (`label_confidence`)",
    "votes": "who voted for it (`votes`)",
}
"""What an entity has beside, by field."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay cells out as a table.

    :param head: The names of the columns.
    :param rows: Cells of Markdown.
    :returns: Markdown.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def about(corpus: CorpusFacts) -> str:
    """Say what the corpus is, what it is not, and which split is for what."""
    splits = dict.fromkeys(split for facts in corpus.languages.values() for split in facts.splits)
    uses = [f"- {code(s)}: {_SPLITS.get(s, 'a split of the source text; treat it as that text does')}." for s in splits]
    lines = [
        "The labels are **silver**: programs made them, and nobody read them. They are not gold. Train on them; where "
        "you report how good a model is, test it on labels that people made.",
        *uses,
    ]
    golden = [c for c, facts in corpus.languages.items() if facts.measured]
    if golden:
        lines.append(
            f"- The text of {', '.join(map(code, golden))} has gold labels elsewhere, which were measured against and "
            "not used. If you test on those, do not train on the same sentences here: `silverner check FOLDER --gold "
            "FILE` finds them."
        )
    if any(facts.method in TRANSLATED for facts in corpus.languages.values()):
        lines.append("- The text itself is a machine's translation: do not learn from it how the language is written.")
    return f"{lines[0]}\n\n" + "\n".join(lines[1:])


def load(corpus: CorpusFacts) -> str:
    """Show how to load the corpus: all of it, one release of it, its files, its languages together."""
    first, facts = next(iter(corpus.languages.items()))
    split, part = next(iter(facts.splits.items()))
    codes = ", ".join(f'"{name}"' for name in list(corpus.languages)[:3])
    if corpus.repo_id:
        place = f'"{corpus.repo_id}", "{first}", revision="v{corpus.version}"'
        where = f"load_dataset({place})"
        each, file = f'"{corpus.repo_id}", name, split="{split}"', f"hf://datasets/{corpus.repo_id}/{part.file}"
        note = "`revision` names this release; without it you get the newest, and its rows may differ."
    else:
        where = f'load_dataset(".", "{first}")'
        each, file = f'".", name, split="{split}"', part.file
        note = (
            "`.` is the folder of this file; with the name of a repository instead, add "
            f'`revision="v{corpus.version}"` to get this release and no later one.'
        )
    return f"""```python
from datasets import concatenate_datasets, load_dataset

data = {where}
names = data["{split}"].features["ner_tags"].feature.names  # tags by number
every = concatenate_datasets([load_dataset({each}) for name in [{codes}]])
```

{note} Any Parquet reader will do as well: `pandas.read_parquet("{file}")`, `polars.read_parquet("{file}")`."""


def languages(corpus: CorpusFacts) -> str:
    """Show what is there of every language, what was dropped and why, and how good it is."""
    head = ["config", "language", "version", "sentences", "read, dropped", "projected", "confidence", "F1 on gold"]
    rows = [_row(name, facts) for name, facts in corpus.languages.items()]
    labels = corpus.labels
    counts = [
        [code(name), *(f"{facts.counts.entities.get(label, 0):,}" for label in labels), f"{_entities(facts):,}"]
        for name, facts in corpus.languages.items()
    ]
    parts = [
        f"![Sentences kept and dropped, confidence of entities, and entities by label, of every language]({PLOT})",
        table(head, rows),
        _legend(corpus),
        "Entities in the sentences kept:",
        table(["config", *map(inline, labels), "all"], counts),
        _reasons(corpus),
    ]
    return "\n\n".join(part for part in parts if part)


def _entities(facts: LanguageFacts) -> int:
    return sum(facts.counts.entities.values())


def _row(name: str, facts: LanguageFacts) -> list[str]:
    """Render one language as a row of the table."""
    counts, sure = facts.counts, facts.rows.confidence
    sizes = ", ".join(f"{code(split)} {part.rows:,}" for split, part in facts.splits.items())
    dropped = ", ".join(f"{number:,} {code(reason)}" for reason, number in counts.dropped.items()) or "none"
    return [
        code(name),
        isolated(inline(facts.language.name)),
        facts.version,
        sizes,
        f"{counts.input:,}, {dropped}",
        _ratio(facts),
        "not known" if sure is None else f"{sure.mean:.2f}",
        "not measured" if facts.measured is None else _f1(facts.measured),
    ]


def _ratio(facts: LanguageFacts) -> str:
    """Say how many entities were projected, of how many."""
    if facts.method in NO_SOURCE:
        return "nothing to project"
    there = facts.counts.source_entities
    return f"{_entities(facts) / there:.2f}" if there else "no source entity"


def _f1(measured: Measured) -> str:
    """Render a measurement: what, how sure, on how much, and with the dropped sentences."""
    sure = f" ({measured.interval.low:.1f} to {measured.interval.high:.1f})" if measured.interval else ""
    return (
        f"{measured.f1:.1f}{sure} on {measured.sentences:,} kept sentences, {measured.f1_all:.1f} on all "
        f"{measured.sentences_all:,}"
    )


def _legend(corpus: CorpusFacts) -> str:
    """Explain the columns of the table."""
    every = corpus.languages.values()
    says = ["*projected*: entities in the sentences kept, for every entity there on the source side"]
    names = sorted({facts.rows.confidence.name for facts in every if facts.rows.confidence})
    says += [f"*confidence*: mean over the entities of the probability {meaning(name)} (`{name}`)" for name in names]
    levels = {f.measured.interval.level for f in every if f.measured and f.measured.interval}
    says += [
        f"*F1 on gold*: strict, in percent, with the interval that holds it at {level:g} % (bootstrap over sentences)"
        for level in sorted(levels)
    ]
    return "; ".join(says) + "."


def _reasons(corpus: CorpusFacts) -> str:
    """Say what the names of reasons and flags mean, and how many sentences have each flag."""
    seen: dict[tuple[str, str], list[str]] = {}
    for name, facts in corpus.languages.items():
        asked = facts.recipe.get("filters") or {}
        for reason in {*facts.counts.dropped, *facts.counts.flags}:
            numbers = seen.setdefault((reason, _meaning(reason, asked.get(reason))), [])
            if reason in facts.counts.flags:
                numbers.append(f"{code(name)} {facts.counts.flags[reason]:,}")
    if not seen:
        return "No filter was applied, and no sentence dropped."
    lines = []
    for (reason, means), numbers in sorted(seen.items()):
        flagged = f" (flagged: {', '.join(numbers)})" if numbers else ""
        lines.append(f"- {code(reason)}{f': {inline(means)}' if means else ''}{flagged}")
    return "What a sentence can be dropped or flagged for:\n\n" + "\n".join(lines)


def _meaning(reason: str, threshold: float | None) -> str:
    """Say what a reason or flag means; nothing where its name must do."""
    if reason not in FILTERS:
        return _DROPS.get(reason, "")
    rule = FILTERS.get(reason)
    return rule.says.format(f"{rule.default if threshold is None else threshold:g}")


def columns(corpus: CorpusFacts) -> str:
    """Say what stands in every column."""
    features = [feature for facts in corpus.languages.values() for feature in facts.features]
    used = {feature["name"] for feature in features}
    fields = {field["name"] for feature in features if feature["name"] == "entities" for field in feature["list"]}
    more = {"entities": "".join(f"; {says}" for name, says in _FIELDS.items() if name in fields)}
    known = [f"- `{name}`: {says}{more.get(name, '')}" for name, says in _COLUMNS.items() if name in used]
    return "\n".join([*known, *(f"- {code(name)}" for name in sorted(used - _COLUMNS.keys()))])


def samples(corpus: CorpusFacts) -> str:
    """Show rows of every language, drawn by the hash of their ids."""
    parts = ["Drawn by the hash of their ids, not chosen:"]
    for name, facts in corpus.languages.items():
        shown = [_sample(sample, facts) for sample in facts.samples]
        parts.append(f"**{isolated(inline(facts.language.name))}** ({code(name)})\n\n" + "\n".join(shown))
    return "\n\n".join(parts)


def _sample(sample: Sample, facts: LanguageFacts) -> str:
    own = _painted(sample.tokens, sample.spans, spaced=facts.language.spaced)
    lines = [f"- {code(sample.id)}, {code(sample.split)}: {own}"]
    if sample.source_tokens is not None:
        there = _painted(sample.source_tokens, sample.source_spans, spaced=facts.source_language.spaced)
        lines.append(f"  - {isolated(inline(facts.source_language.name))}: {there}")
    return "\n".join(lines)


_MOST = 60
"""Tokens shown of a sample."""


def _painted(tokens: Sequence[str], spans: Sequence[tuple[int, int, str]], *, spaced: bool) -> str:
    """Write a sentence with its entities in bold, each followed by its label."""
    between, at = " " if spaced else "", 0
    words: list[str] = []
    for start, end, label in spans:
        if end > _MOST:
            break
        entity = inline(between.join(tokens[start:end])) or "\ufffd"
        words += [inline(between.join(tokens[at:start])), f"**{entity}** ({inline(label)})"]
        at = end
    words.append(inline(between.join(tokens[at:_MOST])))
    more = " …" if len(tokens) > _MOST else ""
    return isolated(" ".join(word for word in words if word) + more)
