"""The answer of engines that give no probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from silverner.projection.ensembling.voting import tag_probabilities
from silverner.projection.labelling.labeller import Labelling, TaggedSpan
from silverner.projection.spans import Span


def certain_labelling(spans: Sequence[Span], *, length: int, labels: Sequence[str], distribution: bool) -> Labelling:
    """Give every entity the confidence 1.

    :param spans: The entities, with the labels of the corpus.
    :param length: Tokens of the sentence.
    :param labels: The labels of the corpus.
    :param distribution: Whether to add the probabilities of all tags: 1 for the tag of each token.
    :returns: The labelling.
    """
    tagged = tuple(TaggedSpan(span.start, span.end, span.label, 1.0) for span in spans)
    if not distribution:
        return Labelling(tagged)
    return Labelling(tagged, tag_probabilities(spans, [1.0] * len(spans), length, labels).astype(np.float16))
