"""Every matcher, score and symmetrisation on every parallel set of a folder: entity F1 and time.

    python benchmarks/bench_projection.py DIR

A set is a pair of labelled files ``A.conll`` and ``B.conll`` (or ``.iob2``) beside ``A-B.fwd.pharaoh`` and
``A-B.rev.pharaoh`` (source-target links of both directions). The time is that of candidates, scores and matching for
the whole set on one core, reading files apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from projection import Projector, project_batch
from projection.alignment import PharaohFiles
from projection.capitals import read_cases
from projection.links import SYMMETRISATIONS
from projection.metrics import evaluate_spans
from projection.readers import CorpusFiles, Sentence, read_corpus

METHODS = (
    ("heuristic", "dice", False),
    ("greedy", "dice", False),
    ("exact", "dice", False),
    ("greedy", "fused", False),
    ("exact", "fused", False),
    ("exact", "fused", True),
)
"""Matcher, score, and whether names are held to their capitals, as ``silverner project`` holds them."""


def sets(folder: Path) -> Iterator[tuple[str, Path, Path, PharaohFiles]]:
    """Find the parallel sets below a folder.

    :param folder: The folder.
    :returns: For each its name, labelled source, labelled target, and links.
    """
    for forward in sorted(folder.rglob("*.fwd.pharaoh")):
        name = forward.name.removesuffix(".fwd.pharaoh")
        reverse = forward.with_name(f"{name}.rev.pharaoh")
        sides = [
            [p for p in forward.parent.glob(f"{code}.*") if p.suffix in {".conll", ".iob2"}] for code in name.split("-")
        ]
        if reverse.is_file() and len(sides) == 2 and all(sides):
            yield f"{forward.parent.name} {name}", sides[0][0], sides[1][0], PharaohFiles([forward], [reverse])


def _read(path: Path) -> list[Sentence]:
    return list(read_corpus(CorpusFiles(files={"test": str(path)}, repair=True), tagged=True))


def main() -> int:
    """Print one Markdown table a set."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the sets are")
    folder = parser.parse_args().folder
    found = 0
    for name, source_file, target_file, links in sets(folder):
        found += 1
        source, target = _read(source_file), _read(target_file)
        tokens = [s.tokens or () for s in source], [t.tokens or () for t in target]
        entities, gold = [s.spans or () for s in source], [t.spans or () for t in target]
        pairs = links.align(*tokens)
        sys.stdout.write(f"\n{name}: {len(source)} sentences, {sum(map(len, entities))} source entities\n\n")
        sys.stdout.write(
            f"| matcher, score | {' | '.join(SYMMETRISATIONS)} |\n|{'---|' * (len(SYMMETRISATIONS) + 1)}\n"
        )
        for matcher, score, capitals in METHODS:
            cells = []
            # The fused score weighs both directions itself, so it has no use for a symmetrisation.
            for how in SYMMETRISATIONS if score == "dice" else ("gdfa",):
                projector = Projector(matcher=matcher, score=score, symmetrise=how)
                start = time.perf_counter()
                cases = read_cases(tokens[1]) if capitals else None
                done = project_batch(
                    tokens[0],
                    entities,
                    tokens[1],
                    [p.forward for p in pairs],
                    [p.reverse for p in pairs],
                    projector=projector,
                    cases=cases,
                )
                seconds = time.perf_counter() - start
                f1 = evaluate_spans(gold, [p.spans for p in done]).overall.f1
                cells.append(f"{f1:.2f} ({seconds:.2f} s)")
            cells += [""] * (len(SYMMETRISATIONS) - len(cells))
            sys.stdout.write(f"| {matcher}, {score}{', capitals' if capitals else ''} | {' | '.join(cells)} |\n")
    if not found:
        sys.stderr.write(
            f"no set below {folder}: files A.conll, B.conll, A-B.fwd.pharaoh and A-B.rev.pharaoh are needed\n"
        )
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
