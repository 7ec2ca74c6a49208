"""How much back-translation loses by the rule that finds the entities between brackets again.

    python benchmarks/bench_markers.py FILE MODEL [--language spa] [--map MISC=O]

``FILE`` is labelled text of a language Apertium knows both ways from and to English, ``MODEL`` an English tagger. The
text is translated into English and labelled there. Then, on the very same translations:

- *straight* (S2T): the labels are projected from the English onto the original;
- *back, published rule* (T2T, arXiv 2501.18750): entities travel back in brackets; each pair of brackets gets the label
  of the **last** entity whose translation alone is more than half alike, brackets compared and all;
- *back, best assignment*: the same brackets read by :func:`silverner.projection.markers.unmark`;
- *back, tags*: entities travel in ``<a>`` and ``</a>``, which say themselves which entity they hold.

Every text is aligned with the original by eflomal, once; eflomal cannot be seeded, so figures differ a little from run
to run.
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
from silverner.projection.markers import Found, Style, Unmarked, mark, to_tokens, unmark
from silverner.projection.markers.marker import take
from silverner.projection.metrics import evaluate_spans
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.projector import Projector, project_batch
from silverner.projection.readers import CorpusFiles, read_corpus
from silverner.projection.spans import Span
from silverner.projection.text import tokenization
from silverner.projection.translation import Apertium

Rule: TypeAlias = Callable[[str, Sequence[str], Sequence[Sequence[str]]], Unmarked]
MATCHERS = {
    "greedy, dice": Projector(matcher="greedy", score="dice", capitals=(), threshold=0.0),
    "exact, fused": Projector(),
}


def published(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read brackets as the published code does: of every pair the last name that is more than half alike."""
    clean, markers = take(text, "brackets")
    found = []
    opened = None
    for marker in markers:
        if marker.opens:
            opened = marker.place
        elif opened is not None and opened < marker.place:
            held = f"[{clean[opened : marker.place]}]"
            alike = [SequenceMatcher(None, name[0], held, autojunk=False).ratio() > 0.5 for name in names]
            if any(alike):
                last = max(k for k, is_alike in enumerate(alike) if is_alike)
                found.append(Found(opened, marker.place, last))
            opened = None
    return Unmarked(clean, tuple(found), ())


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("model")
    parser.add_argument("--language", default="spa")
    parser.add_argument("--map", action="append", default=[], metavar="FROM=TO")
    options = parser.parse_args()
    english, language = find_language("eng"), find_language(options.language)
    mapped: dict[str, str] = dict(pair.split("=") for pair in options.map)
    read = list(read_corpus(CorpusFiles(files={"test": str(options.file)}, repair=True), tagged=True))
    tokens = [list(s.tokens or ()) for s in read]
    gold = [_mapped(r.spans or (), mapped) for r in read]
    there, back = Apertium(source=language, target=english), Apertium(source=english, target=language)
    ids = [s.id for s in read]
    pivot = [
        tokenization.split(t.text, english)
        for t in there.translate(ids, [tokenization.join(t, language) for t in tokens])
    ]
    labels = tuple(sorted({span.label for row in gold for span in row}))
    tagger = Tagger(Checkpoint(name=options.model), labels=labels, label_map=mapped)
    found = [[Span(s.start, s.end, s.label) for s in row.spans] for row in tagger.label(pivot)]
    ways: dict[str, tuple[list[list[str]], list[list[Span]]]] = {"straight": (pivot, found)}
    for name, rule, style in (
        ("back, published rule", published, "brackets"),
        ("back, best assignment", best, "brackets"),
        ("back, tags", tagged, "tags"),
    ):
        ways[name] = _back(ids, pivot, found, (english, language), back, rule, style)
    _print(tokens, gold, ways)
    return 0


def _mapped(spans: Sequence[Span], mapped: Mapping[str, str]) -> list[Span]:
    renamed = [Span(s.start, s.end, mapped.get(s.label, s.label)) for s in spans]
    return [span for span in renamed if span.label != "O"]


def best(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read brackets by the assignment most alike."""
    return unmark(text, style="brackets", labels=labels, names=names)


def tagged(text: str, labels: Sequence[str], names: Sequence[Sequence[str]]) -> Unmarked:
    """Read tags."""
    del names
    return unmark(text, style="tags", labels=labels)


def _back(
    ids: Sequence[str],
    pivot: Sequence[Sequence[str]],
    found: Sequence[Sequence[Span]],
    languages: tuple[Language, Language],
    translator: Apertium,
    rule: Rule,
    style: Style,
) -> tuple[list[list[str]], list[list[Span]]]:
    """Translate the labelled English back with its entities marked, and read what the markers hold."""
    english, language = languages
    texts = [mark(t, e, language=english, style=style) for t, e in zip(pivot, found, strict=True)]
    alone = sorted(
        {tokenization.join(t[e.start : e.end], english) for t, row in zip(pivot, found, strict=True) for e in row}
    )
    called = dict(zip(alone, (t.text for t in translator.translate(alone, alone)), strict=True))
    tokens, spans = [], []
    for text, own, row in zip(translator.translate(ids, texts), pivot, found, strict=True):
        names = [tokenization.join(own[e.start : e.end], english) for e in row]
        labels = [e.label for e in row]
        unmarked = rule(text.text, labels, [[called[name], name] for name in names])
        tokens.append(tokenization.split(unmarked.text, language))
        spans.append([span for span, _ in to_tokens(unmarked, tokens[-1], labels)[0]])
    return tokens, spans


def _print(
    tokens: Sequence[Sequence[str]],
    gold: Sequence[Sequence[Span]],
    ways: Mapping[str, tuple[list[list[str]], list[list[Span]]]],
) -> None:
    """Project every way's labels onto the original, and print how good they are."""
    sys.stdout.write(f"| way | entities before projection | {' | '.join(MATCHERS)} |\n|---|---|---|---|\n")
    for name, (source, entities) in ways.items():
        links = Eflomal().align(source, tokens)
        sides = source, entities, tokens, [p.forward for p in links], [p.reverse for p in links]
        cells = []
        for projector in MATCHERS.values():
            done = project_batch(*sides, projector=projector)
            score = evaluate_spans(gold, [p.spans for p in done]).overall
            cells.append(f"{score.f1:.2f} (P {score.precision:.1f} R {score.recall:.1f})")
        sys.stdout.write(f"| {name} | {sum(map(len, entities))} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    sys.exit(main())
