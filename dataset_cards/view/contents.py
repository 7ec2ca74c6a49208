"""What a page holds: facts and figures of every language, its rows, and the columns that rows are found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from silverner.dataset_cards.card.languages import reason_text
from silverner.dataset_cards.dropped import read_dropped
from silverner.dataset_cards.view.blocks import ROWS, block, packed, row_blocks
from silverner.dataset_cards.view.comparison import KINDS, Pair, common_languages, pairs_of
from silverner.dataset_cards.view.corpus import ViewedCorpus, ViewedLanguage
from silverner.dataset_cards.view.figures import figures
from silverner.dataset_cards.view.gold import Agreement
from silverner.dataset_cards.view.rows import ShownRow, agreement, shown_rows
from silverner.dataset_cards.view.selection import rows_per_language, sampled
from silverner.projection.errors import DataError

_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})
"""Scripts whose sentences run from right to left, also where they begin with a Latin name."""


class Contents:
    """The data of a page."""

    def __init__(self, corpora: Sequence[ViewedCorpus], *, most_rows: int) -> None:
        """Choose the rows of a page.

        :param corpora: One corpus, or two to compare.
        :param most_rows: The most rows of the page.
        :raises UsageError: when two corpora have no language in common.
        :raises DataError: when a file cannot be read.
        """
        self._corpora = corpora
        self._codes = list(corpora[0].languages) if len(corpora) == 1 else common_languages(*corpora)
        self._gold = {code: [agreement(corpus, code) for corpus in corpora] for code in self._codes}
        if corpora[0].gold is not None and not any(counts.sentences for _, counts in self.agreements):
            places = " or ".join(str(corpus.path) for corpus in corpora)
            raise DataError(
                f"no sentence of the gold labels is in {places} with the same words; are they of another text, or "
                "split into other words?"
            )
        self._entities: dict[str, dict[str, int]] = {}
        self._kinds: dict[str, dict[str, int]] = {}
        pairs = {code: self._pairs(code) for code in self._codes} if len(corpora) > 1 else {}
        self.totals = {
            code: len(pairs[code]) if code in pairs else corpora[0].languages[code].rows for code in self._codes
        }
        """For every language the rows that it has, over all corpora."""
        self._chosen = {
            code: pairs[code][:number] if code in pairs else _sampled_rows(self.totals[code], number)
            for code, number in rows_per_language(self.totals, most_rows).items()
        }

    @property
    def rows(self) -> int:
        """The rows of the page."""
        return sum(map(len, self._chosen.values()))

    @property
    def agreements(self) -> list[tuple[str, Agreement]]:
        """How often every language of every corpus agrees with gold, and the words for it."""
        return [
            (f"{corpus.name}, {code}", counts)
            for code, all_counts in self._gold.items()
            for corpus, counts in zip(self._corpora, all_counts, strict=True)
        ]

    def _pairs(self, code: str) -> Sequence[Pair]:
        """Join the rows of two corpora."""
        pairs, entities = pairs_of(self._corpora[0], self._corpora[1], code)
        self._entities[code] = dict(entities)
        self._kinds[code] = {kind: sum(pair.kind == kind for pair in pairs) for kind in KINDS}
        return pairs

    def blocks(self) -> Iterator[str]:
        """Write everything as elements of a page.

        :raises DataError: when a row breaks a rule.
        """
        facts = []
        for number, code in enumerate(self._codes):
            rows = self._rows(code)
            yield from row_blocks(f"rows-{number}", [_json_of(pair) for pair in rows])
            names = {
                name: sorted({v for sides in rows for side in sides if side for v in getattr(side, name)})
                for name in ("labels", "flags")
            }
            splits = sorted({side.split for sides in rows for side in sides if side})
            index = [_index(sides, pair, names, splits) for sides, pair in zip(rows, self._chosen[code], strict=True)]
            columns = {key: [row[key] for row in index] for key in (index[0] if index else ())}
            yield block(f"index-{number}", packed({"rows": len(index), **names, "splits": splits, "columns": columns}))
            facts.append(self._language(code))
        corpora = [self._corpus(corpus) for corpus in self._corpora]
        yield block("facts", packed({"block": ROWS, "corpora": corpora, "languages": facts}))

    def _rows(self, code: str) -> list[tuple[ShownRow | None, ...]]:
        """Read the chosen rows, one of every corpus."""
        sides = []
        for number, corpus in enumerate(self._corpora):
            positions = [(pair.first, pair.second)[number] for pair in self._chosen[code]]
            rows = dict(shown_rows(corpus, code, frozenset(p for p in positions if p is not None)))
            sides.append([None if p is None else rows[p] for p in positions])
        return list(zip(*sides, strict=True))

    def _corpus(self, corpus: ViewedCorpus) -> dict[str, Any]:
        versions = {corpus.languages[code].version for code in self._codes}
        return {"name": corpus.name, "version": ", ".join(sorted(versions))}

    def _language(self, code: str) -> dict[str, Any]:
        """Say what the page shows of a language beside its rows."""
        facts = [corpus.languages[code] for corpus in self._corpora]
        return {
            "code": code,
            **_names(facts[0], code),
            "labels": list(dict.fromkeys(label for one in facts for label in one.recipe["labels"])),
            "total": self.totals[code],
            "kinds": self._kinds.get(code),
            "entities": self._entities.get(code),
            "corpora": [
                {"figures": figures(corpus, code), **_counts(corpus, code), "gold": _gold(counts)}
                for corpus, counts in zip(self._corpora, self._gold[code], strict=True)
            ],
            "reasons": {name: says for one in facts for name, says in _reasons(one).items()},
        }


def _sampled_rows(total: int, number: int) -> list[Pair]:
    """Choose rows of a single corpus by chance, in the order of the corpus."""
    return [Pair("same", k, None) for k in sorted(sampled(total, number))]


def _json_of(sides: Sequence[ShownRow | None]) -> str:
    return f"[{','.join('null' if side is None else side.text for side in sides)}]"


def _index(
    sides: Sequence[ShownRow | None], pair: Pair, names: dict[str, list[str]], splits: list[str]
) -> dict[str, Any]:
    """Say by what a row is found."""
    rows = [side for side in sides if side is not None]
    numbers = {
        name: [k for k, v in enumerate(values) if any(v in getattr(row, name) for row in rows)]
        for name, values in names.items()
    }
    confidences = [row.confidence for row in rows if row.confidence is not None]
    scores = [row.score for row in rows if row.score is not None]
    return {
        **numbers,
        "split": splits.index(rows[0].split),
        "confidence": min(confidences, default=None),
        "score": min(scores, default=None),
        "people": next((row.people for row in rows if row.people), ""),
        "gold": next((row.gold for row in rows if row.gold == "differs"), rows[0].gold),
        **({"kind": KINDS.index(pair.kind)} if len(sides) > 1 else {}),
    }


def _names(facts: ViewedLanguage, code: str) -> dict[str, Any]:
    """Say how the texts of a language are named and written."""
    sides: list[dict[str, Any]] = [
        {"name": code, "tag": "", "direction": "auto", "spaced": True}
        if one is None
        else {
            "name": one.name,
            "tag": one.bcp47,
            "direction": "rtl" if one.script in _RIGHT_TO_LEFT else "auto",
            "spaced": one.spaced,
        }
        for one in (facts.language, facts.source_language)
    ]
    return {"name": sides[0]["name"], "target": sides[0], "source": sides[1]}


def _counts(corpus: ViewedCorpus, code: str) -> dict[str, Any]:
    facts = corpus.languages[code]
    counts = {name: getattr(facts.counts, name) for name in ("input", "dropped", "flags")}
    return {**counts, "examples": _dropped(corpus, code), "version": facts.version}


def _gold(counts: Agreement) -> dict[str, Any] | None:
    """Say how often a language agrees with gold; nothing where there is none."""
    return {**asdict(counts), "f1": round(counts.scores.f1, 2)} if counts.sentences else None


def _dropped(corpus: ViewedCorpus, code: str) -> dict[str, list[dict[str, Any]]]:
    """Return examples of dropped sentences for every reason that the manifest counts."""
    examples: dict[str, list[dict[str, Any]]] = {}
    for one in read_dropped(corpus.path, code):
        if one.reason in corpus.languages[code].counts.dropped:
            sentence = {"id": one.id, "tokens": one.tokens, "source": one.source_tokens}
            examples.setdefault(one.reason, []).append(sentence)
    return examples


def _reasons(facts: ViewedLanguage) -> dict[str, str]:
    """Say what every reason and flag of a language means."""
    thresholds = facts.recipe.get("filters")
    numbers = thresholds if isinstance(thresholds, dict) else {}
    return {
        name: reason_text(name, value if isinstance(value := numbers.get(name), int | float) else None)
        for name in [*facts.counts.dropped, *facts.counts.flags]
    }
