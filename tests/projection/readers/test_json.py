"""JSON documents, entities marked by character positions, and texts in several languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import datasets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.readers import Fields
from silverner.projection.readers.character_spans import CharacterSpan, token_spans
from tests.projection.helpers import read, spans, write

TEXT = "Ana Li lives in Rome."
TOKENS = ("Ana", "Li", "lives", "in", "Rome", ".")
ENTITIES = spans((0, 2, "PER"), (4, 5, "LOC"))
TRIPLES = [[0, 6, "PER"], [16, 20, "LOC"]]
TASK = {
    "id": 7,
    "data": {"text": TEXT},
    "annotations": [
        {
            "result": [
                {"type": "labels", "value": {"start": s, "end": e, "text": "", "labels": [n]}} for s, e, n in TRIPLES
            ]
        }
    ],
}

SHAPES = [
    pytest.param([TEXT, {"entities": TRIPLES}], id="spaCy pair"),
    pytest.param({"text": TEXT, "label": TRIPLES}, id="Doccano label"),
    pytest.param({"text": TEXT, "labels": TRIPLES}, id="Doccano labels"),
    pytest.param({"text": TEXT, "entities": list(reversed(TRIPLES))}, id="any order"),
    pytest.param(
        {"text": TEXT, "entities": [{"id": 1, "label": n, "start_offset": s, "end_offset": e} for s, e, n in TRIPLES]},
        id="Doccano entities",
    ),
    pytest.param({"text": TEXT, "spans": [{"start": s, "end": e, "label": n} for s, e, n in TRIPLES]}, id="Prodigy"),
    pytest.param(
        {"text": TEXT, "label": [{"start": s, "end": e, "labels": [n]} for s, e, n in TRIPLES]},
        id="Label Studio, short",
    ),
    pytest.param(TASK, id="Label Studio"),
    pytest.param({"tokens": list(TOKENS), "ner_tags": ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]}, id="tags"),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("document", ["list", "indented list", "data", "annotations", "lines"])
def test_every_shape_of_json_gives_the_same_entities(tmp_path: Path, shape: Any, document: str):
    text = {
        "list": json.dumps([shape]),
        "indented list": json.dumps([shape], indent=2),
        "data": json.dumps({"version": 1, "data": [shape]}),
        "annotations": json.dumps({"classes": ["PER"], "annotations": [None, shape]}),
        "lines": json.dumps(shape) + '\n{"text": "", "label": []}\n',
    }[document]
    sentences = read(write(tmp_path / "a.json", text))
    assert len(sentences) == (2 if document == "lines" else 1)
    assert (sentences[0].tokens, sentences[0].spans) == (TOKENS, ENTITIES)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.txt", "a"])
def test_json_lines_hold_character_spans_whatever_their_name(tmp_path: Path, name: str):
    path = write(tmp_path / name, "\n".join(json.dumps({"text": TEXT, "label": TRIPLES, "id": k}) for k in range(2)))
    assert [(s.id, s.text, s.tokens, s.spans) for s in read(path)] == [
        ("0", TEXT, TOKENS, ENTITIES),
        ("1", TEXT, TOKENS, ENTITIES),
    ]
    assert [(s.text, s.tokens, s.spans) for s in read(path, tagged=False)] == [(TEXT, None, None)] * 2


def test_a_document_in_a_text_file_is_recognised(tmp_path: Path):
    path = write(tmp_path / "a.txt", json.dumps([{"text": TEXT, "label": TRIPLES}], indent=1))
    assert [s.spans for s in read(path)] == [ENTITIES]


def test_one_object_is_one_sentence(tmp_path: Path):
    assert [s.text for s in read(write(tmp_path / "a.json", '{\n"text": "Hi."\n}'), tagged=False)] == ["Hi."]


@pytest.mark.parametrize(
    ("marks", "repaired", "message"),
    [
        ([[0, 5, "PER"]], ((0, 2, "PER"),), "the entity PER at 0-5 is 'Ana L' and cuts a word of 'Ana Li'; correct it"),
        ([[1, 3, "PER"]], ((0, 1, "PER"),), "the entity PER at 1-3 is 'na' and cuts a word of 'Ana'"),
        ([[0, 6, "PER"], [4, 6, "LOC"]], ((0, 2, "PER"),), "the entity LOC at 4-6 overlaps another one"),
        ([[4, 6, "A"], [0, 6, "B"]], ((0, 2, "B"),), "the entity A at 4-6 overlaps another one"),
        ([[0, 99, "PER"]], None, "the entity PER at 0-99 is outside the text of 21 characters"),
        ([[-1, 3, "PER"]], None, "the entity PER at -1-3 is outside"),
        ([[3, 3, "PER"]], None, "the entity PER at 3-3 is outside"),
        ([[3, 4, "PER"]], None, "the entity PER at 3-4 has no word: ' '"),
        ([[0, 3]], None, "field 'label', entity 1: an entity is a start, an end and one label, not [0, 3]"),
        ([[0, 3, "A", "B"]], None, "an entity is a start, an end and one label"),
        ([[0.5, 3, "A"]], None, "an entity is a start, an end and one label"),
        ([[0, 3, ""]], None, "an entity is a start, an end and one label"),
        ([[True, 3, "A"]], None, "an entity is a start, an end and one label"),
        ([{"start": 0, "end": 3, "labels": ["A", "B"]}], None, "an entity is a start, an end and one label"),
        ([{"start": 0, "end": 3}], None, "an entity is a start, an end and one label"),
    ],
)
def test_an_entity_that_does_not_fit_is_named_or_repaired(
    tmp_path: Path, marks: Any, repaired: tuple[tuple[int, int, str], ...] | None, message: str
):
    path = write(tmp_path / "a.jsonl", '{"text": "good", "label": []}\n' + json.dumps({"text": TEXT, "label": marks}))
    with pytest.raises(DataError, match=re.escape(f"{path}, line 2") + ".*" + re.escape(message)):
        read(path)
    if repaired is None:
        with pytest.raises(DataError, match=re.escape(message)):
            read(path, repair=True)
    else:
        assert read(path, repair=True)[1].spans == spans(*repaired)


def test_white_space_at_the_edges_of_an_entity_is_no_fault(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", json.dumps({"text": TEXT, "label": [[0, 7, "PER"], [15, 20, "LOC"]]}))
    assert read(path)[0].spans == ENTITIES


def test_the_language_decides_the_words(tmp_path: Path):
    path = write(tmp_path / "a.jsonl", json.dumps({"text": "l'Olanda", "label": [[2, 8, "LOC"]]}))
    assert read(path, language="ita")[0].tokens == ("l'", "Olanda")
    with pytest.raises(DataError, match="is 'Olanda' and cuts a word of \"l'Olanda\""):
        read(path, language="swh")


def test_the_first_annotation_of_label_studio_is_taken_and_others_are_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    cancelled = {"was_cancelled": True, "result": []}
    task = TASK | {"annotations": [cancelled, *TASK["annotations"], {"result": []}]}  # type: ignore[misc]
    path = write(tmp_path / "a.json", json.dumps([task]))
    assert [(s.id, s.spans) for s in read(path)] == [("7", ENTITIES)]
    assert f"{path}, item 1: 2 people annotated this text; the first is taken" in caplog.messages
    path = write(tmp_path / "b.json", json.dumps([TASK | {"annotations": [cancelled]}]))
    with pytest.raises(DataError, match=r"b\.json, item 1: this task has no annotation; export annotated tasks alone"):
        read(path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "list.json"])
def test_texts_that_prodigy_does_not_accept_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str):
    marks = [{"start": s, "end": e, "label": n} for s, e, n in TRIPLES]
    rows = [{"text": TEXT, "spans": marks, "answer": answer} for answer in ("accept", "reject", "ignore")]
    rows.append({"text": "Hi", "spans": []})
    lines = "\n".join(map(json.dumps, rows))
    path = write(tmp_path / name, json.dumps(rows) if name == "list.json" else lines)
    assert [s.spans for s in read(path)] == [ENTITIES, ()]
    assert f"{path}: 2 of 4 texts left out: their answer in Prodigy is reject or ignore" in caplog.messages
    assert [s.text for s in read(path, tagged=False)] == [TEXT, "Hi"]
    rejected = write(tmp_path / "r.jsonl", json.dumps(rows[1]))
    with pytest.raises(DataError, match="the split 'train' holds no sentence"):
        read(rejected)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"text": "a"}, 3]', "item 2: a JSON object is needed, not int"),
        ("3", ": a list of JSON objects is needed, not int"),
        ('[\n{"text": "a",}\n]', "not JSON: .* at line 2"),
        ('[{"words": ["a"]}]', "item 1: neither the field 'tokens' nor 'text'; it has words"),
        ("[" * 200 + "]" * 200, "levels inside each other"),
        ("", "the file is empty"),
        ("[]", "the split 'train' holds no sentence"),
    ],
)
def test_a_broken_document_is_named(tmp_path: Path, content: str, message: str):
    path = write(tmp_path / "a.json", content)
    with pytest.raises(DataError, match=re.escape(str(path)) + ".*" + message):
        read(path, tagged=False)


@pytest.mark.parametrize("language", ["swh", "swa", "sw"])
def test_the_language_chooses_among_translations(tmp_path: Path, language: str):
    path = write(tmp_path / "a.jsonl", json.dumps({"translation": {"en": "Hi.", "sw": "Habari."}}))
    assert [s.text for s in read(path, tagged=False, language=language)] == ["Habari."]
    assert [s.text for s in read(path, tagged=False, fields=Fields(text="translation.en"))] == ["Hi."]
    message = "line 1: a text in several languages; say which with fields: {text: ...}: translation.en, translation.sw"
    for other in (None, "fra"):
        with pytest.raises(DataError, match=re.escape(message)):
            read(path, tagged=False, language=other)


def test_datasets_hold_translations_and_character_spans(tmp_path: Path):
    rows = {"translation": [{"en": "Hi.", "fr": "Salut."}], "other": [1]}
    datasets.Dataset.from_dict(rows).to_parquet(str(tmp_path / "a.parquet"))
    assert [s.text for s in read(tmp_path / "a.parquet", tagged=False, language="fra")] == ["Salut."]
    marks = [{"start": s, "end": e, "label": n} for s, e, n in TRIPLES]
    datasets.Dataset.from_dict({"text": [TEXT], "entities": [marks]}).to_parquet(str(tmp_path / "b.parquet"))
    assert [(s.tokens, s.spans) for s in read(tmp_path / "b.parquet")] == [(TOKENS, ENTITIES)]


@settings(deadline=None)
@given(st.lists(st.text("ab é9", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=6), st.data())
def test_entities_made_of_whole_words_come_back(words: list[str], data: st.DataObject):
    words = " ".join(words).split()
    text = " ".join(words)
    starts = [sum(len(word) + 1 for word in words[:k]) for k in range(len(words))]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    mark = CharacterSpan(starts[first], starts[last] + len(words[last]), "X")
    tokens, entities = token_spans(text, [mark], language=None, where="here", repair=False)
    assert (tokens, entities) == (words, spans((first, last + 1, "X")))
