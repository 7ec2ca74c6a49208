from __future__ import annotations

from pathlib import Path

import datasets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.spans import Span, tag_names
from silverner.students.corpus import Row, load_corpus
from silverner.students.lost_entities import lost_weights
from silverner.students.strategies.hard import Hard

ANA, YORK = Span(0, 1, "PER"), Span(2, 4, "LOC")


def _row(lost: tuple[Span, ...], links: str, spans: tuple[Span, ...] = ()) -> Row:
    return Row(
        id="s",
        tokens=("Ana", "ataona", "New", "York", "."),
        spans=spans,
        confidences=(0.7,) * len(spans),
        source_tokens=("Ana", "sees", "New", "York", "."),
        source_spans=(ANA, YORK),
        lost_spans=lost,
        links=links,
    )


@pytest.mark.parametrize(
    ("row", "weights"),
    [
        (_row((), "0-0 1-1 2-2 3-3"), [1, 1, 1, 1, 1]),
        (_row((YORK,), "0-0 1-1 2-2 3-3", (ANA,)), [0.7, 1, 0.2, 0.2, 1]),
        (_row((ANA, YORK), "0-0 2-3 3-3"), [0.2, 1, 1, 0.2, 1]),
        # York has two words, which may be any of the four that are outside entities.
        (_row((YORK,), "", (ANA,)), [0.7, 0.5, 0.5, 0.5, 0.5]),
        # The links of York end in another entity, so it may be any of the others.
        (_row((YORK,), "0-0 2-0 3-0", (ANA,)), [0.7, 0.5, 0.5, 0.5, 0.5]),
        (_row((ANA, YORK), "0-0 1-1"), [0.2, 0.5, 0.5, 0.5, 0.5]),
    ],
)
def test_words_that_may_translate_a_lost_entity_weigh_less(row: Row, weights: list[float]) -> None:
    assert Hard(label_weights="token").word_weights(row).tolist() == pytest.approx(weights)
    assert Hard(label_weights="none").word_weights(row).tolist() == [1] * 5


@given(
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
    st.sampled_from([(), (ANA,), (YORK,), (ANA, YORK)]),
    st.sampled_from([(), (ANA,), (YORK,), (Span(0, 5, "PER"),)]),
)
def test_weights_are_shares_and_never_touch_projected_entities(
    links: set[tuple[int, int]], lost: tuple[Span, ...], spans: tuple[Span, ...]
) -> None:
    weights = lost_weights(_row(lost, " ".join(f"{i}-{j}" for i, j in sorted(links)), spans))
    assert ((weights >= 0) & (weights <= 1)).all()
    for span in spans:
        assert (weights[span.start : span.end] == 1).all()
    if not lost:
        assert (weights == 1).all()


def _published(folder: Path, *, with_places: bool) -> Path:
    """Write a corpus of one row whose second source entity has no target."""
    names = tag_names(["PER", "LOC"])
    tags = datasets.List(datasets.ClassLabel(names=names))
    tokens = datasets.List(datasets.Value("string"))
    number, real = datasets.Value("int32"), datasets.Value("float64")
    entity = {"start": number, "end": number, "label": datasets.Value("string"), "score": real}
    entity |= {"source_start": number, "source_end": number} if with_places else {}
    features = {"id": datasets.Value("string"), "tokens": tokens, "ner_tags": tags, "source_tokens": tokens}
    features |= {"source_ner_tags": tags, "alignment": datasets.Value("string"), "entities": datasets.List(entity)}
    ana = {"start": 0, "end": 1, "label": "PER", "score": 0.7, "source_start": 0, "source_end": 1}
    row = {
        "id": "s0",
        "tokens": ["Ana", "ataona", "New", "York"],
        "ner_tags": [1, 0, 0, 0],
        "source_tokens": ["Ana", "sees", "New", "York"],
        "source_ner_tags": [1, 0, 3, 4],
        "alignment": "0-0 1-1 2-2 3-3",
        "entities": [{key: ana[key] for key in entity}],
    }
    table = datasets.Dataset.from_list([row], features=datasets.Features(features))
    (folder / "swh").mkdir(parents=True)
    table.to_parquet(str(folder / "swh" / f"lost-{with_places}.parquet"))
    (folder / "README.md").write_text(
        "---\nconfigs:\n- config_name: swh\n  data_files:\n  - split: train\n"
        f"    path: swh/lost-{with_places}.parquet\n---\n"
    )
    return folder


def test_a_published_corpus_says_which_entities_were_lost(tmp_path: Path) -> None:
    (row,) = load_corpus(str(_published(tmp_path / "a", with_places=True)), "swh").rows
    assert row.lost_spans == (Span(2, 4, "LOC"),)
    np.testing.assert_allclose(Hard(label_weights="token").word_weights(row), [0.7, 1, 0.2, 0.2])
    (unknown,) = load_corpus(str(_published(tmp_path / "b", with_places=False)), "swh").rows
    assert unknown.lost_spans == ()
