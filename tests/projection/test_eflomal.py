from __future__ import annotations

import importlib.util
import random

import pytest

from projection.alignment import Eflomal
from projection.errors import DataError, EngineError, MissingEngineError
from tests.projection.helpers import needs_eflomal

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
        for side in pair:
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
            assert pair == ([], [])


@needs_eflomal
@pytest.mark.parametrize(
    "odd",
    ["New\N{NO-BREAK SPACE}York", "New York", "a\tb", "a\nb", " ", "\u2028", "\x85", "\x1c", "<NULL>", "#", "\u200b"],
)
def test_an_odd_token_does_not_move_links(odd: str):
    sources, targets = ([[odd if word == "Ana" else word for word in line] for line in side] for side in corpus(40))
    pairs = Eflomal().align(sources, targets)
    right = sum(j == i + 2 for pair in pairs for side in pair for i, j, _ in side)
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
