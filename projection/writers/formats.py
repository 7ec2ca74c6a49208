"""The formats that labelled sentences are written in: one function each, and the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silverner.projection.files.columns import columns_text
from silverner.projection.readers.character_spans import UTF_16
from silverner.projection.spans import tags_from_spans
from silverner.projection.writers.labelled_text import LabelledText

Sentences = Sequence[LabelledText]


@dataclass(frozen=True, slots=True)
class Writer:
    """A format.

    :param suffix: How the names of its files end.
    :param title: What it is for.
    :param write: Makes the text of a file.
    """

    suffix: str
    title: str
    write: Callable[[Sentences], str]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(items: Sequence[Any]) -> str:
    """Write a list of JSON with one item a line."""
    return "[\n" + ",\n".join(map(_json, items)) + "\n]\n"


def label_studio(sentences: Sentences) -> str:
    """Write tasks of Label Studio, with the entities as predictions. It counts code points, since version 1.4."""
    return _list([_task(sentence) for sentence in sentences])


def _task(sentence: LabelledText) -> dict[str, Any]:
    results = [
        {
            "id": f"entity-{number}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": sentence.text[start:end], "labels": [label]},
        }
        for number, (start, end, label) in enumerate(sentence.places, start=1)
    ]
    data = {"id": sentence.id, "text": sentence.text, "tokens": sentence.visible, "source": sentence.source_text}
    return {"data": data, "predictions": [{"model_version": "silverner", "result": results}]}


def doccano(sentences: Sentences) -> str:
    """Write lines of Doccano. It counts the units of UTF-16, as JavaScript does; the field ``offsets`` says so.

    Doccano hands on fields that it does not know, so the id and the tokens come back.
    """
    return "".join(f"{_json(_line(sentence))}\n" for sentence in sentences)


def _line(sentence: LabelledText) -> dict[str, Any]:
    text = sentence.text
    marks = [(_units(text[:start]), _units(text[:end]), label) for start, end, label in sentence.places]
    about = {"tokens": sentence.visible, "offsets": UTF_16, "source": sentence.source_text}
    return {"id": sentence.id, "text": text, "label": marks, **about}


def _units(text: str) -> int:
    """Count the units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def spacy(sentences: Sentences) -> str:
    """Write pairs of text and annotations, as ``spacy.training.Example.from_dict`` takes them."""
    return _list([[one.text, {"words": one.visible, "entities": one.places}] for one in sentences])


def conll(sentences: Sentences) -> str:
    """Write columns, token and tag, with the ids and the source text as comments."""
    return "".join(_comments(one) + columns_text([one.visible], [_tags(one)]) for one in sentences)


def _comments(sentence: LabelledText) -> str:
    source = f"# source = {sentence.source_text}\n" if sentence.source else ""
    return f"# sent_id = {' '.join(sentence.id.split())}\n{source}"


def jsonl(sentences: Sentences) -> str:
    """Write an object a line, with the columns of a published row."""
    return "".join(f"{_json({'id': s.id, 'tokens': s.tokens, 'ner_tags': _tags(s)})}\n" for s in sentences)


def gliner(sentences: Sentences) -> str:
    """Write the training data of GLiNER: tokens, and each entity with its first and last token."""
    return _list([_item(sentence) for sentence in sentences])


def _item(sentence: LabelledText) -> dict[str, Any]:
    entities = [[span.start, span.end - 1, span.label] for span in sentence.spans]
    return {"id": sentence.id, "tokenized_text": sentence.visible, "ner": entities, "source": sentence.source_text}


def _tags(sentence: LabelledText) -> list[str]:
    return tags_from_spans(sentence.spans, len(sentence.tokens))


WRITERS: Mapping[str, Writer] = {
    "label-studio": Writer(".json", "tasks for Label Studio", label_studio),
    "doccano": Writer(".jsonl", "lines for Doccano", doccano),
    "conll": Writer(".conll", "columns for an editor", conll),
    "jsonl": Writer(".jsonl", "rows for a program", jsonl),
    "spacy": Writer(".json", "pairs for spaCy", spacy),
    "gliner": Writer(".json", "training data of GLiNER", gliner),
}
"""The formats by the name that ``--to`` takes."""
