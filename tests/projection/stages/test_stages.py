from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.alignment import AlignedPair, PharaohFiles
from silverner.projection.chain import DROP, FittingStage
from silverner.projection.errors import DataError, EngineError, MissingFileError, OutputError, UsageError
from silverner.projection.projector import Projector
from silverner.projection.scoring.confidence import confidence
from silverner.projection.stages import (
    Align,
    Detokenize,
    FindOverlap,
    Gloss,
    GroupTokens,
    Identify,
    Project,
    ProjectInCorpus,
    Tokenize,
    Translate,
)
from silverner.projection.translation import Pretranslated, Translation
from silverner.projection.translation.dictionary import Dictionary
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


class Fixed:
    """An aligner that gives what it is told and remembers what it was given."""

    def __init__(self, pairs: list[AlignedPair]) -> None:
        self.pairs = pairs
        self.given: tuple[Any, Any] | None = None

    def settings(self) -> Mapping[str, object]:
        return {"engine": "fixed"}

    def check(self) -> None:
        pass

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        self.given = (list(map(list, sources)), list(map(list, targets)))
        return self.pairs


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


BATCHES: list[dict[str, list[Any]]] = [
    {"row": [0, 1], "source.tokens": [["a"], ["b", "c"]], "target.tokens": [["x"], None], DROP: [None, "gone"]},
    {"row": [2], "source.tokens": [["d", "e"]], "target.tokens": [["y", "z"]], DROP: [None]},
]


def test_align_gives_every_row_its_links(tmp_path: Path):
    pairs = [
        AlignedPair([(0, 0, 1.0)], []),
        AlignedPair([], []),
        AlignedPair([(1, 0, 0.25), (0, 1, 1e-05)], [(0, 0, 1.0), (1, 1, 0.1)]),
    ]
    aligner = Fixed(pairs)
    stage = Align(aligner)
    assert isinstance(stage, FittingStage)
    stage.fit(iter(BATCHES), tmp_path / "artefact")
    assert aligner.given == ([["a"], [], ["d", "e"]], [["x"], [], ["y", "z"]])
    fresh = Align(Fixed([]))
    fresh.load(tmp_path / "artefact")
    output = fresh.apply({"row": [2, 0], "source.tokens": [[], []], "target.tokens": [[], []]})
    check_types(fresh, output)
    assert output == {"links.forward": ["1-0:0.25 0-1:1e-05", "0-0"], "links.reverse": ["0-0 1-1:0.1", ""]}


def test_the_same_links_are_the_same_artefact(tmp_path: Path):
    for name in ("one", "two"):
        Align(Fixed([AlignedPair([(0, 0, 1.0)], [])] * 3)).fit(iter(BATCHES), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_new_artefact_replaces_the_links_read_before(tmp_path: Path):
    stage, batch = Align(Fixed([])), {"row": [0], "source.tokens": [[]], "target.tokens": [[]]}
    for name, link in (("one", (0, 0, 1.0)), ("two", (1, 1, 1.0))):
        Align(Fixed([AlignedPair([link], [])] * 3)).fit(iter(BATCHES), tmp_path / name)
        stage.load(tmp_path / name)
        assert stage.apply(batch)["links.forward"] == [f"{link[0]}-{link[1]}"]


def test_align_is_not_applied_before_it_is_fitted():
    with pytest.raises(EngineError, match="the stage 'align' was applied before it was fitted: it has no links"):
        Align(Fixed([])).apply({"row": [0], "source.tokens": [[]], "target.tokens": [[]]})


@pytest.mark.parametrize("count", [0, 2, 4])
def test_an_aligner_that_answers_for_another_number_of_pairs_is_refused(tmp_path: Path, count: int):
    with pytest.raises(EngineError, match="3"):
        Align(Fixed([AlignedPair([], [])] * count)).fit(iter(BATCHES), tmp_path / "artefact")


def test_errors_of_an_aligner_come_through(tmp_path: Path):
    with pytest.raises(MissingFileError, match="no such file"):
        Align(PharaohFiles([tmp_path / "no"])).settings()
    path = write(tmp_path / "links", "0-0\n5-5\n0-2\n")
    with pytest.raises(DataError, match="links, line 3: link 0-2 is out of range"):
        Align(PharaohFiles([path])).fit(iter(BATCHES), tmp_path / "artefact")


PROJECT: dict[str, list[Any]] = {
    "id": ["s1", "s2", "s3"],
    "source.tokens": [["Ana", "visits", "New", "York"], ["so"], ["Ana", "runs"]],
    "source.entities": [
        [{"start": 0, "end": 1, "label": "PER"}, {"start": 2, "end": 4, "label": "LOC"}],
        [],
        [{"start": 0, "end": 1, "label": "PER"}],
    ],
    "target.tokens": [["Ana", "visita", "Nueva", "York"], ["así"], ["Corre"]],
    "links.forward": ["0-0 1-1 2-2 3-3", "", "1-0"],
    "links.reverse": ["0-0 1-1 2-2 3-3", "0-0", "1-0"],
}


def test_project_carries_entities_over():
    stage = Project(Projector(score="dice"))
    output = stage.apply(PROJECT)
    check_types(stage, output)
    sure = [e.pop("confidence") for row in output["projected.entities"] for e in row]
    assert sure == [confidence("dice", chosen=1.0, rival=rival) for rival in (0.0, 2 / 3)]
    assert output["projected.entities"] == [
        [
            {"start": 0, "end": 1, "label": "PER", "score": 1.0, "source_start": 0, "source_end": 1},
            {"start": 2, "end": 4, "label": "LOC", "score": 1.0, "source_start": 2, "source_end": 4},
        ],
        [],
        [],
    ]
    assert output["projected.lost"] == [[], [], [{"start": 0, "end": 1, "label": "PER"}]]
    assert output["projected.score"] == [1.0, 1.0, 0.0]
    assert output["projected.links"] == ["0-0 1-1 2-2 3-3", "0-0", "1-0"]


def test_project_is_signed_by_its_settings():
    assert Project(Projector()).settings() == Project(Projector()).settings()
    assert Project(Projector()).settings() != Project(Projector(threshold=0.5)).settings()
    assert Project(Projector()).settings()["matcher"] == "exact"


def test_project_names_the_sentence_that_breaks_a_rule():
    batch = {name: column[:1] for name, column in PROJECT.items()}
    with pytest.raises(DataError, match="sentence s1: link 0-9 is out of range"):
        Project(Projector()).apply({**batch, "links.forward": ["0-9"]})
    with pytest.raises(DataError, match="sentence s1: the span 3-5"):
        Project(Projector()).apply({**batch, "source.entities": [[{"start": 3, "end": 5, "label": "X"}]]})


def test_entities_projected_onto_words_end_on_the_tokens_of_these():
    # Four tokens, of which the middle two are one word.
    stage = Project(Projector(score="dice"), grouped=True)
    output = stage.apply(
        {
            "id": ["a"],
            "source.tokens": [["New", "York", "sleeps"]],
            "source.entities": [[{"start": 0, "end": 2, "label": "LOC"}]],
            "target.words": [["纽约", "睡"]],
            "target.ends": [[2, 3]],
            "links.forward": ["0-0 1-0 2-1"],
            "links.reverse": ["0-0 1-0 2-1"],
        }
    )
    check_types(stage, output)
    (entity,) = output["projected.entities"][0]
    assert (entity["start"], entity["end"], entity["label"]) == (0, 2, "LOC")
    assert output["projected.links"] == ["0-0 0-1 1-0 1-1 2-2"]


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


UK: dict[str, list[Any]] = {
    "id": ["s1", "s2", "s3", "s4"],
    "source.tokens": [["UK"]] * 4,
    "source.entities": [[{"start": 0, "end": 1, "label": "LOC"}]] * 4,
    "target.tokens": [["Reino", "Unido"]] * 4,
    "links.forward": ["0-0"] * 4,
    "links.reverse": ["0-0 0-1"] * 4,
}


def places(output: dict[str, list[Any]]) -> list[tuple[int, int]]:
    return [(e["start"], e["end"]) for row in output["projected.entities"] for e in row]


def test_project_in_corpus_knows_what_the_other_sentences_say(tmp_path: Path):
    stage = ProjectInCorpus(Projector())
    assert isinstance(stage, FittingStage) and not isinstance(Project(Projector()), FittingStage)
    stage.fit(iter([{**UK, DROP: [None] * 4}]), tmp_path / "counts")
    stage.load(tmp_path / "counts")
    assert places(stage.apply(UK)) == [(0, 2)] * 4
    assert places(Project(Projector()).apply(UK)) == [(0, 1)] * 4


def test_project_in_corpus_counts_no_sentence_that_was_dropped(tmp_path: Path):
    gone: dict[str, list[Any]] = {name: [None] * 4 if name != "id" else column for name, column in UK.items()}
    stage = ProjectInCorpus(Projector())
    stage.fit(iter([{**gone, DROP: ["no-translation"] * 4}]), tmp_path / "counts")
    stage.load(tmp_path / "counts")
    assert places(stage.apply(UK)) == [(0, 1)] * 4


def test_counts_of_the_same_corpus_are_the_same_bytes_and_replaced_ones_are_read_anew(tmp_path: Path):
    batch = {**UK, DROP: [None] * 4}
    stage = ProjectInCorpus(Projector())
    stage.fit(iter([batch]), tmp_path / "one")
    halves = [{name: column[k : k + 2] for name, column in batch.items()} for k in (0, 2)]
    stage.fit(iter(halves), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    stage.load(tmp_path / "one")
    assert places(stage.apply(UK)) == [(0, 2)] * 4
    stage.fit(iter([]), tmp_path / "two")
    (tmp_path / "two").replace(tmp_path / "one")
    assert places(stage.apply(UK)) == [(0, 1)] * 4


def test_project_in_corpus_needs_its_counts(tmp_path: Path):
    stage = ProjectInCorpus(Projector())
    with pytest.raises(EngineError, match="the stage 'project' was applied before it was fitted: it has no counts"):
        stage.apply(UK)
    stage.load(write(tmp_path / "counts", "no Parquet"))
    with pytest.raises(OutputError, match=r"cannot be read .*; delete the file and run again"):
        stage.apply(UK)


def test_project_takes_what_a_tagger_found_in_the_target():
    stage = Project(Projector(proposer="ner"), evidence=["target.tagger_entities"])
    seen = [[{"start": 0, "end": 2, "label": "ORG"}], [], [{"start": 1, "end": 2, "label": "PER"}], []]
    output = stage.apply({**UK, "target.tagger_entities": seen})
    assert [[(e["start"], e["end"], e["label"]) for e in row] for row in output["projected.entities"]] == [
        [(0, 2, "LOC")],
        [],
        [(1, 2, "LOC")],
        [],
    ]


def test_project_hears_what_names_are_called(tmp_path: Path):
    names = Gloss(Dictionary(write(tmp_path / "names.tsv", "UK\tReino Unido\n"), target="spa"))
    glosses = names.apply({**UK, "source.entities": [*UK["source.entities"][:3], []]})
    check_types(names, glosses)
    assert glosses == {"source.glosses": [[["Reino", "Unido"]]] * 3 + [[]]}
    batch = {**UK, "links.reverse": ["0-0"] * 4}
    assert places(Project(Projector()).apply(batch)) == [(0, 1)] * 4
    glossed = Project(Projector(), evidence=["source.glosses"])
    assert glossed.inputs[-1] == "source.glosses"
    assert places(glossed.apply({**batch, **names.apply(batch)})) == [(0, 2)] * 4


class Held:
    """An evaluation set."""

    def __init__(self, *sentences: str) -> None:
        self._sentences = [sentence.split() for sentence in sentences]

    def settings(self) -> Mapping[str, object]:
        return {"content": str(self._sentences)}

    def sentences(self) -> list[list[str]]:
        return self._sentences


OVERLAP: dict[str, list[Any]] = {
    "row": [0, 1, 2, 3],
    "split": ["train", "train", "test", "train"],
    "target.tokens": [["Ana", "runs"], ["so"], ["ana", "runs"], None],
    "source.tokens": [["x"], ["y"], ["z"], None],
    DROP: [None, None, None, "empty-target"],
}


def test_overlap_looks_up_what_the_whole_corpus_says(tmp_path: Path):
    stage = FindOverlap([Held("Y")], near=0.8, parallel=True)
    stage.fit(
        iter([{n: c[:2] for n, c in OVERLAP.items()}, {n: c[2:] for n, c in OVERLAP.items()}]), tmp_path / "found"
    )
    stage.load(tmp_path / "found")
    output = stage.apply({"row": [2, 0, 1]})
    check_types(stage, output)
    assert output == {
        "target.duplicate": [False, True, False],
        "target.near": [0.0, 1.0, 0.0],
        "target.leak": [0.0, 0.0, 1.0],
    }
    assert stage.settings() != FindOverlap([Held("Z")], near=0.8, parallel=True).settings()
    with pytest.raises(EngineError, match="the stage 'overlap' was applied before it was fitted: it has no overlaps"):
        FindOverlap([], near=None, parallel=False).apply({"row": [0]})


def test_identify_asks_for_the_language_only_where_it_is_wanted():
    batch = {"target.tokens": [["Das", "ist", "ein", "Haus"], ["Это", "дом"], ["7"]]}
    both = Identify("deu", script_only=False).apply(batch)
    assert [p > 0.5 for p in both["target.language"]] == [True, False, True]
    assert both["target.script"] == [1.0, 0.0, 1.0]
    alone = Identify("bam", script_only=True)
    check_types(alone, alone.apply(batch))
    assert alone.apply(batch)["target.language"] == [None] * 3
    with pytest.raises(UsageError, match="cannot tell Bambara"):
        Identify("bam", script_only=False).settings()
