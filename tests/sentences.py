"""Ten sentences in every language the shipped recipes build, with persons, places and organisations in them.

Written for these tests (CC0) without a native speaker's eye: they are there to be split, joined and carried through the
chain, not to be read.
"""

from __future__ import annotations

import json
from pathlib import Path

_LINES = Path(__file__).with_name("ten_sentences.jsonl").read_text(encoding="utf-8").splitlines()

# The first line says what the others are.
SENTENCES: dict[str, list[str]] = {row["lang"]: row["sentences"] for row in map(json.loads, _LINES[1:])}


def ten(code: str) -> list[str]:
    """Ten sentences of a language."""
    return SENTENCES[code]
