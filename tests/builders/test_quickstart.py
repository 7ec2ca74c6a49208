from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from silverner import builders
from silverner.builders.build import BuildOptions, build
from silverner.builders.quickstart import painted
from silverner.builders.recipe.load import load_recipe
from silverner.projection.chain import ShardStore
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.spans import Span

FOLDER = Path(builders.__file__).parent / "quickstart"
BUILT = ("spa", "deu", "swh")
LANGUAGES = (*BUILT, "rus", "arb", "hin", "jpn", "zho")


def _read(code: str) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(format="conll", files={"train": str(FOLDER / f"{code}.conll")}), tagged=True))


def test_the_embedded_corpus_is_large_enough_and_parallel() -> None:
    english = _read("eng")
    assert len(english) >= 150
    for code in LANGUAGES:
        assert [(s.id, s.document) for s in _read(code)] == [(s.id, s.document) for s in english]


@pytest.mark.parametrize("code", ["eng", *LANGUAGES])
def test_the_embedded_corpus_is_clean(code: str) -> None:
    sentences = _read(code)
    labels = {span.label for s in sentences for span in s.spans or ()}
    assert labels == {"PER", "ORG", "LOC", "MISC"}
    assert sum(not s.spans for s in sentences) >= 25
    for s in sentences:
        assert all(t == unicodedata.normalize("NFC", t) and not any(map(str.isspace, t)) for t in s.tokens or ())
    texts = [s.tokens for s in sentences]
    assert len(set(texts)) == len(texts)


def test_the_embedded_corpus_is_hard_for_the_published_score(tmp_path: Path, quickstart_store: Path) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    recipe = load_recipe("quickstart", changes=["score=dice", "keep={}"])
    built = build(recipe, None, BuildOptions(out=tmp_path / "out", store=ShardStore(quickstart_store)))
    assert tuple(built) == BUILT
    f1 = {code: facts.measured.f1 for code, facts in built.items() if facts.measured is not None}
    assert all(50 < f1[code] < 95 for code in BUILT), f1


def test_sentences_differ_in_what_they_name() -> None:
    english = _read("eng")
    for code in LANGUAGES:
        differing = sum(
            sorted(a.label for a in e.spans or ()) != sorted(b.label for b in t.spans or ())
            for e, t in zip(english, _read(code), strict=True)
        )
        assert differing >= 15


def test_entities_are_painted_in_brackets_and_colours() -> None:
    tokens, spans = ["Ana", "in", "New", "York"], [Span(0, 1, "PER"), Span(2, 4, "LOC")]
    assert painted(tokens, spans, colour=False) == "[Ana PER] in [New York LOC]"
    assert painted(tokens, spans, colour=True) == "\x1b[36m[Ana PER]\x1b[0m in \x1b[32m[New York LOC]\x1b[0m"
