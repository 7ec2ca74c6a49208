"""The examples of dropped sentences that a build writes beside its corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow.compute as pc

from silverner.builders.rows import Layout
from silverner.dataset_cards.dropped import EXAMPLES, DroppedSentence
from silverner.projection.chain import DROP, Chain

_TOKENS, _SOURCE_TOKENS = "target.tokens", "source.tokens"


def dropped_examples(chain: Chain, layout: Layout, counts: Mapping[str, int]) -> list[DroppedSentence]:
    """Take the first sentences that each reason dropped; reading ends when there are enough of all.

    :param chain: A chain that has run.
    :param layout: Which columns the rows have.
    :param counts: How many sentences every reason dropped.
    :returns: At most :data:`~silverner.dataset_cards.dropped.EXAMPLES` of every reason, by reason.
    """
    left = Counter({reason: min(count, EXAMPLES) for reason, count in counts.items()})
    columns = ["id", _TOKENS, *([_SOURCE_TOKENS] if layout.source else [])]
    examples = []
    for table in chain.tables(columns) if left else ():
        for row in table.filter(pc.is_valid(table[DROP])).to_pylist():
            if left[row[DROP]] > 0:
                left[row[DROP]] -= 1
                tokens, source_tokens = row[_TOKENS] or [], row.get(_SOURCE_TOKENS) or []
                examples.append(
                    DroppedSentence(reason=row[DROP], id=row["id"], tokens=tokens, source_tokens=source_tokens)
                )
        if not left.total():
            break
    return sorted(examples, key=lambda one: one.reason)
