from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import FittingStage, is_repeatable
from silverner.projection.stages import (
    Detokenize,
    GroupTokens,
    ReadTranslations,
    Tokenize,
    Translate,
    translate,
)
from silverner.projection.translation import Pretranslated, Translation
from tests.projection.helpers import write
from tests.projection.stages.helpers import check_types


class Upper:
    """A translator that shouts, and gives nothing for the word nothing."""

    def settings(self) -> Mapping[str, object]:
        return {"engine": "upper"}

    def check(self) -> None:
        pass

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        return [Translation("" if text == "nothing" else text.upper(), (0,)) for text in texts]


def test_join_makes_text_of_tokens():
    stage = Detokenize("eng")
    tokens = [["Ana", "'s", "dog", "."], [], ["Ana", "'s"], ["half", "-", "way"], ["half-way"]]
    output = stage.apply({"source.tokens": tokens, "source.written": [None, None, "Ana 's", None, None]})
    check_types(stage, output)
    assert output == {
        "source.text": ["Ana's dog.", "", "Ana 's", "half - way", "half-way"],
        "source.resplits": [True] * 5,
    }
    assert stage.settings()["language"] == "eng"
    assert stage.settings() != Detokenize("spa").settings()


def test_translate_drops_what_has_no_translation():
    stage = Translate(Upper())
    output = stage.apply({"id": ["1", "2"], "source.text": ["ana", "nothing"]})
    check_types(stage, output)
    assert output == {
        "target.text": ["ANA", ""],
        "target.unknown_at": [[0], [0]],
        DROP: [None, "no-translation"],
    }
    assert stage.settings() == {"engine": "upper"}


def test_translate_asks_by_id(tmp_path: Path):
    stage = Translate(Pretranslated(write(tmp_path / "x.txt", "uno\n\ntres\n"), ids=["a", "b", "c"]))
    output = stage.apply({"id": ["c", "b"], "source.text": ["three", "two"]})
    assert (output["target.text"], output[DROP]) == (["tres", ""], [None, "no-translation"])


def test_split_moves_evidence_onto_tokens():
    stage = Tokenize("spa")
    output = stage.apply({"target.text": ["Vi zzqx, y zzqy.", "a"], "target.unknown_at": [[3, 11], []]})
    check_types(stage, output)
    assert output == {
        "target.tokens": [["Vi", "zzqx", ",", "y", "zzqy", "."], ["a"]],
        "target.unknown": [[1, 4], []],
        DROP: [None, None],
    }
    assert stage.apply({"target.text": ["\x01"], "target.unknown_at": [[]]})[DROP] == ["empty-target"]
    assert stage.settings() != Tokenize("eng").settings()


def test_group_covers_every_token_in_order():
    stage = GroupTokens("zho")
    sentences = [list("纽约在美国。"), []]
    output = stage.apply({"target.tokens": sentences})
    check_types(stage, output)
    for tokens, words, ends in zip(sentences, output["target.words"], output["target.ends"], strict=True):
        assert "".join(words) == "".join(tokens)
        assert ends == sorted(set(ends))
        assert (ends[-1] if ends else 0) == len(tokens)
    assert "纽约" in output["target.words"][0]
    assert stage.settings() != GroupTokens("tha").settings()


def test_translations_in_a_file_are_read_once_and_looked_up_by_row(tmp_path: Path):
    ids = [f"train-{k}" for k in range(5)]
    file = write(tmp_path / "x.tsv", "".join(f"{name}\ttext {name}\n" for name in reversed(ids)))
    stage = translate(Pretranslated(file, ids=ids), text="target", into="pivot")
    assert isinstance(stage, ReadTranslations)
    assert isinstance(stage, FittingStage)
    assert is_repeatable(stage)
    batches = [{"row": [0, 1, 2], "id": ids[:3], "drop": [None, "copy", None]}, {"row": [3, 4], "id": ids[3:]}]
    stage.fit(iter(batches), tmp_path / "artefact")
    worker = pickle.loads(pickle.dumps(stage))
    file.unlink()
    worker.load(tmp_path / "artefact")
    assert worker.apply({"row": [2, 4], "id": [ids[2], ids[4]]}) == {
        "pivot.text": ["text train-2", "text train-4"],
        "pivot.unknown_at": [[], []],
        "drop": [None, None],
    }
