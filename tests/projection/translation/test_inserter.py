"""Markers are inserted where the model says, and its probabilities are those of the plain model."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from silverner.projection.errors import UsageError
from silverner.projection.markers.insertion import LEAST_RATIO, MOST_SPANS
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.translation.inserter import Inserter, _boundaries
from tests.tiny import write_seq2seq

torch.set_num_threads(1)
MARKED = "Ana visits [ New York ] ."
TEXT = "Ana visita Nueva York ."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_seq2seq("nllb", tmp_path_factory.mktemp("inserter") / "nllb", steps=20)


def inserter_of(folder: Path, **options: Any) -> Inserter:
    checkpoint = Checkpoint(name=str(folder), precision="float32", device="cpu")
    return Inserter(checkpoint, source="eng", target="spa", **options)


def plain_scores(folder: Path, marked: str, text: str) -> Iterator[tuple[float, tuple[int, int]]]:
    """Score every span as the model's own documentation does: one row, its labels, and the loss."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, src_lang="eng_Latn")
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, trust_remote_code=False).eval()
    source = tokenizer(marked, return_tensors="pt")
    split = [tokenizer(word, add_special_tokens=False)["input_ids"] for word in ("[", "]", *text.split())]
    opening, closing, *words = split
    target = tokenizer.convert_tokens_to_ids("spa_Latn")
    for start, end in combinations(range(len(words) + 1), 2):
        parts = [*words[:start], opening, *words[start:end], closing, *words[end:]]
        row = [target, *(k for part in parts for k in part), tokenizer.eos_token_id]
        decoder = torch.tensor([[model.config.decoder_start_token_id, *row[:-1]]])
        with torch.inference_mode():
            logits = model(**source, decoder_input_ids=decoder).logits[0]
        scores = logits.log_softmax(-1)[range(len(row)), row]
        yield float(scores[1:].sum()), (start, end)  # the language is always there


def test_the_best_spans_are_those_of_the_plain_model(folder: Path) -> None:
    (((*found,),),) = inserter_of(folder).spans([[MARKED]], [TEXT], [TEXT.split()], style="brackets")
    every = sorted(plain_scores(folder, MARKED, TEXT), reverse=True)
    likely = [one for one in every if one[0] > every[0][0] + torch.tensor(LEAST_RATIO).log().item()][:MOST_SPANS]
    assert [span[:2] for span in found] == [span for _, span in likely]
    assert [span.log_probability for span in found] == pytest.approx([score for score, _ in likely], abs=1e-3)


def test_a_batch_changes_nothing(folder: Path) -> None:
    marked = [[MARKED, "[ Ana ] visits New York ."], ["with the [ Red Cross ] of Kenya"], []]
    texts = [TEXT, "con la Cruz Roja de Kenia", "Kenia"]
    tokens = [text.split() for text in texts]
    together = inserter_of(folder, batch_size=3).spans(marked, texts, tokens, style="brackets")
    alone = [
        inserter_of(folder, batch_size=1).spans([one], [text], [words], style="brackets")[0]
        for one, text, words in zip(marked, texts, tokens, strict=True)
    ]
    assert [len(entities or ()) for entities in together] == [2, 1, 0]
    for entities, others in zip(together, alone, strict=True):
        assert entities is not None
        assert others is not None
        for spans, same in zip(entities, others, strict=True):
            assert [span[:2] for span in spans] == [span[:2] for span in same]
            assert [span[2] for span in spans] == pytest.approx([span[2] for span in same], abs=1e-3)


def test_spans_end_where_tokens_do(folder: Path) -> None:
    ((spans,),) = inserter_of(folder).spans(
        [[MARKED]], ["visita York, Ana"], [["visita", "York", ",", "Ana"]], style="tags"
    )
    assert spans
    assert all(0 <= span.start < span.end <= 4 for span in spans)


def test_a_text_that_is_too_long_has_no_answer(folder: Path) -> None:
    long = "Kenia " * 600
    found = inserter_of(folder).spans(
        [["[ Kenya ]"], ["[ Kenya ]" + " Kenya" * 600], ["[ Kenya ]"]],
        [long.strip(), "Kenia", "Kenia"],
        [long.split(), ["Kenia"], ["Kenia"]],
        style="brackets",
    )
    assert found[:2] == [None, None]
    assert found[2] is not None


def test_a_tokenizer_that_does_not_know_its_places_is_refused(tmp_path: Path) -> None:
    folder = write_seq2seq("m2m100", tmp_path / "m2m100", steps=0)
    with pytest.raises(UsageError, match=r"m2m100' does not say where its subwords lie in a text; choose a model with"):
        inserter_of(folder).check()


def test_nothing_that_is_only_for_translating_is_in_the_settings(folder: Path) -> None:
    assert inserter_of(folder, beams=1).settings() == inserter_of(folder, beams=5).settings()
    assert inserter_of(folder).settings()["engine"] == "inserter"


def test_white_space_belongs_to_the_word_behind_it() -> None:
    assert _boundaries("我 住在", [(0, 1), (1, 2), (2, 4)]) == ({0: 0, 2: 1}, {1: 1, 4: 3})
