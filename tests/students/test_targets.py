from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForTokenClassification

from silverner.projection.errors import DataError
from silverner.projection.labelling.tagset import counterparts
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.spans import Span, tag_names
from silverner.students.corpus import Row, SilverCorpus, hold_out, load_corpus
from silverner.students.strategies.hard import Hard
from silverner.students.targets import Target, agreement_target, check_shape, sure_target, teacher_target, voted_target
from silverner.students.teaching.teachers import mixed_probabilities, published_probabilities
from silverner.students.training.model import load_student
from silverner.students.training.once import train_once
from silverner.students.training_config import TrainingConfig
from tests.students.corpora import LABELS, quick, sentences, tags_of, write_corpus
from tests.taggers import NAMES, TWINS, twin_names, write_tagger

TAGS = np.array([0, 1, 2])
ONE = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.6, 0.2, 0.2]], dtype=np.float32)
OTHER = np.array([[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]], dtype=np.float32)


def test_teachers_are_averaged_or_weighed() -> None:
    np.testing.assert_allclose(mixed_probabilities([ONE, OTHER]), (ONE + OTHER) / 2, atol=1e-7)
    np.testing.assert_allclose(
        mixed_probabilities([ONE, OTHER], np.array([0.25, 0.75])), 0.25 * ONE + 0.75 * OTHER, atol=1e-7
    )


def test_where_all_teachers_agree_with_the_projection_its_tag_is_learnt_and_elsewhere_what_they_say() -> None:
    target = agreement_target(TAGS, [ONE, OTHER], mixed_probabilities([ONE, OTHER]), np.full(3, 0.5, dtype=np.float32))
    assert target.tag_share.tolist() == [1, 0, 0]
    assert target.weights.tolist() == [0.5, 1, 1]
    one = agreement_target(TAGS, [ONE], ONE)
    assert one.tag_share.tolist() == [1, 1, 0]


def test_voters_teach_their_mean_everywhere_and_their_tag_where_they_agree() -> None:
    mean = mixed_probabilities([ONE, OTHER])
    target = voted_target([ONE, OTHER], mean)
    assert target.teacher_probabilities is mean
    assert target.teacher_share is not None
    assert target.teacher_share.tolist() == [1, 1, 1]
    assert target.tag_share.tolist() == [1, 0, 0]
    assert target.tags[0] == 0
    assert voted_target([ONE, ONE], ONE).tag_share.tolist() == [1, 1, 1]
    assert voted_target([ONE, ONE], ONE, TAGS).tag_share.tolist() == [1, 1, 0]
    assert voted_target([np.zeros((0, 3), dtype=np.float32)] * 2, np.zeros((0, 3), dtype=np.float32)).tags.shape == (0,)


def test_a_teacher_teaches_only_what_it_is_sure_of() -> None:
    """O .95, then an entity of two words with .9 and .5, then O .6."""
    said = np.array([[0.95, 0.03, 0.02], [0.1, 0.9, 0.0], [0.2, 0.3, 0.5], [0.6, 0.4, 0.0]], dtype=np.float32)
    for threshold, whole, weights in (
        (0.65, False, [1, 1, 1, 0]),
        (0.75, False, [1, 0, 0, 0]),
        (0.7, True, [1, 1, 1, 1]),
        (0.8, True, [0, 0, 0, 0]),
        (0.0, False, [1, 1, 1, 1]),
    ):
        target = sure_target(said, ["PER"], threshold=threshold, whole=whole)
        assert target.tags.tolist() == [0, 1, 2, 0]
        assert target.weights.tolist() == weights
        assert target.tag_share.tolist() == [1, 1, 1, 1]


def test_soft_goals_never_look_at_the_projected_tags() -> None:
    target = teacher_target(ONE)
    assert target.tag_share.tolist() == [0, 0, 0]
    assert target.tags.tolist() == [0, 1, 0]


def test_a_distribution_that_fits_no_sentence_is_refused() -> None:
    with pytest.raises(DataError, match=r"s1: .* distribution has the shape \(3, 3\), .* 4 tokens with 5 tags"):
        check_shape(ONE, 4, 5, "s1")
    with pytest.raises(DataError, match=r"s1, token 2: a teacher's probabilities add up to 0.500"):
        check_shape(ONE * np.array([[1], [0.5], [1]], dtype=np.float32), 3, 3, "s1")


def test_words_are_weighed_by_their_entity_or_their_sentence() -> None:
    row = Row(id="a", tokens=("x", "y", "z"), spans=(Span(1, 3, "PER"),), confidences=(0.5,), score=0.25)
    for weights, expected in (("none", [1, 1, 1]), ("token", [1, 0.5, 0.5]), ("sentence", [0.25] * 3)):
        assert Hard(label_weights=weights).word_weights(row).tolist() == expected


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("targets")
    write_corpus(folder / "corpus")
    write_corpus(folder / "soft", soft=True)
    write_tagger("bert", folder / "teacher", learn=True)
    write_tagger("bert", folder / "other")
    return folder


def _targets(config: TrainingConfig, corpus: SilverCorpus) -> list[Target]:
    return config.strategy.targets(config, corpus)


def test_denoised_targets_keep_the_tags_and_weigh_names_that_lost_theirs_less(home: Path, tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "parallel", parallel=True)  # every fifth sentence has lost its entities
    corpus = load_corpus(str(folder), "swh")
    targets = _targets(quick("denoise", home / "teacher", folder, neighbours=5), corpus)
    names_without_tag, others = [], []
    for row, target in zip(corpus.rows, targets, strict=True):
        assert target.tags.tolist() == corpus.tag_numbers(row).tolist()
        assert ((target.weights > 0) & (target.weights <= 1)).all()
        for token, tag, weight in zip(row.tokens, target.tags, target.weights, strict=True):
            (names_without_tag if tag == 0 and token in ("Ana", "York", "Kenya") else others).append(weight)
    assert len(names_without_tag) == 3
    # Most neighbours of these words are names: 2 of 5 with the same tag weigh 0.06, and 3 weigh 0.14.
    assert max(names_without_tag) < 0.1 < np.mean(others)


def test_several_teachers_are_heard(home: Path) -> None:
    corpus = load_corpus(str(home / "corpus"), "swh")
    names = (str(home / "teacher"), str(home / "other"))
    both = _targets(quick("multi", home / "teacher", home / "corpus", teachers=names), corpus)
    alone = [_targets(quick("soft", home / "teacher", home / "corpus", teachers=(name,)), corpus) for name in names]
    for targets in zip(both, *alone, strict=True):
        mean, first, second = (target.teacher_probabilities for target in targets)
        assert mean is not None
        assert first is not None
        assert second is not None
        np.testing.assert_allclose(mean, (first + second) / 2, atol=1e-6)


def test_projected_labels_vote_only_if_they_are_asked(home: Path, tmp_path: Path) -> None:
    """Every fifth sentence has lost its entities; there the projection does not agree with the teachers."""
    folder = write_corpus(tmp_path / "parallel", parallel=True)
    corpus, teachers = load_corpus(str(folder), "swh"), (str(home / "teacher"),) * 2
    shares = {}
    for voters in ("teachers", "all"):
        targets = _targets(quick("unitrans", home / "teacher", folder, teachers=teachers, voters=voters), corpus)
        shares[voters] = [float(target.tag_share.mean()) for target in targets]
    assert shares["teachers"] == [1.0] * 24
    lost = [any(tag != "O" for tag in tags_of(tokens)) and k % 5 == 0 for k, tokens in enumerate(sentences())]
    assert all(share < 1 for share, is_lost in zip(shares["all"], lost, strict=True) if is_lost)
    assert sum(lost) == 4


@pytest.mark.parametrize("twin", ["iob1, as XLM-R for CoNLL-2003", "plain"])
def test_a_teacher_of_another_scheme_agrees_with_the_beginnings_of_entities(
    twin: str, home: Path, tmp_path: Path
) -> None:
    teacher = write_tagger("bert", tmp_path / "t", TWINS[twin][0].split(), learn=True, names=twin_names(twin))
    corpus = load_corpus(str(home / "corpus"), "swh")
    targets = _targets(quick("agree", home / "teacher", home / "corpus", teachers=(str(teacher),)), corpus)
    beginnings = [target.tag_share[np.isin(target.tags, [1, 3])] for target in targets]
    assert sum(map(len, beginnings)) > 20
    assert np.concatenate(beginnings).all()


IOB1_NAMES = {word: k + k % 2 for word, k in NAMES.items()}
"""What an IOB1 tagger with a ``B-`` for every label calls the words it knows: ``I-``, also where an entity begins."""


@pytest.mark.parametrize("strategy", ["soft", "multi", "agree", "unitrans"])
def test_a_teacher_says_by_its_scheme_where_entities_begin(
    strategy: str, home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    teacher = str(write_tagger("bert", tmp_path / "t", learn=True, names=IOB1_NAMES))
    corpus = load_corpus(str(home / "corpus"), "swh")
    beginnings = [np.isin(corpus.tag_numbers(row), [1, 3]) for row in corpus.rows]
    right = {}
    for schemes in ((), ("iob1",), ("iob1", "iob1")):
        teachers = (teacher,) * (1 if strategy in {"soft", "agree"} else 2)
        if len(schemes) > len(teachers):
            continue
        caplog.clear()
        options = {"teachers": teachers, "teacher_schemes": schemes}
        targets = _targets(quick(strategy, home / "other", home / "corpus", **options), corpus)
        said = [t.teacher_probabilities.argmax(axis=1) for t in targets if t.teacher_probabilities is not None]
        right[schemes] = np.concatenate([np.isin(s, [1, 3])[b] for s, b in zip(said, beginnings, strict=True)]).mean()
        warned = "entities begin with I-, as in IOB1; if it writes so, give --teacher-scheme iob1" in caplog.text
        assert warned is (not schemes)
    assert right.pop(()) == 0
    assert set(right.values()) == {1}


def test_distributions_of_iob1_that_were_published_as_iob2_are_noticed(caplog: pytest.LogCaptureFixture) -> None:
    inside = np.eye(5, dtype=np.float32)[[0, 2, 2, 0, 4]]
    rows = [Row(id=str(k), tokens=("a",) * 5, spans=(), teacher_probabilities=inside) for k in range(10)]
    published_probabilities(SilverCorpus(name="c", labels=LABELS, rows=rows))
    assert "the distributions of c: 20 of 20 entities begin with I-, as in IOB1; " in caplog.text
    caplog.clear()
    begin = np.eye(5, dtype=np.float32)[[0, 1, 2, 0, 3]]
    published_probabilities(
        SilverCorpus(name="c", labels=LABELS, rows=[replace(row, teacher_probabilities=begin) for row in rows])
    )
    assert not caplog.text


@pytest.mark.parametrize("twin", TWINS)
def test_a_student_begins_as_its_base_whatever_the_scheme_and_order_of_its_tags(twin: str, tmp_path: Path) -> None:
    tags = TWINS[twin][0].split()
    base = write_tagger("bert", tmp_path / "base", tags)
    model, _, fresh = load_student(Checkpoint(name=str(base)), LABELS, seed=0)
    head = AutoModelForTokenClassification.from_pretrained(base).classifier.weight
    rows = counterparts(tags, tag_names(LABELS))
    assert fresh == []
    assert [tags[k or 0][-3:] for k in rows] == ["O", "PER", "PER", "LOC", "LOC"]
    assert torch.equal(model.classifier.weight, head[rows])


def test_a_student_begins_with_the_rows_of_renamed_labels(home: Path, tmp_path: Path) -> None:
    base = write_tagger("bert", tmp_path / "base", ["O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON", "B-LOC"])
    head = AutoModelForTokenClassification.from_pretrained(base).classifier.weight
    config = replace(quick("hard", base, home / "corpus"), label_map={"PERSON": "PER", "GPE": "LOC"})
    trained = train_once(config, load_corpus(str(home / "corpus"), "swh"), tmp_path / "out", None, None)
    assert trained.facts["fresh"] == []
    model, _, fresh = load_student(Checkpoint(name=str(base)), LABELS, seed=0, label_map=config.label_map)
    assert fresh == []
    assert torch.equal(model.classifier.weight, head[[0, 3, 4, 5, 2]])
    _, _, fresh = load_student(Checkpoint(name=str(base)), LABELS, seed=0, label_map={"PERSON": None, "GPE": "O"})
    assert fresh == ["B-PER", "I-PER", "I-LOC"]


def test_published_distributions_are_read_as_they_are_but_for_rounding(home: Path) -> None:
    corpus = load_corpus(str(home / "soft"), "swh")
    target = _targets(quick("soft", home / "teacher", home / "soft"), corpus)[0]
    assert target.teacher_probabilities is not None
    np.testing.assert_allclose(target.teacher_probabilities.sum(axis=1), 1, atol=1e-6)
    assert target.teacher_probabilities.max() == pytest.approx(0.9, abs=1e-3)


@given(st.integers(2, 60), st.floats(0.01, 0.99))
def test_rows_are_held_back_by_name_whatever_their_order(number: int, share: float) -> None:
    rows = [Row(id=f"s{k}", tokens=("a",), spans=()) for k in range(number)]
    learnt, held_out = hold_out(rows, share)
    assert sorted(r.id for r in learnt + held_out) == sorted(r.id for r in rows)
    assert learnt
    assert held_out
    assert {r.id for r in hold_out(rows[::-1], share)[1]} == {r.id for r in held_out}


def test_a_single_row_cannot_be_held_out() -> None:
    with pytest.raises(DataError, match="one row cannot be both learnt from and held out"):
        hold_out([Row(id="a", tokens=("a",), spans=())], 0.1)


def test_the_signature_of_a_corpus_changes_with_what_it_holds(home: Path) -> None:
    corpus = load_corpus(str(home / "corpus"), "swh")
    assert corpus.signature == load_corpus(str(home / "corpus"), "swh").signature
    fewer = SilverCorpus(name="x", labels=LABELS, rows=corpus.rows[1:])
    soft = load_corpus(str(home / "soft"), "swh")
    assert len({corpus.signature, fewer.signature, soft.signature}) == 3


def test_ids_that_name_several_rows_are_refused(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "twice", twice=True)
    with pytest.raises(DataError, match="the id 's0' names several rows; make ids unique"):
        load_corpus(str(folder), "swh")
