"""A small parallel set with links of both directions, for the tests of the scoreboard."""

from __future__ import annotations

from pathlib import Path

ENGLISH = """\
# sent_id = 1
Ana B-PER
visits O
New B-LOC
York I-LOC

# sent_id = 2
It O
rains O

# sent_id = 3
Bern B-LOC
honours O
the O
Red B-ORG
Cross I-ORG

# sent_id = 4
Ana B-PER
Ruiz I-PER
sings O
"""
SPANISH = """\
# sent_id = 1
Ana B-PER
visita O
Nueva B-LOC
York I-LOC

# sent_id = 2
Llueve O

# sent_id = 3
La B-ORG
Cruz I-ORG
Roja I-ORG
es O
honrada O
por O
Berna B-LOC

# sent_id = 4
Canta O
Ana B-PER
Ruiz I-PER
"""
FORWARD = "0-0 1-1 2-2\n0-0 1-0\n0-6 1-4 3-2 4-1\n0-1 1-2 2-0\n"
REVERSE = "0-0 1-1 2-2\n0-0 1-0\n0-6 1-4 2-0 3-2 4-1\n0-1 2-0\n"
CORPUS = """\
name: toy
title: four sentences
licence: CC0-1.0
citation: written for this test
files: {en: en.conll, es: es.conll}
pairs:
  - {source: en, target: es, forward: f.pharaoh, reverse: r.pharaoh}
"""


def write_toy(folder: Path, **changes: str | None) -> Path:
    """Write the set into a folder; a change replaces the text of a file (``_`` for a dot), or leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | None] = {
        "en_conll": ENGLISH,
        "es_conll": SPANISH,
        "f_pharaoh": FORWARD,
        "r_pharaoh": REVERSE,
        "toy_set_yaml": CORPUS,
    }
    for name, text in {**files, **changes}.items():
        if text is not None:
            (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder
