"""The filters every sentence fails, and what is dropped for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from projection.chain import DROP
from projection.chain.stage import Batch
from projection.filters import Evidence, Facts, flags
from projection.links import parse_pharaoh

_COLUMNS: Mapping[Evidence, tuple[str, ...]] = {
    "source": ("source.tokens",),
    "links": ("projected.links",),
    "labeller": ("source.confidence",),
    "markers": ("markers.faults",),
    "translator": ("{}.tokens", "{}.unknown"),
    "joined": ("{}.resplits",),
}
"""Where each kind of evidence lies; ``{}`` is the text a translator made, or the one it was made from."""


class Flag:
    """The filters every sentence fails; those the recipe does not keep are dropped, the first flag being the reason."""

    name = "flag"
    version = 2
    outputs: Mapping[str, pa.DataType] = {"flags": pa.list_(pa.string())}

    def __init__(
        self,
        thresholds: Mapping[str, float | None],
        *,
        without: Iterable[str] = (),
        evidence: Iterable[Evidence] = (),
        translation: str = "target",
        joined: str = "source",
        lost: Sequence[str] = ("projected.lost",),
    ) -> None:
        """Choose filters.

        :param thresholds: The filters, each with its threshold or ``None`` for the default.
        :param without: The flags that drop a sentence.
        :param evidence: What the chain before has to look at.
        :param translation: The text a translator made, where it did.
        :param joined: The text it was made from.
        :param lost: The columns of entities that were lost on the way.
        """
        self._thresholds, self._without = dict(thresholds), sorted(without)
        self._translation, self._lost = translation, tuple(lost)
        self._joined = joined
        texts = {"joined": joined}
        columns = [c.format(texts.get(kind, translation)) for kind in sorted(evidence) for c in _COLUMNS[kind]]
        needed = ["target.tokens", "projected.entities", *lost, *columns]
        self.inputs: tuple[str, ...] = tuple(dict.fromkeys(needed))

    def settings(self) -> Mapping[str, object]:
        """Return filters, thresholds, and which of them drop."""
        return {"thresholds": self._thresholds, "without": self._without}

    def apply(self, batch: Batch) -> Batch:
        """Flag every sentence."""
        rows = zip(*(batch[name] for name in self.inputs), strict=True)
        flagged = [flags(self._facts(dict(zip(self.inputs, row, strict=True))), self._thresholds) for row in rows]
        return {"flags": flagged, DROP: [next((f for f in row if f in self._without), None) for row in flagged]}

    def _facts(self, row: Mapping[str, Any]) -> Facts:
        """Collect what is known of a sentence."""
        unknown, translated = (row.get(f"{self._translation}.{what}", ()) for what in ("unknown", "tokens"))
        return Facts(
            target_length=len(row["target.tokens"]),
            entities=len(row["projected.entities"]),
            lost=sum(len(row[name]) for name in self._lost),
            weakest=min((entity["score"] for entity in row["projected.entities"]), default=float("inf")),
            source_length=len(row.get("source.tokens", ())),
            linked=len({j for _, j, _ in parse_pharaoh(row.get("projected.links", ""))}),
            translated=len(translated),
            unknown=len(unknown),
            doubt=min(row.get("source.confidence", ()), default=float("inf")),
            faults=len(row.get("markers.faults", ())),
            resplits=row.get(f"{self._joined}.resplits", True),
        )
