from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from silverner import builders
from silverner.builders.quickstart import painted
from silverner.projection import Projector, project_batch
from silverner.projection.alignment import Eflomal
from silverner.projection.metrics import evaluate_spans
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


@pytest.mark.parametrize("code", BUILT)
def test_the_embedded_corpus_is_hard_for_the_published_score(code: str) -> None:
    pytest.importorskip("eflomal", reason="needs the extra: pip install 'silverner[eflomal]'")
    source, target = _read("eng"), _read(code)
    tokens = [s.tokens or () for s in source], [t.tokens or () for t in target]
    pairs = Eflomal().align(*tokens)
    links = [p.forward for p in pairs], [p.reverse for p in pairs]
    entities = [s.spans or () for s in source]
    done = project_batch(tokens[0], entities, tokens[1], *links, projector=Projector(score="dice"))
    f1 = evaluate_spans([t.spans or () for t in target], [p.spans for p in done]).overall.f1
    assert 50 < f1 < 95


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
