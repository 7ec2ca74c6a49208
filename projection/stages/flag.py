"""The filters every sentence fails, and what is dropped for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from silverner.projection.chain import DROP
from silverner.projection.chain.stage import Batch
from silverner.projection.filters import Evidence, Facts, flags
from silverner.projection.links import parse_pharaoh
from silverner.projection.scoring.capitalisation import raw_case

_COLUMNS: Mapping[Evidence, tuple[str, ...]] = {
    "source": ("source.tokens",),
    "links": ("projected.links",),
    "labeller": ("source.confidence",),
    "markers": ("markers.faults",),
    "translator": ("{}.tokens", "{}.unknown"),
    "joined": ("{}.resplits",),
    "language": ("target.language", "target.script"),
    "overlap": ("target.duplicate", "target.near", "target.leak"),
}
"""Where each kind of evidence lies; ``{}`` is the text a translator made, or the one it was made from."""


class Flag:
    """The filters every sentence fails; those the recipe does not keep are dropped, the first flag being the reason."""

    name = "flag"
    version = 3
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
        tagged: bool = False,
    ) -> None:
        """Choose filters.

        :param thresholds: The filters, each with its threshold or ``None`` for the default.
        :param without: The flags that drop a sentence.
        :param evidence: What the chain before has to look at.
        :param translation: The text a translator made, where it did.
        :param joined: The text it was made from.
        :param lost: The columns of entities that were lost on the way.
        :param tagged: Whether a tagger read the target, too.
        """
        self._thresholds, self._without = dict(thresholds), sorted(without)
        self._translation, self._lost = translation, tuple(lost)
        self._joined = joined
        texts = {"joined": joined}
        columns = [c.format(texts.get(kind, translation)) for kind in sorted(evidence) for c in _COLUMNS[kind]]
        needed = [
            "target.tokens",
            "projected.entities",
            *lost,
            *columns,
            *(["target.tagger_entities"] if tagged else []),
        ]
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
        entities, lost = row["projected.entities"], sum(len(row[name]) for name in self._lost)
        other = "source" if self._translation == "target" else self._translation
        words, copied = _common(row["target.tokens"], entities, row.get(f"{other}.tokens", ()))
        return Facts(
            target_length=len(row["target.tokens"]),
            entities=len(entities),
            lost=lost,
            weakest=min((entity["score"] for entity in entities), default=float("inf")),
            source_length=len(row.get("source.tokens", ())),
            linked=len({j for _, j, _ in parse_pharaoh(row.get("projected.links", ""))}),
            translated=len(translated),
            unknown=len(unknown),
            doubt=min(row.get("source.confidence", ()), default=float("inf")),
            faults=len(row.get("markers.faults", ())),
            resplits=row.get(f"{self._joined}.resplits", True),
            source_entities=len({entity.get("source_start") for entity in entities}) + lost,
            spotted=len(row["target.tagger_entities"]) if "target.tagger_entities" in row else None,
            confidence=min((e["confidence"] for e in entities if e["confidence"] is not None), default=float("inf")),
            words=words,
            copied=copied,
            language=_known(row.get("target.language")),
            script=row.get("target.script", 1.0),
            duplicate=row.get("target.duplicate", False),
            near=row.get("target.near", 0.0),
            leak=row.get("target.leak", 0.0),
        )


def _known(probability: float | None) -> float:
    """Return a probability, 1 where nobody was asked."""
    return 1.0 if probability is None else probability


def _common(tokens: Sequence[str], entities: Sequence[Mapping[str, Any]], source: Sequence[str]) -> tuple[int, int]:
    """Count the words that are no names, and those of them that are the source's own."""
    named = {j for entity in entities for j in range(entity["start"], entity["end"])}
    common = [
        token
        for j, token in enumerate(tokens)
        if j not in named and raw_case(token) != "capital" and any(map(str.isalpha, token))
    ]
    there = set(source)
    return len(common), sum(token in there for token in common)
