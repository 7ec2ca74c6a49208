"""Descriptions of labels, for models that read what a label means."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from silverner.projection.errors import UsageError, nearest


def check_descriptions(descriptions: Mapping[str, str], labels: Collection[str]) -> None:
    """Check the descriptions of a recipe.

    :param descriptions: The labels that are described, each with its description.
    :param labels: The labels of the corpus.
    :raises UsageError: when one is of no label of the corpus, or empty.
    """
    for label, description in descriptions.items():
        if label not in labels:
            raise UsageError(f"descriptions: {label!r} is not among the labels; {nearest(label, labels)}")
        if not description.strip():
            raise UsageError(f"descriptions: that of {label!r} is empty; write a few words, such as names of people")
