from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.cli import main
from silverner.projection.errors import UsageError
from silverner.projection.spans import Span
from silverner.students.corpus import Row, load_corpus
from silverner.students.strategies.ensemble import Ensemble
from silverner.students.student import train_student
from silverner.students.targets import Reals
from silverner.students.teaching.combination import agreement, elected_target, projected_probabilities
from silverner.students.teaching.teachers import mixed_probabilities
from tests.students.corpora import LABELS, quick, write_corpus, write_gold
from tests.taggers import write_tagger
from tests.tiny import write_model

ROW = Row(id="a", tokens=("in", "New", "York"), spans=(Span(1, 3, "LOC"),), confidences=(0.75,))
# tags: O, B-PER, I-PER, B-LOC, I-LOC
PROJECTED = [[1, 0, 0, 0, 0], [0.25, 0, 0, 0.75, 0], [0.25, 0, 0, 0, 0.75]]


def _reals(rows: list[list[float]]) -> Reals:
    return np.array(rows, dtype=np.float32)


def _mean(teacher: Reals, share: float) -> Reals:
    return mixed_probabilities([_reals(PROJECTED), teacher], np.array([1 - share, share]))


def test_the_words_of_an_entity_have_its_confidence_and_o_the_rest() -> None:
    assert projected_probabilities(ROW, LABELS).tolist() == PROJECTED


def test_agreement_is_the_f1_of_the_probabilities_of_entities() -> None:
    teacher = _reals([[0.5, 0.5, 0, 0, 0], [0, 0, 0, 1, 0], [0.5, 0, 0, 0.25, 0.25]])
    # in common .75 + .25; the projection has 1.5, the teacher .5 + 1 + .5
    assert agreement([_reals(PROJECTED)], [teacher]) == pytest.approx(2 * 1.0 / 3.5)
    assert agreement([_reals(PROJECTED)], [_reals(PROJECTED)]) == pytest.approx(1.0)


def test_a_teacher_without_entities_does_not_agree() -> None:
    mute = _reals([[1, 0, 0, 0, 0]] * 3)
    assert agreement([_reals(PROJECTED)], [mute]) == 0.0
    assert agreement([mute], [mute]) == 0.0


@pytest.mark.parametrize(
    ("share", "tags", "weights"),
    [
        (0.25, [0, 3, 4], [0.75, 0.6625, 0.6625]),  # .75 * .75 + .25 * .4
        (0.9, [1, 3, 0], [0.9, 0.435, 0.475]),  # the I after a B that lost would be no tag
    ],
)
def test_a_vote_has_the_likeliest_valid_tags_and_their_probabilities(
    share: float, tags: list[int], weights: list[float]
) -> None:
    teacher = _reals([[0, 1, 0, 0, 0], [0.3, 0.3, 0, 0.4, 0], [0.5, 0, 0, 0.1, 0.4]])
    mean = _mean(teacher, share)
    target = elected_target(mean, LABELS)
    assert target.tags.tolist() == tags
    assert target.weights.tolist() == pytest.approx(weights, abs=1e-6)
    assert target.tag_share.tolist() == [1, 1, 1]


@given(share=st.floats(0, 1), seed=st.integers(0, 99))
def test_a_mean_is_a_distribution_between_its_two(share: float, seed: int) -> None:
    teacher = np.random.default_rng(seed).dirichlet(np.ones(5), size=3).astype(np.float32)
    mean, projected = _mean(teacher, share), _reals(PROJECTED)
    assert mean.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert (mean >= np.minimum(teacher, projected) - 1e-6).all()
    assert (mean <= np.maximum(teacher, projected) + 1e-6).all()


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
def test_what_is_no_share_is_refused(share: float) -> None:
    with pytest.raises(UsageError, match=r"--share .* is no share; allowed: a number from 0 to 1, or auto"):
        Ensemble(share=share)


def test_a_word_that_is_no_share_is_refused_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["train", "ensemble", "--model", "m", "--data", "d", "--lang", "swh", "--share", "half"])
    assert stopped.value.code == 2
    assert "argument --share: 'half' is neither a number from 0 to 1 nor auto" in capsys.readouterr().err


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ensemble")
    write_corpus(folder / "corpus")
    write_gold(folder / "gold.conll")
    write_model("bert", folder / "encoder")
    write_tagger("bert", folder / "teacher", learn=True)
    write_tagger("bert", folder / "other")
    return folder


@pytest.mark.parametrize("combination", ["mean", "vote"])
def test_a_student_learns_from_both_and_says_how_much_the_teacher_weighed(
    combination: str, home: Path, tmp_path: Path
) -> None:
    config = quick(
        "ensemble",
        home / "encoder",
        home / "corpus",
        teachers=(str(home / "teacher"),),
        combine=combination,
        test=home / "gold.conll",
        training={"epochs": 12, "patience": 99},
    )
    results = train_student(config, tmp_path / "out")
    assert results["scores"]["test"]["f1"] > 60
    assert (results["share"], results["combine"]) == ("auto", combination)
    assert 0.5 < results["teacher_share"] <= 1  # the agreement of a teacher that can read the text
    line = f"| weight of the teachers | {results['teacher_share']:.2f}, of the projection the rest |"
    card = (tmp_path / "out" / "README.md").read_text()
    assert line in card
    assert ("| options | `--combine vote` |" in card) is (combination == "vote")


@pytest.mark.parametrize(("share", "kept"), [("auto", True), (0.9, False)])
def test_by_default_a_poor_teacher_changes_no_label(share: float | Literal["auto"], kept: bool, home: Path) -> None:
    corpus = load_corpus(str(home / "corpus"), "swh")
    config = quick("ensemble", home / "encoder", home / "corpus", teachers=(str(home / "other"),), share=share)
    targets = config.strategy.targets(config, corpus)
    assert all((t.tags == corpus.tag_numbers(r)).all() for t, r in zip(targets, corpus.rows, strict=True)) is kept
