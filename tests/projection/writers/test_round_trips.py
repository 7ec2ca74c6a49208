"""What is written for annotation tools comes back with every token and entity, in every format."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.files.reading import Reading
from silverner.projection.languages import Language, language_of
from silverner.projection.readers import Sentence
from silverner.projection.spans import Span
from silverner.projection.writers import WRITERS, LabelledText, visible_tokens

SPACED, UNSPACED = language_of("swh"), language_of("tha")
LABELS = ("PER", "ORG", "LOC")
SHARP = ["👩🏽‍🚀", "e\u0301", "Köln", "กรุงเทพฯ", "𝔸b", "New York", "\u200b", "#", ".", "'s", "\u0301", "a\u2028b", "🇸🇿"]
TOKENS = st.one_of(
    st.sampled_from(SHARP),
    st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6),
).filter(lambda token: bool(token.strip()))


@st.composite
def labelled_texts(draw: Callable[[Any], Any], language: Language) -> LabelledText:
    tokens = draw(st.lists(TOKENS, min_size=1, max_size=8))
    edges = draw(st.lists(st.integers(0, len(tokens)), unique=True, max_size=6).map(sorted))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    spans = [Span(start, end, draw(st.sampled_from(LABELS))) for start, end in pairs]
    source = draw(st.lists(TOKENS, max_size=4))
    return LabelledText(id="train-7", tokens=tokens, spans=spans, language=language, source=source)


def submitted(text: str) -> str:
    """What Label Studio exports when somebody submits its predictions as they are."""
    tasks = json.loads(text)
    return json.dumps([{"id": 11, "data": task["data"], "annotations": task["predictions"]} for task in tasks])


def read(name: str, text: str) -> list[Sentence]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"corrected{WRITERS[name].suffix}")
        path.write_text(submitted(text) if name == "label-studio" else text, encoding="utf-8", newline="")
        format_name = {"doccano": "jsonl", "jsonl": "jsonl", "conll": "conll"}.get(name, "json")
        return Reading(format=format_name, scheme="iob2").labelled(path)


@pytest.mark.parametrize("language", [SPACED, UNSPACED], ids=["spaced", "unspaced"])
@pytest.mark.parametrize("name", WRITERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_token_and_every_span_comes_back(name: str, language: Language, data: st.DataObject) -> None:
    text = data.draw(labelled_texts(language))
    [sentence] = read(name, WRITERS[name].write([text]))
    assert visible_tokens(sentence.tokens or ()) == text.visible
    assert list(sentence.spans or ()) == text.spans
    assert sentence.id == "train-7" or name == "spacy"


@given(text=labelled_texts(SPACED))
def test_a_place_holds_the_words_of_its_entity(text: LabelledText) -> None:
    words = [" ".join(text.visible[span.start : span.end]) for span in text.spans]
    assert [text.text[start:end] for start, end, _ in text.places] == words


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in {"jsonl", "spacy"}])
def test_the_source_stands_beside_a_sentence(name: str) -> None:
    source = ["Ana", "is", "#", "New York"]
    text = LabelledText(id="a", tokens=["Ana"], spans=[], language=SPACED, source=source)
    written = WRITERS[name].write([text])
    expected = {"conll": "\n# source = Ana is # New␣York\n"}.get(name, '"source": "Ana is # New␣York"')
    assert expected in written


EMOJI = LabelledText(id="a", tokens=["👩🏽‍🚀", "👋", "Ana"], spans=[Span(2, 3, "PER")], language=SPACED)


def test_label_studio_counts_code_points_and_doccano_units_of_utf_16() -> None:
    [task] = json.loads(WRITERS["label-studio"].write([EMOJI]))
    value = task["predictions"][0]["result"][0]["value"]
    assert value == {"start": 7, "end": 10, "text": "Ana", "labels": ["PER"]}
    line = json.loads(WRITERS["doccano"].write([EMOJI]))
    assert (line["label"], line["offsets"]) == ([[11, 14, "PER"]], "utf-16")


def test_an_entity_that_halves_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(WRITERS["doccano"].write([EMOJI]).replace("[11, 14", "[9, 14"))
    with pytest.raises(DataError, match="line 1, field 'label', entity 1: 9-14 is outside the text of 14 units of UTF"):
        Reading().labelled(path)


def test_tokens_beside_a_text_must_be_its_own(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text('{"text": "Ana went", "tokens": ["Ana", "came"], "label": [[0, 3, "PER"]]}\n')
    with pytest.raises(DataError, match="line 1: the tokens are not those of the text: 'Ana came', 'Ana went'"):
        Reading().labelled(path)


def test_a_task_that_nobody_annotated_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(WRITERS["label-studio"].write([EMOJI]))
    with pytest.raises(DataError, match="item 1: this task has no annotation; export annotated tasks alone"):
        Reading().labelled(path)


def test_an_entity_that_cuts_a_token_is_refused_or_takes_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(
        '{"id": "a", "text": "Nchini Tanzania", "tokens": ["Nchini", "Tanzania"], "label": [[7, 12, "LOC"]]}\n'
    )
    with pytest.raises(DataError, match="the entity LOC at 7-12 is 'Tanza' and cuts a word of 'Tanzania'"):
        Reading().labelled(path)
    assert Reading(repair=True).labelled(path)[0].spans == (Span(1, 2, "LOC"),)


def test_tokens_of_prodigy_are_those_of_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    tokens = [{"text": "don", "start": 0, "end": 3}, {"text": "'t", "start": 3, "end": 5}]
    row = {"text": "don't", "tokens": tokens, "spans": [{"start": 0, "end": 3, "label": "PER"}], "answer": "accept"}
    path.write_text(json.dumps(row) + "\n")
    [sentence] = Reading().labelled(path)
    assert (sentence.tokens, sentence.spans) == (("don", "'t"), (Span(0, 1, "PER"),))
