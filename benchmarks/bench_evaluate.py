"""Measures what ``silverner evaluate`` costs beside seqeval in strict mode, each as a whole process.

    python benchmarks/bench_evaluate.py GOLD PREDICTED [--sentences N] [--runs N]

Both files are columns with tabs. They are scored as they are (*small*), repeated until there are N sentences
(*repeated*), and repeated with other tokens and labels (*varied*): a tenth of the tokens gets a number, so that lines
differ as they do in a large corpus; half of the sentences get random entities of 15 labels, and a tenth of the
predicted entities another label. The other program is a plain script that reads the tags of both files, and prints
seqeval's F1, or makes its report by label. ``silverner evaluate`` compares the tokens too, and prints both, intervals,
scores by length and frequency, partial credit and kinds of errors.

Time is that of the processor, the least of all runs; the programs take turns. Both must find the same F1.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from silverner.projection.files.columns import columns_text
from silverner.projection.files.reading import Reading
from silverner.projection.readers import Sentence
from silverner.projection.spans import Span, tags_from_spans

SEED = 0
LABELS = [f"LABEL{number}" for number in range(15)]
SEQEVAL = """
import sys
from seqeval.metrics import classification_report, f1_score
from seqeval.scheme import IOB2

def read(path):
    sentences, tags = [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\\n")
            if line:
                tags.append(line.split("\\t")[-1])
            elif tags:
                sentences.append(tags)
                tags = []
    return [*sentences, tags] if tags else sentences

gold, predicted = read(sys.argv[1]), read(sys.argv[2])
if sys.argv[3] == "report":
    print(classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True)["micro avg"]["f1-score"])
else:
    print(f1_score(gold, predicted, mode="strict", scheme=IOB2))
"""


@dataclass(frozen=True)
class Cost:
    """What a process needed: seconds of the processor, and the most memory in MB; and the F1 that it found."""

    seconds: float
    megabytes: float
    f1: float


def run(command: Sequence[str]) -> Cost:
    """Run a program, and measure it. Its F1 is on its last line, or in its JSON."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)[:200]} failed")
        output.seek(0)
        text = output.read()
    f1 = json.loads(text)["f1"] / 100 if text.startswith("{") else float(text.split()[-1])
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, f1)


def measure(gold: Path, predicted: Path, runs: int) -> dict[str, Cost]:
    """Run all programs in turn, and return the least cost of each."""
    files = [str(gold), str(predicted)]
    evaluate = ["evaluate", "--gold", files[0], "--predicted", files[1], "--json"]
    commands = {
        "silverner evaluate": [sys.executable, "-m", "silverner", *evaluate],
        "seqeval, F1 alone": [sys.executable, "-c", SEQEVAL, *files, "f1"],
        "seqeval, report": [sys.executable, "-c", SEQEVAL, *files, "report"],
    }
    costs = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            costs[name].append(run(command))
    least = {
        name: Cost(min(c.seconds for c in one), min(c.megabytes for c in one), one[0].f1) for name, one in costs.items()
    }
    if not all(math.isclose(cost.f1, costs["seqeval, report"][0].f1, rel_tol=1e-12) for cost in least.values()):
        raise SystemExit(f"the programs do not agree: {least}")
    return least


def repeated(sides: Sequence[Sequence[Sentence]], count: int, *, vary: bool) -> Iterator[list[str]]:
    """Write both files again and again until there are enough sentences, some at a time."""
    rng = random.Random(SEED)  # noqa: S311 - no secret
    pairs = list(zip(*sides, strict=True))
    for start in range(0, count, len(pairs)):
        tokens, tags = [], []
        for gold, predicted in pairs[: count - start]:
            words, entities = gold.tokens or (), [gold.spans or (), predicted.spans or ()]
            if vary:
                words = [word if rng.random() < 0.9 else f"{word}{rng.randrange(count)}" for word in words]
                entities = _varied(entities, len(words), rng)
            tokens.append(words)
            tags.append([tags_from_spans(spans, len(words)) for spans in entities])
        yield [columns_text(tokens, [pair[side] for pair in tags]) for side in (0, 1)]


def _varied(entities: Sequence[Sequence[Span]], length: int, rng: random.Random) -> list[list[Span]]:
    """Give a sentence other entities, and some predicted ones another label."""
    if rng.random() < 0.5:
        places = range(0, length - 3, 4)
        random_spans = [Span(k, k + rng.randint(1, 3), rng.choice(LABELS)) for k in places if rng.random() < 0.3]
        entities = [random_spans, [span for span in random_spans if rng.random() < 0.9]]
    labels = [span.label if rng.random() < 0.9 else rng.choice(LABELS) for span in entities[1]]
    return [
        list(entities[0]),
        [Span(span.start, span.end, label) for span, label in zip(entities[1], labels, strict=True)],
    ]


def main() -> None:
    """Measure all programs on all files, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("predicted", type=Path)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sides = [Reading().labelled(path) for path in (options.gold, options.predicted)]
    sys.stdout.write("| files | sentences | program | seconds | of seqeval's F1 | memory, MB | of seqeval's F1 |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    sizes = {"small": len(sides[0]), "repeated": options.sentences, "varied": options.sentences}
    for kind, sentences in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("gold.conll", "predicted.conll")]
            with files[0].open("w", encoding="utf-8") as gold, files[1].open("w", encoding="utf-8") as predicted:
                for texts in repeated(sides, sentences, vary=kind == "varied"):
                    gold.write(texts[0])
                    predicted.write(texts[1])
            costs = measure(*files, options.runs)
        peer = costs["seqeval, F1 alone"]
        for name, cost in costs.items():
            shares = f"{cost.seconds / peer.seconds:.2f} | {cost.megabytes:.0f} | {cost.megabytes / peer.megabytes:.2f}"
            sys.stdout.write(f"| {kind} | {sentences:,} | {name} | {cost.seconds:.2f} | {shares} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
