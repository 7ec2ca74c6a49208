"""The script that the page of programs prints: it aligns more pairs than it is asked about."""

from __future__ import annotations

import re
from pathlib import Path

from silverner.projection.alignment.command import CommandAligner
from silverner.projection.programs.program import Program
from tests.docs.conftest import DOCS
from tests.programs import write_program

LEARNER = """
lines = open(sys.argv[sys.argv.index('-i') + 1]).read().splitlines()
open('learnt', 'w').write(str(len(lines)))
for line in lines: print('0-0' if 'two' in line else '')
"""


def test_the_script_for_more_pairs_works_as_printed(tmp_path: Path) -> None:
    page = (DOCS / "pages/how-to/programs.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (run,) = re.findall(r"^  run: \[(\./more\.py.*?)\]", page, re.MULTILINE)
    (tmp_path / "more.py").write_text(script, encoding="utf-8")
    (tmp_path / "more.py").chmod(0o755)
    (tmp_path / "more.txt").write_text("eins ||| one\nzwei ||| two\ndrei ||| three\n", encoding="utf-8")
    write_program(tmp_path / "fast_align", LEARNER)
    words = [word.strip(' "') for word in run.replace("fast_align", "./fast_align").split(",")]
    aligner = CommandAligner(Program(run=tuple(words), base=tmp_path, allowed=True), learns=True)
    links = [pair.forward for pair in aligner.align([["Ana"], ["zwei"]], [["Ana"], ["two"]])]
    assert links == [[], [(0, 0, 1.0)]]
    assert (tmp_path / "learnt").read_text() == "5"
