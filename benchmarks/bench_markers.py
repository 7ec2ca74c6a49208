"""Measures how much back-translation loses by the rule that reads the entities between brackets.

    python benchmarks/bench_markers.py FILE MODEL [--language spa] [--map MISC=O]

``FILE`` is labelled text of a language that Apertium translates to English and back, ``MODEL`` an English tagger. The
text is translated into English and labelled there. Then four ways are compared on the same translations:

- *straight* (S2T): the labels are projected from the English onto the original.
- *back, published rule* (T2T, arXiv 2501.18750): the English is translated back with its entities in brackets. A pair
  of brackets gets the label of the **last** entity whose own translation is more than half alike; the brackets count.
- *back, best assignment*: the same brackets are read by :func:`silverner.projection.markers.unmark`.
- *back, tags*: the entities are in ``<a>`` and ``</a>``, so that every pair of tags names its entity.

Eflomal aligns every text with the original once. It cannot be seeded, so figures differ a little from run to run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TypeAlias

from silverner.projection.alignment import Eflomal
from silverner.projection.labelling import Tagger
from silverner.projection.languages import Language, find_language
from silverner.projection.markers import MarkedEntity, Style, Unmarked, mark, to_tokens, unmark
from silverner.projection.markers.marker import take_markers
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.projector import Projector, project_batch
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.spans import Span
from silverner.projection.text import tokenization
from silverner.projection.translation import Apertium

ReadMarkers: TypeAlias = Callable[[str, Sequence[str], Sequence[Sequence[str]]], Unmarked]
PROJECTORS = {
    "greedy, dice": Projector(matcher="greedy", score="dice", capitals=(), threshold=0.0),
    "exact, fused": Projector(),
}


def read_by_published_rule(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read brackets as the published code does: every pair is the last name that is more than half alike."""
    clean, markers = take_markers(text, "brackets")
    entities = []
    start = None
    for marker in markers:
        if marker.opens:
            start = marker.place
        elif start is not None and start < marker.place:
            content = f"[{clean[start : marker.place]}]"
            alike = [SequenceMatcher(None, name[0], content, autojunk=False).ratio() > 0.5 for name in names]
            if any(alike):
                last_alike = max(k for k, is_alike in enumerate(alike) if is_alike)
                entities.append(MarkedEntity(start, marker.place, last_alike))
            start = None
    return Unmarked(clean, tuple(entities), ())


def main() -> int:
    """Print the table, with one row for every way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("model")
    parser.add_argument("--language", default="spa")
    parser.add_argument("--map", action="append", default=[], metavar="FROM=TO")
    options = parser.parse_args()
    english, language = find_language("eng"), find_language(options.language)
    label_map: dict[str, str] = dict(pair.split("=") for pair in options.map)
    sentences = list(read_corpus(CorpusFiles(files={"test": str(options.file)}, repair=True), tagged=True))
    tokens = [list(s.tokens or ()) for s in sentences]
    gold = [_map_labels(s.spans or (), label_map) for s in sentences]
    to_english, from_english = Apertium(source=language, target=english), Apertium(source=english, target=language)
    ids = [s.id for s in sentences]
    pivot = [
        tokenization.split(t.text, english)
        for t in to_english.translate(ids, [tokenization.join(t, language) for t in tokens])
    ]
    labels = tuple(sorted({span.label for row in gold for span in row}))
    tagger = Tagger(Checkpoint(name=options.model), labels=labels, label_map=label_map)
    tagger_entities = [[Span(s.start, s.end, s.label) for s in row.spans] for row in tagger.label(pivot)]
    ways: dict[str, tuple[list[list[str]], list[list[Span]]]] = {"straight": (pivot, tagger_entities)}
    for name, read_markers, style in (
        ("back, published rule", read_by_published_rule, "brackets"),
        ("back, best assignment", read_by_best_assignment, "brackets"),
        ("back, tags", read_tags, "tags"),
    ):
        ways[name] = _translate_back(
            ids, pivot, tagger_entities, (english, language), from_english, read_markers, style
        )
    _print_table(tokens, gold, ways)
    return 0


def _map_labels(spans: Sequence[Span], label_map: Mapping[str, str]) -> list[Span]:
    renamed = [Span(s.start, s.end, label_map.get(s.label, s.label)) for s in spans]
    return [span for span in renamed if span.label != "O"]


def read_by_best_assignment(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read brackets by the assignment of names that is most alike."""
    return unmark(text, style="brackets", labels=labels, names=names)


def read_tags(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read tags, which name their entities."""
    del names
    return unmark(text, style="tags", labels=labels)


def _translate_back(
    ids: Sequence[str],
    pivot: Sequence[Sequence[str]],
    entities: Sequence[Sequence[Span]],
    languages: tuple[Language, Language],
    translator: Apertium,
    read_markers: ReadMarkers,
    style: Style,
) -> tuple[list[list[str]], list[list[Span]]]:
    """Translate the labelled English back with its entities marked, and read what the markers hold."""
    english, language = languages
    texts = [mark(t, e, language=english, style=style) for t, e in zip(pivot, entities, strict=True)]
    names_alone = sorted(
        {tokenization.join(t[e.start : e.end], english) for t, row in zip(pivot, entities, strict=True) for e in row}
    )
    translations = dict(zip(names_alone, (t.text for t in translator.translate(names_alone, names_alone)), strict=True))
    tokens, spans = [], []
    for text, words, row in zip(translator.translate(ids, texts), pivot, entities, strict=True):
        names = [tokenization.join(words[e.start : e.end], english) for e in row]
        labels = [e.label for e in row]
        unmarked = read_markers(text.text, labels, [[translations[name], name] for name in names])
        tokens.append(tokenization.split(unmarked.text, language))
        spans.append([span for span, _ in to_tokens(unmarked, tokens[-1], labels)[0]])
    return tokens, spans


def _print_table(
    tokens: Sequence[Sequence[str]],
    gold: Sequence[Sequence[Span]],
    ways: Mapping[str, tuple[list[list[str]], list[list[Span]]]],
) -> None:
    """Project the labels of every way onto the original, and print their scores."""
    sys.stdout.write(f"| way | entities before projection | {' | '.join(PROJECTORS)} |\n|---|---|---|---|\n")
    for name, (source, entities) in ways.items():
        links = Eflomal().align(source, tokens)
        sides = source, entities, tokens, [p.forward for p in links], [p.reverse for p in links]
        cells = []
        for projector in PROJECTORS.values():
            projections = project_batch(*sides, projector=projector)
            score = evaluate_spans(gold, [p.spans for p in projections]).overall
            cells.append(f"{score.f1:.2f} (P {score.precision:.1f} R {score.recall:.1f})")
        sys.stdout.write(f"| {name} | {sum(map(len, entities))} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    sys.exit(main())
