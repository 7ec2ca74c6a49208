from __future__ import annotations

import pickle
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer

from silverner.projection.ensembling.voting import decode_entities
from silverner.projection.errors import EngineError, MissingFileError, UsageError
from silverner.projection.labelling import Labelling, Tagger
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import Span, spans_from_tags, tag_names, tags_from_spans
from tests.taggers import TAGS, TWINS, twin_names, write_tagger
from tests.tiny import TEXT, write_model

torch.set_num_threads(1)
WORDS = sorted({word for line in TEXT for word in line.split()})
FAMILIES = ("bert", "roberta", "xlm-roberta")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("taggers")
    return {family: write_tagger(family, root / family) for family in FAMILIES}


def _tagger(folder: Path, **options: object) -> Tagger:
    given: dict[str, object] = {"labels": ["PER", "LOC"], "label_map": {"MISC": "O"}, **options}
    return Tagger(Checkpoint(name=str(folder)), **given)  # type: ignore[arg-type]  # options by name


def _sentences(count: int, *, longest: int = 12) -> list[list[str]]:
    rng = random.Random(count)
    return [rng.choices(WORDS, k=rng.randint(1, longest)) for _ in range(count)]


def _plain(folder: Path, words: list[str]) -> tuple[list[str], list[float]]:
    """What the model says of one sentence, by hand: tags and their probabilities, first subword of every word."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    inputs = tokenizer(words, is_split_into_words=True, return_tensors="pt")
    with torch.inference_mode():
        rows = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits[0].softmax(-1)
    first = [inputs.word_ids().index(k) for k in range(len(words))]
    return [TAGS[int(rows[k].argmax())] for k in first], [float(rows[k].max()) for k in first]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_tagger_says_what_the_plain_model_says(folders: dict[str, Path], family: str) -> None:
    sentences = _sentences(12)
    found = 0
    for sentence, labelling in zip(sentences, _tagger(folders[family]).label(sentences), strict=True):
        tags, sure = _plain(folders[family], sentence)
        expected = [s for s in spans_from_tags(tags, repair=True) if s.label != "MISC"]
        assert [(s.start, s.end, s.label) for s in labelling.spans] == [(s.start, s.end, s.label) for s in expected]
        for span in labelling.spans:
            assert span.confidence == pytest.approx(float(np.mean(sure[span.start : span.end])), abs=1e-4)
        found += len(expected)
    assert found > 5


def _same(one: Labelling, other: Labelling) -> None:
    assert [(s.start, s.end, s.label) for s in one.spans] == [(s.start, s.end, s.label) for s in other.spans]
    for a, b in zip(one.spans, other.spans, strict=True):
        assert a.confidence == pytest.approx(b.confidence, abs=1e-5)
    assert one.distribution is not None
    assert other.distribution is not None
    np.testing.assert_allclose(one.distribution, other.distribution, atol=2e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_labelling_does_not_depend_on_the_batch(folders: dict[str, Path], family: str) -> None:
    sentences = _sentences(10)
    together = _tagger(folders[family], distribution=True).label(sentences)
    backwards = _tagger(folders[family], distribution=True, batch_size=3).label(sentences[::-1])[::-1]
    for one, other in zip(together, backwards, strict=True):
        _same(one, other)


def test_the_distribution_is_over_the_tags_of_the_corpus(folders: dict[str, Path]) -> None:
    labelling = _tagger(folders["bert"], distribution=True).label([["Ana", "visits", "Kenya"]])[0]
    assert labelling.distribution is not None
    assert labelling.distribution.dtype == np.float16
    assert labelling.distribution.shape == (3, 5)
    np.testing.assert_allclose(labelling.distribution.sum(axis=1, dtype=float), 1.0, atol=5e-3)
    assert _tagger(folders["bert"]).label([["Ana"]])[0].distribution is None


@pytest.mark.parametrize("family", FAMILIES)
def test_a_long_sentence_is_labelled_to_its_end(folders: dict[str, Path], family: str) -> None:
    long = random.Random(3).choices(WORDS, k=900)
    labelling = _tagger(folders[family]).label([long, ["Ana"]])[0]
    assert max(span.start for span in labelling.spans) > 800


def test_odd_words_are_no_entities_and_break_nothing(folders: dict[str, Path]) -> None:
    sentences = [["Ana", "\u200b", "Kenya"], [], ["🎉"], ["\u200b"]]
    done = _tagger(folders["bert"], distribution=True).label(sentences)
    assert [d.distribution.shape[0] for d in done if d.distribution is not None] == [3, 0, 1, 1]
    assert not any(span.start <= 1 < span.end for span in done[0].spans)
    assert done[3].spans == ()
    assert done[3].distribution is not None
    assert done[3].distribution[0].tolist() == [1, 0, 0, 0, 0]


def test_a_tagger_travels_without_its_model(folders: dict[str, Path]) -> None:
    tagger = _tagger(folders["bert"])
    before = tagger.label([["Ana", "visits", "Kenya"]])
    assert len(pickle.dumps(tagger)) < 3000
    assert pickle.loads(pickle.dumps(tagger)).label([["Ana", "visits", "Kenya"]]) == before


def test_settings_follow_what_decides_the_labels(folders: dict[str, Path]) -> None:
    plain = _tagger(folders["bert"]).settings()
    assert _tagger(folders["bert"]).settings() == plain
    for change in (
        {"label_map": {"MISC": "PER"}},
        {"batch_size": 5},
        {"batch_tokens": 90},
        {"distribution": True},
        {"scheme": "iob1"},
    ):
        assert _tagger(folders["bert"], **change).settings() != plain


def test_a_batch_is_as_large_as_its_subwords_allow_in_one_order(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from silverner.projection.labelling import tagger as module

    real, shapes = module._logits, list[tuple[int, ...]]()

    def seen(model: object, ids: torch.Tensor, mask: torch.Tensor) -> object:
        shapes.append(tuple(ids.shape))
        return real(model, ids, mask)

    monkeypatch.setattr(module, "_logits", seen)
    sentences = [sentence for sentence in _sentences(30) if sentence]
    tagger = _tagger(folders["bert"], batch_tokens=96)
    labels = tagger.label(sentences)
    assert len(shapes) > 3 and sum(rows for rows, _ in shapes) == len(sentences)
    assert all(rows * longest <= 96 for rows, longest in shapes)
    assert [longest for _, longest in shapes] == sorted((longest for _, longest in shapes), reverse=True)
    again = list(shapes)
    assert tagger.label(sentences) == labels and shapes == 2 * again
    settings = tagger.settings()
    assert settings["batch_tokens"] == 96 and "batch_size" not in settings


def test_memory_that_runs_out_halves_the_batch(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from silverner.projection.labelling import tagger as module

    sentences = _sentences(9)
    expected = _tagger(folders["bert"]).label(sentences)
    real = module._logits

    def small(model: object, ids: torch.Tensor, mask: torch.Tensor, most: int = 2) -> object:
        if len(ids) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return real(model, ids, mask)

    monkeypatch.setattr(module, "_logits", small)
    found = _tagger(folders["bert"]).label(sentences)
    for one, other in zip(expected, found, strict=True):
        assert [(s.start, s.end, s.label) for s in one.spans] == [(s.start, s.end, s.label) for s in other.spans]
    assert "ran out of memory on a batch of 9; halving it" in caplog.text
    monkeypatch.setattr(module, "_logits", lambda model, ids, mask: small(model, ids, mask, most=0))
    with pytest.raises(EngineError, match="ran out of memory on a single item; use a smaller model or precision"):
        _tagger(folders["bert"]).label(sentences)


def test_what_cannot_label_is_refused_before_any_work(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"no cached model 'nobody/nothing'.*hf download nobody/nothing"):
        Tagger(Checkpoint(name="nobody/nothing"), labels=["PER"]).check()
    with pytest.raises(UsageError, match=r"labels that are not among PER, LOC: 'MISC'; write label_map: {MISC: O}"):
        _tagger(folders["bert"], label_map={}).check()
    encoder = write_model("bert", tmp_path / "encoder")
    with pytest.raises(UsageError, match="has the tags LABEL_0, LABEL_1, but no O, so it is not an entity tagger"):
        _tagger(encoder).check()


def test_a_checkpoint_without_a_classifier_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = write_tagger("bert", tmp_path / "headless")
    weights = {k: v for k, v in load_file(folder / "model.safetensors").items() if not k.startswith("classifier")}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UsageError, match="is a bert checkpoint without the weights of a tagger"):
        _tagger(folder).label([["Ana"]])


@pytest.mark.parametrize("twin", TWINS)
def test_models_of_all_schemes_say_what_their_iob2_twin_says(twin: str, tmp_path: Path) -> None:
    twins = {
        "iob2": write_tagger("bert", tmp_path / "iob2", learn=True),
        twin: write_tagger("bert", tmp_path / "twin", TWINS[twin][0].split(), learn=True, names=twin_names(twin)),
    }
    sentences = [line.split() for line in TEXT[:3]]
    said = {name: _tagger(folder, distribution=True).label(sentences) for name, folder in twins.items()}
    assert sum(len(labelling.spans) for labelling in said["iob2"]) == 6
    for expected, labelling in zip(said["iob2"], said[twin], strict=True):
        entities = [Span(s.start, s.end, s.label) for s in expected.spans]
        assert [Span(s.start, s.end, s.label) for s in labelling.spans] == entities
        assert labelling.distribution is not None
        rows = labelling.distribution.astype(float)
        np.testing.assert_allclose(rows.sum(axis=1), 1.0, atol=5e-3)
        assert decode_entities(rows, ["PER", "LOC"]) == entities
        tags = tags_from_spans(entities, len(rows))
        assert [tag_names(["PER", "LOC"])[k] for k in rows.argmax(axis=1)] == tags
