"""The tags of many sentences at once, from entities in Arrow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from silverner.projection.errors import DataError
from silverner.projection.spans import Span, tags_from_spans


def tag_column(entities: pa.ListArray, tokens: pa.ListArray, labels: Sequence[str]) -> pa.ListArray:
    """Write the IOB2 tags of sentences, by the numbers that :func:`~silverner.projection.spans.tag_names` gives them.

    :param entities: The entities of every sentence, with the fields ``start``, ``end`` and ``label``.
    :param tokens: The tokens of every sentence.
    :param labels: The labels, in the order of their tags.
    :returns: A list of numbers for every sentence, one a token.
    :raises DataError: when entities overlap or leave their sentence, or one has a label that is not in ``labels``.

    >>> spans = pa.array([[{"start": 1, "end": 3, "label": "ORG"}], []])
    >>> tag_column(spans, pa.array([["the", "United", "Nations"], ["no"]]), ["PER", "ORG"]).to_pylist()
    [[0, 3, 4], [0]]
    """
    lengths, offsets = pc.list_value_length(tokens).to_numpy(), offsets_of(tokens).to_numpy()
    sentences = pc.list_parent_indices(entities).to_numpy()
    flat = pc.list_flatten(entities)
    starts, ends = flat.field("start").to_numpy(), flat.field("end").to_numpy()
    label_numbers = pc.index_in(flat.field("label"), pa.array(labels, pa.string()))
    if label_numbers.null_count:
        label = flat.field("label")[label_numbers.to_pylist().index(None)]
        raise DataError(f"an entity has the label {label}; the labels of the corpus are {', '.join(labels)}")
    tags = np.zeros(offsets[-1], np.int64)
    sizes = ends - starts
    are_inside = bool(np.all((starts >= 0) & (sizes > 0) & (ends <= lengths[sentences])))
    if are_inside:
        begin_tags = 2 * label_numbers.to_numpy() + 1
        firsts = offsets[sentences] + starts
        # The places of an entity's tokens: that of its first token, and 0, 1, 2, ... from there.
        steps = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        tags[np.repeat(firsts, sizes) + steps] = np.repeat(begin_tags + 1, sizes)
        tags[firsts] = begin_tags
    if not are_inside or np.count_nonzero(tags) != sizes.sum():  # one leaves its sentence, or entities overlap
        for spans, length in zip(entities.to_pylist(), lengths.tolist(), strict=True):
            tags_from_spans([Span(e["start"], e["end"], e["label"]) for e in spans], length)
    return pa.ListArray.from_arrays(offsets_of(tokens), pa.array(tags))


def offsets_of(lists: pa.ListArray) -> pa.Int32Array:
    """Tell where each list of an array would begin if all were written one after the other, and where the last ends.

    :param lists: Lists without a null, perhaps a part of a longer array.

    >>> offsets_of(pa.array([[7], [8, 9], []]).slice(1)).to_pylist()
    [0, 2, 2]
    """
    return pa.array(np.concatenate([[0], np.cumsum(pc.list_value_length(lists).to_numpy())]), pa.int32())
