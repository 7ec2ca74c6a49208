from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.cli import main
from silverner.projection.files.columns import columns_text
from silverner.projection.spans import Span, tags_from_spans
from tests.projection.helpers import read, spans, write
from tests.projection.oracles import sentences_with_spans

SOURCE = "Ana B-PER\nvisits O\nRome B-LOC\n\nHi O\nAnn B-PER\n\nBern B-LOC\nis O\nnice O\n"


@pytest.mark.parametrize("suffix", ["conll", "txt"])
def test_an_empty_translation_stays_a_sentence_through_project_and_back(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(write(tmp_path / "source.conll", SOURCE))
    target = str(write(tmp_path / "target.txt", "Ana visita Roma\n\nBerna es bonita\n"))
    links = str(write(tmp_path / "links.al", "0-0 1-1 2-2\n\n0-0 1-1 2-2\n"))
    output = tmp_path / f"o.{suffix}"
    files = ["--source", source, "--target", target, "--alignment", links, "--output", str(output)]
    assert main(["project", *files]) == 0
    assert capsys.readouterr().err.startswith("3 sentences (1 without tokens), 3 entities projected from 4, 1 lost")
    assert [s.spans for s in read(output)] == [spans((0, 1, "PER"), (2, 3, "LOC")), (), spans((0, 1, "LOC"))]
    scored = ["--gold", str(output), "--predicted", str(output), "--source", source, "--resamples", "5"]
    assert main(["evaluate", *scored, "--errors", "3", "--alignment", links]) == 0
    assert "projection ratio 1.000 over 3 sentences" in capsys.readouterr().out
    back = ["--source", str(output), "--target", source, "--alignment", links, "--output", "-"]
    assert main(["project", *back]) == 0
    assert capsys.readouterr().out == (
        "Ana\tB-PER\nvisits\tO\nRome\tB-LOC\n\nHi\tO\nAnn\tO\n\nBern\tB-LOC\nis\tO\nnice\tO\n\n"
    )


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(sentences_with_spans(), st.just(([], 0))), min_size=1, max_size=6))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[list[Span], int]]
) -> None:
    tokens = [[f"w{k}" for k in range(length)] for _, length in drawn]
    tags = [tags_from_spans(entities, length) for entities, length in drawn]
    path = write(tmp_path_factory.mktemp("columns") / "x.conll", columns_text(tokens, tags))
    sentences = read(path, "conll", scheme="iob2")
    assert [list(s.tokens or ()) for s in sentences] == tokens
    assert [list(s.spans or ()) for s in sentences] == [sorted(entities) for entities, _ in drawn]
