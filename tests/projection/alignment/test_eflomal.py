from __future__ import annotations

import importlib.util
import random
import re
from pathlib import Path

import pytest

from silverner.projection.alignment import AlignedPair, Eflomal
from silverner.projection.alignment.eflomal import LONGEST
from silverner.projection.errors import DataError, EngineError, MissingEngineError, MissingFileError
from tests.projection.helpers import needs_eflomal, write

LEXICON = {
    "the": "el",
    "house": "casa",
    "dog": "perro",
    "red": "rojo",
    "sees": "ve",
    "Ana": "Ana",
    "runs": "corre",
    "big": "grande",
    "and": "y",
}


def corpus(size: int) -> tuple[list[list[str]], list[list[str]]]:
    """Sentences whose translation has every word at the same place, behind two words that belong to nothing."""
    draw = random.Random(1)
    sources = [draw.sample(list(LEXICON), draw.randint(3, 6)) for _ in range(size)]
    targets = [["pues", "bien", *(LEXICON[word] for word in source)] for source in sources]
    return sources, targets


@needs_eflomal
def test_both_directions_are_written_source_first_and_stay_in_range():
    sources, targets = corpus(40)
    pairs = Eflomal().align(sources, targets)
    assert len(pairs) == 40
    right = wrong = 0
    for source, target, pair in zip(sources, targets, pairs, strict=True):
        for side in (pair.forward, pair.reverse):
            assert all(0 <= i < len(source) and 0 <= j < len(target) and w == 1.0 for i, j, w in side)
            right += sum(j == i + 2 for i, j, _ in side)
            wrong += sum(i == j + 2 for i, j, _ in side)
    words = sum(map(len, sources))
    # Two directions, both written source first: nearly every word finds its own, and hardly any the mirror of it.
    assert right > 1.6 * words
    assert wrong < 0.2 * words


@needs_eflomal
def test_reverse_is_never_the_mirror_where_lengths_differ():
    sources, targets = corpus(30)
    # The target has twice the words: a mirrored link would leave the source.
    targets = [[*target, *target] for target in targets]
    pairs = Eflomal().align(sources, targets)
    assert any(j >= len(source) for source, pair in zip(sources, pairs, strict=True) for _, j, _ in pair.reverse)


@needs_eflomal
def test_empty_sides_get_no_links_and_shift_nothing():
    sources, targets = corpus(30)
    plain = {(tuple(s), tuple(t)) for s, t in zip(sources, targets, strict=True)}
    for place in (0, 10, 20):
        sources.insert(place, [])
        targets.insert(place, ["solo"])
    for place in (5, 15):
        sources.insert(place, ["alone"])
        targets.insert(place, [])
    sources.append([])
    targets.append([])
    pairs = Eflomal().align(sources, targets)
    assert len(pairs) == len(sources) == 36
    for source, target, pair in zip(sources, targets, pairs, strict=True):
        if (tuple(source), tuple(target)) in plain:
            assert pair.forward
        else:
            assert pair == AlignedPair([], [])


@needs_eflomal
@pytest.mark.parametrize(
    "odd",
    ["New\N{NO-BREAK SPACE}York", "New York", "a\tb", "a\nb", " ", "\u2028", "\x85", "\x1c", "<NULL>", "#", "\u200b"],
)
def test_an_odd_token_does_not_move_links(odd: str):
    sources, targets = ([[odd if word == "Ana" else word for word in line] for line in side] for side in corpus(40))
    pairs = Eflomal().align(sources, targets)
    right = sum(j == i + 2 for pair in pairs for side in (pair.forward, pair.reverse) for i, j, _ in side)
    assert right > 1.6 * sum(map(len, sources))


@needs_eflomal
@pytest.mark.parametrize("model", [1, 2, 3])
def test_every_model_runs_on_one_pair(model: int):
    assert len(Eflomal(model=model, prefix_length=3).align([["a"]], [["b"]])) == 1


@needs_eflomal
@pytest.mark.parametrize(("sources", "targets"), [([], []), ([[]], [[]]), ([["a"], []], [[], ["b"]])])
def test_nothing_to_align_is_an_error(sources: list[list[str]], targets: list[list[str]]):
    with pytest.raises(DataError, match="eflomal has nothing to align: no sentence pair has tokens on both sides"):
        Eflomal().align(sources, targets)


@needs_eflomal
def test_a_failure_inside_the_package_is_an_engine_error(monkeypatch: pytest.MonkeyPatch):
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("eflomal.Aligner.align", fail)
    with pytest.raises(EngineError, match="eflomal failed on 1 sentence pairs: out of memory"):
        Eflomal().align([["a"], []], [["b"], []])


@needs_eflomal
@pytest.mark.parametrize(("forward", "reverse"), [("0-0\n", "0-0\n"), ("0-0\n0-0\n", "0-0\n"), ("", "")])
def test_an_answer_for_another_number_of_pairs_is_an_engine_error(
    monkeypatch: pytest.MonkeyPatch, forward: str, reverse: str
):
    def answer(*args: object, links_filename_fwd: str, links_filename_rev: str, **options: object) -> None:
        for name, text in ((links_filename_fwd, forward), (links_filename_rev, reverse)):
            with open(name, "w") as file:  # noqa: PTH123 as the package does
                file.write(text)

    monkeypatch.setattr("eflomal.Aligner.align", answer)
    with pytest.raises(EngineError, match="of 2 sentence pairs"):
        Eflomal().align([["a"], ["b"]], [["x"], ["y"]])


@needs_eflomal
def test_the_settings_name_model_and_version():
    settings = Eflomal(model=2, prefix_length=4).settings()
    assert {**settings, "version": "?"} == {"engine": "eflomal", "model": 2, "prefix": 4, "version": "?"}


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    engine = Eflomal()
    for call in (engine.check, engine.settings, lambda: engine.align([["a"]], [["b"]])):
        with pytest.raises(
            MissingEngineError, match=r"'eflomal' is not installed .*pip install 'silverner\[eflomal\]'"
        ):
            call()


def lines(side: list[list[str]]) -> str:
    return "".join(" ".join(tokens) + "\n" for tokens in side)


def accuracy(engine: Eflomal, sources: list[list[str]], targets: list[list[str]]) -> float:
    """Tell which share of the words find their own in both directions."""
    pairs = engine.align(sources, targets)
    right = sum(j == i + 2 for pair in pairs for side in (pair.forward, pair.reverse) for i, j, _ in side)
    return right / (2 * sum(map(len, sources)))


@needs_eflomal
def test_priors_of_a_larger_text_align_a_corpus_that_is_too_small_to_learn_from(tmp_path: Path):
    draw = random.Random(3)
    sources, _ = corpus(400)
    # Shuffled, so that the place of a word says nothing and only the words can.
    orders = [draw.sample(range(len(source)), len(source)) for source in sources]
    targets = [[LEXICON[source[i]] for i in order] for source, order in zip(sources, orders, strict=True)]
    # Blank lines and white space of any kind in the larger text are no tokens.
    files = (
        write(tmp_path / "source", "\n" + lines(sources[5:]).replace(" ", "\t ")),
        write(tmp_path / "target", "x\n" + lines(targets[5:])),
    )

    def score(engine: Eflomal) -> float:
        found = engine.align(sources[:5], targets[:5])
        right = [
            orders[k][j] == i
            for k, pair in enumerate(found)
            for side in (pair.forward, pair.reverse)
            for i, j, _ in side
        ]
        return sum(right) / (2 * sum(map(len, sources[:5])))

    plain, helped = (sum(score(Eflomal(priors=given)) for _ in range(4)) / 4 for given in (None, files))
    assert helped > 0.75
    assert helped > plain + 0.15


@needs_eflomal
def test_priors_do_not_hurt_a_corpus_that_is_large_enough(tmp_path: Path):
    sources, targets = corpus(200)
    files = write(tmp_path / "s", lines(sources[:60])), write(tmp_path / "t", lines(targets[:60]))
    assert accuracy(Eflomal(priors=files, prefix_length=3), sources[60:], targets[60:]) > 0.85


@needs_eflomal
def test_the_settings_follow_the_content_of_the_priors_and_not_their_names(tmp_path: Path):
    a, b, c = (write(tmp_path / name, text) for name, text in (("a", "x\n"), ("b", "x\n"), ("c", "y\n")))
    assert "priors" not in Eflomal().settings()
    assert Eflomal(priors=(a, a)).settings() == Eflomal(priors=(a, b)).settings()
    assert Eflomal(priors=(a, c)).settings() != Eflomal(priors=(c, a)).settings()
    before = Eflomal(priors=(a, b)).settings()
    write(b, "a longer line\n")
    assert Eflomal(priors=(a, b)).settings() != before


@needs_eflomal
def test_what_is_wrong_with_priors_is_found_before_anything_is_aligned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("eflomal.Aligner.align", lambda *_, **__: pytest.fail("it was aligned"))
    good, short = write(tmp_path / "good", "a b\nc\n"), write(tmp_path / "short", "x\n")
    blank, empty = write(tmp_path / "blank", " \n\n"), write(tmp_path / "empty", "")
    cases = [
        (tmp_path / "no", MissingFileError, f"cannot read the text for priors {tmp_path / 'no'}: No such file"),
        (tmp_path, DataError, f"{tmp_path} is a folder, a pipe or a device; a regular file is needed"),
        (short, DataError, f"the text for priors is not parallel: {good} has 2 lines, {short} 1"),
        (empty, DataError, f"{empty}: the file is empty"),
    ]
    for path, error, message in cases:
        engine = Eflomal(priors=(good, path))
        for call in (engine.check, engine.settings, lambda engine=engine: engine.align([["a"]], [["b"]])):
            with pytest.raises(error, match=re.escape(message)):
                call()
    with pytest.raises(DataError, match=re.escape(f"in both files for priors: {good} and {blank} (2 lines)")):
        Eflomal(priors=(good, blank)).align([["a"]], [["b"]])


@needs_eflomal
@pytest.mark.parametrize(("source", "target"), [(LONGEST + 1, 20), (20, LONGEST + 1), (LONGEST + 1, LONGEST + 1)])
def test_a_pair_too_long_for_the_package_is_counted_in_a_warning(
    caplog: pytest.LogCaptureFixture, source: int, target: int
):
    sources, targets = corpus(20)
    sources.append(random.Random(1).choices(list(LEXICON), k=source))
    targets.append(random.Random(2).choices(list(LEXICON.values()), k=target))
    pairs = Eflomal().align([*sources, []], [*targets, ["x"] * 2000])
    assert pairs[-2] == AlignedPair([], [])
    assert [record.getMessage() for record in caplog.records] == [
        "eflomal reads sentences of at most 1023 tokens: 1 of 22 pairs are longer and get no links (first: pair 20, "
        f"with {source} source and {target} target tokens); split them into sentences first"
    ]


@needs_eflomal
@pytest.mark.parametrize("turned", [False, True])
def test_the_longest_sentence_the_package_reads_is_no_warning(caplog: pytest.LogCaptureFixture, turned: bool):
    sources, targets = corpus(20)
    sides = [*sources, (list(LEXICON) * LONGEST)[:LONGEST]], [*targets, list(LEXICON.values())]
    pair = Eflomal(model=1).align(*(reversed(sides) if turned else sides))[-1]
    assert pair.forward
    assert pair.reverse
    assert not caplog.records


@needs_eflomal
def test_a_line_too_long_for_the_package_is_counted_among_the_priors(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    files = write(tmp_path / "s", "a b\n" + "a " * 1024 + "\n"), write(tmp_path / "t", "x y\nx\n")
    Eflomal(priors=files).align([["a"]], [["x"]])
    assert len(caplog.records) == 1
    assert (
        f"1 of 2 pairs are longer and get no links (first: {files[0]}, line 2, with" in caplog.records[0].getMessage()
    )
