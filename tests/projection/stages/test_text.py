from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from silverner.projection.chain import DROP
from silverner.projection.stages import (
    Detokenize,
    GroupTokens,
    Tokenize,
    Translate,
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
