from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from silverner.cli import main
from silverner.projection.errors import DataError, UsageError
from silverner.students.corpus import load_corpus
from silverner.students.preflight import read_inputs
from silverner.students.unlabelled_text import read_unlabelled
from tests.students.corpora import quick, sentences, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("text")
    write_corpus(folder / "corpus")
    write_gold(folder / "gold.conll", 4)
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "tagger", learn=True)
    (folder / "swh.txt").write_text("".join(" ".join(one) + "\n" for one in sentences()))
    return folder


@pytest.mark.parametrize(
    ("name", "content", "tokens", "empty"),
    [
        ("a.txt", "Ana: njoo.\n\nNg'ombe wake.\n", [("Ana", ":", "njoo", "."), ("Ng'ombe", "wake", ".")], 1),
        ("a.conll", "Ana\tB-PER\n:x\tO\n\nYork\tO\n", [("Ana", ":x"), ("York",)], 0),
        ("a.jsonl", '{"tokens": ["Ana", "njoo."]}\n{"tokens": ["Li"]}\n', [("Ana", "njoo."), ("Li",)], 0),
    ],
)  # fmt: skip
def test_any_text_is_read_and_running_text_is_split(
    name: str, content: str, tokens: list[tuple[str, ...]], empty: int, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content)
    rows, left_out = read_unlabelled(tmp_path / name, "swh")
    assert [row.tokens for row in rows] == tokens
    assert left_out == empty
    assert len({row.id for row in rows}) == len(rows)
    assert not any(row.spans for row in rows)


def test_text_without_sentences_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\nAna .\n\n")
    with pytest.raises(DataError, match=r"a\.txt: 1 sentences with words; at least two are needed"):
        read_unlabelled(tmp_path / "a.txt", "swh")


@pytest.mark.parametrize("strategy", ["soft", "self-train"])
def test_text_and_a_teacher_are_enough_to_train(strategy: str, home: Path, tmp_path: Path) -> None:
    words = [
        "train",
        strategy,
        "--model",
        home / "encoder",
        "--teacher",
        home / "tagger",
        "--text",
        home / "{lang}.txt",
    ]
    more = ["--lang", "swh", "--map", "MISC=O", "--test", home / "gold.conll", "--device", "cpu", "--epochs", "1"]
    assert main([str(word) for word in [*words, *more, "--out", tmp_path / "out"]]) == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert (results["corpus"]["name"], results["corpus"]["labels"]) == ("swh.txt", ["LOC", "PER"])
    assert results["text"] == "swh.txt"
    assert results["sentences"]["left"] == {"empty": 0, "overlap": 4}  # the gold is text of it
    assert results["sentences"]["learnt"] + results["sentences"]["held_out"] == 20


def test_text_takes_the_place_of_the_corpus_and_the_labels_stay(home: Path) -> None:
    options = {"teachers": (str(home / "tagger"),) * 2, "text": home / "swh.txt"}
    inputs = read_inputs(quick("unitrans", home / "encoder", home / "corpus", **options))
    assert inputs.corpus.labels == ("PER", "LOC")
    assert [row.tokens for row in inputs.corpus.rows] == [tuple(one) for one in sentences()]
    assert not any(row.spans for row in inputs.corpus.rows)


def test_a_strategy_of_projected_labels_needs_a_corpus(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["hard"], ["soft", "--teacher", str(home / "tagger")]):
        assert main(["train", *words, "--model", str(home / "encoder"), "--lang", "swh"]) == 2
        assert f"the strategy {words[0]} learns from a corpus: give --data" in capsys.readouterr().err


def test_a_model_labels_its_own_text_and_learns_what_it_is_sure_of(home: Path) -> None:
    corpus = load_corpus(str(home / "corpus"), "swh")
    sure = {}
    for threshold in (0.0, 0.9, 0.999):
        config = quick("self-train", home / "tagger", home / "corpus", threshold=threshold)
        config.strategy.preflight(config, corpus)
        targets = config.strategy.targets(config, corpus)
        sure[threshold] = np.concatenate([target.weights for target in targets]).mean()
    assert 1 == sure[0.0] >= sure[0.9] >= sure[0.999]
    assert sure[0.999] < 1
    encoder = quick("self-train", home / "encoder", home / "corpus")
    with pytest.raises(UsageError, match=r"encoder is no tagger, so it labels nothing; name one with --teacher MODEL"):
        encoder.strategy.preflight(encoder, corpus)
    certain = quick("self-train", home / "tagger", home / "corpus", threshold=1.0)
    with pytest.raises(DataError, match=r"no word of corpus/swh has a label of confidence 1; lower --threshold"):
        certain.strategy.targets(certain, corpus)
