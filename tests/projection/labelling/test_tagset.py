from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.ensembling.voting import decode_entities
from silverner.projection.errors import UsageError
from silverner.projection.labelling.tagset import TagSet, counterparts, model_scheme
from silverner.projection.spans import Scheme, Span, tag_names, tags_from_spans
from tests.projection.helpers import encode
from tests.projection.oracles import sentences_with_spans

IOB = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
BIOES = ["O", "B-PER", "I-PER", "E-PER", "S-PER"]
PLAIN = ["PER", "O", "LOC"]


def _read(tags: list[str], says: str, **options: object) -> list[tuple[int, int, str]]:
    given_: dict[str, object] = {"labels": ["PER", "LOC"], "label_map": {"MISC": "O"}, "model": "m", **options}
    tagset = TagSet(tags, **given_)  # type: ignore[arg-type]  # options by name
    return [(s.start, s.end, s.label) for s in tagset.spans([tags.index(tag) for tag in says.split()])]


@pytest.mark.parametrize(
    ("tags", "says", "found"),
    [
        (IOB, "B-PER I-PER O B-LOC B-LOC", [(0, 2, "PER"), (3, 4, "LOC"), (4, 5, "LOC")]),
        (IOB, "O I-PER I-PER I-LOC O", [(1, 3, "PER"), (3, 4, "LOC")]),  # IOB1, or a slip of an IOB2 model
        (IOB, "B-MISC I-MISC B-PER I-MISC", [(2, 3, "PER")]),
        (BIOES, "S-PER B-PER I-PER E-PER O", [(0, 1, "PER"), (1, 4, "PER")]),
        (BIOES, "B-PER O E-PER B-PER S-PER", [(0, 1, "PER"), (2, 3, "PER"), (3, 4, "PER"), (4, 5, "PER")]),
        (PLAIN, "PER PER LOC O LOC", [(0, 2, "PER"), (2, 3, "LOC"), (4, 5, "LOC")]),
    ],
)
def test_every_scheme_is_read(tags: list[str], says: str, found: list[tuple[int, int, str]]) -> None:
    assert _read(tags, says) == found


def test_labels_are_renamed_and_dropped() -> None:
    names = ["O", "B-GPE", "I-GPE", "B-DATE"]
    assert _read(names, "B-GPE I-GPE B-DATE", label_map={"GPE": "LOC", "DATE": None}) == [(0, 2, "LOC")]


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (
            ["O", "B-GEO"],
            r"'m' has labels that are not among PER, LOC: 'GEO'; write label_map: {GEO: O} \(--label-map GEO=O\)",
        ),
        (["LABEL_0", "LABEL_1"], r"'m' has the tags LABEL_0, LABEL_1, but no O, so it is not an entity tagger"),
        (["O", "LABEL_1"], "'m' has labels that are not among PER, LOC: 'LABEL_1'"),
    ],
)
def test_a_model_whose_labels_do_not_fit_is_refused(tags: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        TagSet(tags, labels=["PER", "LOC"], label_map={}, model="m")


def test_probabilities_move_to_the_tags_of_the_corpus() -> None:
    tagset = TagSet(IOB, labels=["LOC", "PER"], label_map={"MISC": "O"}, model="m")
    row = np.array([[0.1, 0.2, 0.05, 0.3, 0.1, 0.15, 0.1]])
    assert tag_names(["LOC", "PER"]) == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
    np.testing.assert_allclose(tagset.distribution(row, [3]), [[0.35, 0.3, 0.1, 0.2, 0.05]], atol=1e-3)


def test_what_a_tag_leaves_open_is_told_by_the_word_before() -> None:
    plain = TagSet(PLAIN, labels=["PER", "LOC"], label_map={}, model="m")
    rows = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.2, 0.1, 0.7]])
    np.testing.assert_allclose(
        plain.distribution(rows, [0, 0, 2]),
        [[0.1, 0.9, 0, 0, 0], [0.1, 0, 0.8, 0.1, 0], [0.1, 0, 0.2, 0.7, 0]],
        atol=1e-3,
    )
    iob1 = TagSet(["O", "I-PER", "B-PER"], labels=["PER"], label_map={}, scheme="iob1", model="m")
    done = iob1.distribution(np.array([[0.2, 0.7, 0.1], [0.3, 0.6, 0.1]]), [1, 1])
    np.testing.assert_allclose(done, [[0.2, 0.8, 0.0], [0.3, 0.1, 0.6]], atol=1e-3)
    bioes = TagSet(BIOES, labels=["PER"], label_map={}, model="m")
    done = bioes.distribution(np.array([[0.1, 0.2, 0.3, 0.15, 0.25]]), [2])
    np.testing.assert_allclose(done, [[0.1, 0.45, 0.45]], atol=1e-3)


@given(st.sampled_from([IOB, BIOES, PLAIN]), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_nothing_is_lost_of_a_distribution(tags: list[str], words: int, seed: int) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(len(tags)), size=words)
    tagset = TagSet(tags, labels=["PER", "LOC"], label_map={"MISC": None}, model="m")
    chosen = probabilities.argmax(axis=1).tolist()
    done = tagset.distribution(probabilities, chosen)
    np.testing.assert_allclose(done.sum(axis=1, dtype=np.float64), 1.0, atol=5e-3)
    assert all(isinstance(span, Span) for span in tagset.spans(chosen))


XLMR = ["B-LOC", "B-MISC", "B-ORG", "I-LOC", "I-MISC", "I-ORG", "I-PER", "O"]


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (XLMR, "iob1"),
        (["O", "I-PER", "I-LOC"], "iob1"),
        (IOB, "iob2"),
        (["O", "B-PER", "I-PER", "B-DATE"], "iob2"),
        (["O"], "iob2"),
        (BIOES, "bioes"),
        (["O", "B-PER", "I-PER", "L-PER", "U-PER"], "bioes"),
        (["O", "I-PER", "E-PER"], "bioes"),
        (PLAIN, "plain"),
    ],
)
def test_the_scheme_of_a_model_is_told_by_its_tags(tags: list[str], scheme: str) -> None:
    assert model_scheme(tags) == scheme
    assert TagSet(tags, labels=["PER", "LOC", "ORG", "MISC", "DATE"], label_map={}, model="m").scheme == scheme


def _tags_of_model(scheme: str, labels: list[str]) -> list[str]:
    """The tags of a model of a scheme, not in the order of the corpus; an IOB1 model lacks B- of the first label."""
    prefixes = {"iob1": "IB", "iob2": "IB", "bioes": "SEIB", "bilou": "ULIB"}
    tags = [f"{prefix}-{label}" for label in labels for prefix in prefixes.get(scheme, "")] or labels
    return [*(tag for tag in tags if not (scheme == "iob1" and tag == f"B-{labels[0]}")), "O"]


@pytest.mark.parametrize("scheme", ["iob1", "iob2", "bioes", "bilou", "plain"])
@settings(deadline=None, max_examples=60)
@given(drawn=sentences_with_spans(), noise=st.integers(0, 2**32 - 1))
def test_probabilities_of_every_scheme_give_the_entities_of_the_iob2_twin(
    scheme: str, drawn: tuple[list[Span], int], noise: int
) -> None:
    entities, length = drawn
    labels = ["NONE", *sorted({span.label for span in entities})]
    touching = {(s.end, s.label) for s in entities} & {(s.start, s.label) for s in entities}
    tags = _tags_of_model(scheme, labels)
    said = encode(entities, length, scheme)
    if scheme == "plain":
        said = [tag.partition("-")[2] or "O" for tag in said]
    if scheme == "plain" and touching:
        return  # a plain model cannot say this
    rng = np.random.default_rng(noise)
    rows = 0.3 * rng.dirichlet(np.ones(len(tags)), size=length) + 0.7 * np.eye(len(tags))[[tags.index(t) for t in said]]
    named: Scheme = "plain" if scheme == "plain" else "auto"  # a label of these sentences is A-B
    tagset = TagSet(tags, labels=labels, label_map={}, scheme=named, model="m")
    converted = tagset.distribution(rows, rows.argmax(axis=1).tolist())
    twin = tags_from_spans(entities, length)
    assert tagset.spans(rows.argmax(axis=1).tolist()) == sorted(entities)
    assert [tag_names(labels)[k] for k in converted.argmax(axis=1)] == twin
    assert decode_entities(converted, labels) == sorted(entities)
    np.testing.assert_allclose(converted.sum(axis=1), 1.0, atol=1e-12)
    assert (converted[np.arange(length), [tag_names(labels).index(tag) for tag in twin]] >= 0.7).all()


def test_tags_of_another_spelling_are_read() -> None:
    tags = ["b_per", "i_per", "b_loc", "i_loc", "o"]
    assert _read(tags, "b_per i_per o b_loc", labels=["per", "loc"]) == [(0, 2, "per"), (3, 4, "loc")]
    with pytest.raises(UsageError, match="the model 'm' has a tag 'B_PER': the other tags are spelled otherwise"):
        TagSet(["O", "B_PER", "PER"], labels=["PER"], label_map={}, model="m")


@pytest.mark.parametrize(
    ("tags", "rows"),
    [
        (["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], [0, 1, 2, 3, 4]),
        (["I-LOC", "O", "B-LOC", "I-PER", "B-PER"], [1, 4, 3, 2, 0]),
        (XLMR, [7, 6, 6, 3, 3]),
        (["O", "S-PER", "E-PER", "I-PER", "B-PER"], [0, 4, 3, None, None]),
        (["O", "U-PER", "L-LOC"], [0, 1, None, None, 2]),
        (["LOC", "PER", "O"], [2, 1, 1, 0, 0]),
        (["B_PER", "I_PER", "O"], [2, 0, 1, None, None]),
        (["NOUN", ".", "$"], [None] * 5),
        ([], [None] * 5),
    ],
)
def test_a_corpus_finds_its_tags_among_those_of_a_model(tags: list[str], rows: list[int | None]) -> None:
    assert counterparts(tags, tag_names(["PER", "LOC"])) == rows
