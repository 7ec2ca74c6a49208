"""Measures what glosses are worth: what names are called in the target language.

    python benchmarks/bench_glosses.py DIR [--freedict FOLDER]

For every set and its reverse, the table has entity F1 without glosses, with the default weight, and with the weight
that is best on the other sets. Glosses come from Apertium if it has the pair of languages, else from a FreeDict
dictionary (``apt-get install dict-freedict-eng-deu`` puts one into ``/usr/share/dictd``). The last column is the
expected calibration error of the boundaries' confidence, without and with glosses.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench_confidence import measure_calibration, span_outcomes
from parallel_sets import NEEDED, ParallelSet, load_sets

from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import find_language
from silverner.projection.projector import Projector
from silverner.projection.scoring.confidence import CONSTANTS
from silverner.projection.scoring.evidence import SentenceEvidence
from silverner.projection.scoring.weights import DEFAULT_WEIGHTS, PartWeights
from silverner.projection.translation import Apertium
from silverner.projection.translation.dictionary import Dictionary
from silverner.projection.translation.glossary import Glossary, TranslatedNames, gloss_all

GRID = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def read_freedict(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Read a dictionary in the format of dictd: headwords and their translations.

    :param folder: Folder with ``NAME.index`` and ``NAME.dict.dz``.
    :param name: Such as ``freedict-eng-deu``.
    :returns: Pairs of phrase and translation, without grammar, pronunciation and remarks.
    """
    with gzip.open(folder / f"{name}.dict.dz") as file:
        articles = file.read()
    for line in (folder / f"{name}.index").read_text(encoding="utf-8").splitlines():
        head, *place = line.split("\t")[:3]
        if head.startswith("00database"):
            continue
        start, size = (sum(64**k * _DIGITS.index(d) for k, d in enumerate(reversed(number))) for number in place)
        article = articles[start : start + size].decode("utf-8", errors="replace")
        for row in article.split("\n")[1:]:
            if not row.startswith(("   ", " see")):
                translations = re.sub(r'<[^>]*>|\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|/[^/]*/|"[^"]*"|^\d+\.', "", row.strip())
                yield from ((head, text) for each in re.split("[,;]", translations) if (text := " ".join(each.split())))


def find_glossary(source: str, target: str, folder: Path, scratch: Path) -> tuple[str, Glossary] | None:
    """Find a glossary of two languages: Apertium, else FreeDict.

    :param source: Language code.
    :param target: Language code.
    :param folder: Folder with FreeDict dictionaries.
    :param scratch: Folder to write one in the format of :class:`Dictionary`.
    :returns: Name of the engine, and the glossary; nothing if neither has the two languages.
    """
    source_language, target_language = find_language(source), find_language(target)
    engine = Apertium(source=source_language, target=target_language)
    try:
        engine.check()
    except MissingEngineError:
        name = f"freedict-{source_language.code}-{target_language.code}"
        if not (folder / f"{name}.index").is_file():
            return None
        path = scratch / f"{name}.tsv"
        entries = {f"{head}\t{text}\n" for head, text in read_freedict(folder, name) if head.strip()}
        path.write_text("".join(sorted(entries)), encoding="utf-8")
        return "FreeDict", Dictionary(path, target=target_language)
    return "Apertium", TranslatedNames(engine, source=source_language, target=target_language)


def calibration_error(parallel_set: ParallelSet, **options: object) -> float:
    """Return the expected calibration error of the confidence."""
    return measure_calibration(span_outcomes(parallel_set, "fused", **options), CONSTANTS["fused"]).error


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="folder with the sets")
    parser.add_argument("--freedict", type=Path, default=Path("/usr/share/dictd"), help="default: %(default)s")
    options = parser.parse_args()
    pairs = [(one, one.turned()) for one in load_sets(options.folder)]
    if not pairs:
        sys.stderr.write(f"no set below {options.folder}: {NEEDED}\n")
        return 1
    sys.stdout.write("| set | glosses | names with one | without | default | weight chosen on the others | error |\n")
    sys.stdout.write(f"|{'---|' * 7}\n")
    rows: list[tuple[int, ParallelSet, str, list[list[list[str]]], dict[float, float]]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for k, one in ((k, one) for k, pair in enumerate(pairs) for one in pair):
            source, target = one.name.split()[-1].split("-")
            glossary = find_glossary(source, target, options.freedict, Path(scratch))
            if glossary is None:
                sys.stderr.write(f"{one.name}: neither Apertium nor FreeDict has these two languages\n")
                continue
            glosses = gloss_all(glossary[1], one.source, one.entities)
            evidence = [SentenceEvidence(glosses=row) for row in glosses]
            by_weight = {w: one.f1(Projector(weights=PartWeights.of({"gloss": w})), evidence=evidence) for w in GRID}
            rows.append((k, one, glossary[0], glosses, by_weight))
    for k, one, name, glosses, by_weight in rows:
        elsewhere = [f1 for j, _, _, _, f1 in rows if j != k]
        chosen = max(GRID, key=lambda w: sum(f1[w] for f1 in elsewhere)) if elsewhere else DEFAULT_WEIGHTS["gloss"]
        without = one.f1(Projector())
        has_gloss = [bool(gloss) for row in glosses for gloss in row]
        cells = [f"{by_weight[w]:.2f} ({by_weight[w] - without:+.2f})" for w in (DEFAULT_WEIGHTS["gloss"], chosen)]
        evidence = [SentenceEvidence(glosses=row) for row in glosses]
        errors = f"{calibration_error(one):.3f}, {calibration_error(one, evidence=evidence):.3f}"
        share = f"{100 * sum(has_gloss) / max(len(has_gloss), 1):.0f} %"
        sys.stdout.write(
            f"| {one.name} | {name} | {share} | {without:.2f} | {cells[0]} | {cells[1]}, {chosen} | {errors} |\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
