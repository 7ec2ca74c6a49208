"""The section of a card on training: a command, plain Python, and the scores of students whose results lie beside."""

from __future__ import annotations

from collections.abc import Mapping

from silverner.dataset_cards.card.contents import folder_of
from silverner.dataset_cards.card.escape import code, inline
from silverner.dataset_cards.card.markdown import table
from silverner.dataset_cards.facts import CorpusFacts, ScoreInterval
from silverner.dataset_cards.facts.students import StudentFacts, StudentScores
from silverner.projection.paths import STUDENTS

MODEL = "FacebookAI/xlm-roberta-base"
"""The model of the example; any encoder that knows the language can stand there."""
_CODE = """```bash
pip install "silverner[students]"
silverner train hard --data {data} --lang {language} --model {model} --out student
```

`--test FILE` measures it on labels that people made. Or in plain Python (`pip install "transformers[torch]" datasets`):

```python
from datasets import load_dataset
from transformers import AutoModelForTokenClassification, AutoTokenizer, DataCollatorForTokenClassification
from transformers import Trainer, TrainingArguments

data = {call}
names = data["{split}"].features["ner_tags"].feature.names
labels = dict(label2id=dict(zip(names, range(len(names)))), id2label=dict(enumerate(names)))
tokenizer = AutoTokenizer.from_pretrained("{model}")
model = AutoModelForTokenClassification.from_pretrained("{model}", num_labels=len(names), **labels)


def encode(row):  # the first piece of every word learns its tag
    encoded = tokenizer(row["tokens"], is_split_into_words=True, truncation=True, max_length=256)
    words = encoded.word_ids()
    is_first = [isinstance(word, int) and word not in words[:place] for place, word in enumerate(words)]
    encoded["labels"] = [row["ner_tags"][word] if first else -100 for word, first in zip(words, is_first)]
    return encoded


rows = data["{split}"].map(encode, remove_columns=data["{split}"].column_names)
arguments = TrainingArguments("student", num_train_epochs=3, per_device_train_batch_size=16)
trainer = Trainer(model, arguments, train_dataset=rows, data_collator=DataCollatorForTokenClassification(tokenizer))
trainer.train()
trainer.save_model()
tokenizer.save_pretrained("student")
```"""


def training(corpus: CorpusFacts, students: Mapping[str, StudentFacts]) -> str:
    """Show how to train on the corpus, and how good students became.

    :param corpus: The corpus.
    :param students: What the results of students say, by the names of their files.
    :returns: Markdown.
    """
    language, facts = next(iter(corpus.languages.items()))
    data = corpus.repo_id or folder_of(corpus)
    release = f', revision="v{corpus.version}"' if corpus.repo_id else ""
    values = {
        "data": data,
        "language": language,
        "model": MODEL,
        "call": f'load_dataset("{data}", "{language}"{release})',
        "split": next(iter(facts.splits)),
    }
    example = _CODE
    for name, value in values.items():
        example = example.replace(f"{{{name}}}", value)
    return "\n\n".join([example, *([_scores(students)] if students else [])])


def _scores(students: Mapping[str, StudentFacts]) -> str:
    """Show the scores of students, one gold a row."""
    rows = []
    for name, student in students.items():
        how = f"`silverner train {student.strategy}` with {code(student.model)}, {student.sentences.learnt:,} sentences"
        measured: Mapping[str, StudentScores | None] = student.scores or {"none": None}
        for gold, scores in measured.items():
            f1 = "not measured" if scores is None else f"{scores.f1:.1f}{_interval(scores.interval)}"
            test = "" if scores is None else f"{inline(gold)}, {scores.sentences:,} sentences"
            rows.append([f"{code(name)} `{student.signature}`", code(student.language), how, f1, test])
    head = ["student", "language", "trained by", "strict F1", "gold"]
    note = f"Students of this corpus, as their `results.json` says (`{STUDENTS}/`; nobody repeated these trainings):"
    return f"{note}\n\n{table(head, rows)}"


def _interval(interval: ScoreInterval | None) -> str:
    return "" if interval is None else f" ({interval.low:.1f} to {interval.high:.1f})"
