from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from silverner.projection.text.overlap import Line, Overlap, overlaps
from silverner.projection.text.shingles import PHRASE, words_of

WORDS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"]
SENTENCES = st.lists(st.sampled_from(["ab", "AB", "cd", "."]), min_size=1, max_size=3)


def line(text: str, split: str = "train", source: str | None = None) -> Line:
    return Line(split=split, texts=[side.split() for side in (text, source) if side is not None])


@settings(deadline=None)
@given(st.lists(st.tuples(SENTENCES, st.sampled_from(["train", "test"]))))
def test_of_equal_sentences_exactly_one_is_no_duplicate(rows: list[tuple[list[str], str]]) -> None:
    found = overlaps([Line(split=split, texts=[tokens]) for tokens, split in rows])
    classes: dict[tuple[str, ...], list[int]] = {}
    for k, (tokens, _) in enumerate(rows):
        words = tuple(t.casefold() for t in tokens if t != ".") or tuple(tokens)
        classes.setdefault(words, []).append(k)
    for members in classes.values():
        kept = [k for k in members if not found[k].duplicate]
        held_out = [k for k in members if rows[k][1] == "test"]
        assert kept == (held_out or members)[:1], "the first, and of a test sentence never the copy in train"


def test_near_duplicates_are_compared_exactly() -> None:
    whole = " ".join(WORDS)  # 18 shingles
    one = " ".join([*WORDS[:-1], "x"])  # one of them changed: 17 of 19 in all
    found = overlaps([line(whole), line(one), line("x y z")], near=0.8)
    assert [(o.duplicate, o.near) for o in found] == [(False, 0.0), (False, pytest.approx(17 / 19)), (False, 0.0)]
    assert overlaps([line(whole), line(one)])[1].near == 0.0, "nobody asked"


def test_a_copy_of_a_copy_is_compared_with_what_is_kept() -> None:
    texts = [" ".join([f"x{k}" for k in range(n)] + [f"w{k}" for k in range(n, 40)]) for n in (0, 3, 6)]
    found = overlaps([line(text) for text in texts], near=0.8)
    assert [o.near >= 0.8 for o in found] == [False, True, False], "the third is like the second, but that is gone"


def test_leaks_are_found_in_either_language_whatever_case_and_punctuation() -> None:
    held_out = [["Ana", "visita", "Nueva", "York", "."], ["The", "Red", "Cross"]]
    lines = [
        line("ana visita nueva york"),
        line("x y", source="the red cross !"),
        line("Ana", source="Red Cross"),
        None,
    ]
    found = overlaps(lines, evaluation=held_out)
    assert [o.leak for o in found] == [1.0, 1.0, 0.0, 0.0]
    assert [o.duplicate for o in found] == [False] * 4


def test_a_sentence_that_is_gone_is_no_original() -> None:
    assert [o.duplicate for o in overlaps([None, line("a b"), line("a b")])] == [False, False, True]


def test_sentences_without_words_are_compared_by_their_tokens() -> None:
    assert [o.duplicate for o in overlaps([line(". ."), line("!"), line("!")])] == [False, False, True]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), max_size=12))
def test_a_similarity_reported_is_the_true_one(rows: list[list[str]]) -> None:
    lines = [Line(split="test", texts=[tokens]) for tokens in rows]
    found = overlaps(lines, near=0.5)
    for k, overlap in enumerate(found):
        mine = {tuple(rows[k][i : i + 3]) for i in range(max(1, len(rows[k]) - 2))}
        others = [{tuple(r[i : i + 3]) for i in range(max(1, len(r) - 2))} for r in rows[:k]]
        shares = [len(mine & other) / len(mine | other) for other in others]
        assert overlap.near == 0.0 or any(overlap.near == pytest.approx(share) for share in shares)
        assert not overlap.duplicate or rows[k] in rows[:k]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("安 娜 访 问 纽 约", "安娜 访问 纽约"),
        ("Ana didn't run, Bo did", "Ana did n't run , Bo did"),
        ("S\u00e3o Tom\u00e9", "Sa\u0303o Tome\u0301"),
    ],
)
def test_a_text_leaks_however_it_is_encoded_and_cut_into_tokens(mine: str, theirs: str):
    found = overlaps([Line(split="train", texts=[mine.split()])], evaluation=[theirs.split()])
    assert found[0].leak == 1.0


EVALUATED = "Ana Silva visita hoje o museu de Lisboa com o irmão ."
LETTERS = "西娅今天和她的弟弟一起在里斯本参观了博物馆"


@pytest.mark.parametrize(
    ("mine", "share"),
    [
        (f"E então disse que {EVALUATED[:-2]} , mas ninguém o ouviu naquela sala .", 1.0),
        ("Ana Silva visita hoje o museu .", 1.0),
        ("visita hoje o museu de Porto com Ana", 3 / 6),
        ("o museu de", 1 / 9),
        ("Ana Silva visita hoje o", 3 / 9),
        ("nada disto", 0.0),
    ],
)
def test_a_leak_is_what_stands_inside_the_other_unless_it_is_a_phrase(mine: str, share: float):
    found = overlaps([line(mine)], evaluation=[["Outra", "frase"], EVALUATED.split()])
    assert found[0].leak == pytest.approx(share)


def test_a_phrase_of_an_evaluation_set_may_stand_in_longer_sentences():
    phrase = ["turski", "premijer", "Recep", "Tayyip", "Erdogan"]
    assert overlaps([line(f"{' '.join(phrase)} boravi u Španjolskoj")], evaluation=[phrase])[0].leak < 0.8


def test_letters_are_compared_where_no_spaces_are_written():
    inside = Line(split="train", texts=[["他说", LETTERS, "。"]])
    changed = Line(split="train", texts=[[*LETTERS.replace("西娅", "西亚"), "。"]])
    other = Line(split="train", texts=[["在", "里斯本", "参观", "了", "博物馆", "和", "教堂"]])
    held = [[LETTERS[:2], LETTERS[2:4], LETTERS[4:], "。"]]
    found = overlaps([inside, changed, other], evaluation=held, near=0.5)
    assert [round(o.leak, 2) for o in found] == [1.0, round(14 / 16, 2), round(5 / 19, 2)]
    assert found[1].near == pytest.approx(14 / 20)


@settings(max_examples=60, deadline=None)
@given(*[st.lists(st.lists(st.sampled_from(WORDS[:4]), min_size=1, max_size=10), min_size=1, max_size=6)] * 2)
def test_a_leak_is_the_highest_overlap_there_is(rows: list[list[str]], held: list[list[str]]):
    def grams(words: list[str]) -> set[tuple[str, ...]]:
        return {tuple(words[k : k + 3]) for k in range(max(1, len(words) - 2))}

    def overlap(one: list[str], two: list[str]) -> float:
        both = grams(one) & grams(two)
        if "".join(one) == "".join(two):
            return 1.0
        short = min(len(one), len(two)) < 6
        return len(both) / (len(grams(one) | grams(two)) if short else min(len(grams(one)), len(grams(two))))

    found = overlaps([Line(split="train", texts=[row]) for row in rows], evaluation=held)
    assert [o.leak for o in found] == pytest.approx([max(overlap(row, other) for other in held) for row in rows])


def test_sentences_that_differ_in_a_vowel_sign_are_no_copies():
    lines = [Line(split="train", texts=[[word]]) for word in ("\u0915\u093f", "\u0915\u0940")]
    assert not any(found.duplicate for found in overlaps(lines))


def in_memory(lines: list[Line | None], evaluation: list[list[str]], near: float | None) -> list[Overlap]:
    """Compare sentences one by one, with all of them in memory."""

    words_by_text = {tuple(text): words_of(text) for one in lines if one is not None for text in one.texts}
    words_by_text |= {tuple(text): words_of(text) for text in evaluation}

    def grams(tokens: Sequence[str]) -> frozenset[tuple[str, ...]]:
        words = words_by_text[tuple(tokens)]
        return frozenset(words[k : k + 3] for k in range(max(1, len(words) - 2)))

    def leak(tokens: Sequence[str], held: Sequence[str]) -> float:
        mine, theirs = grams(tokens), grams(held)
        sides = words_by_text[tuple(tokens)], words_by_text[tuple(held)]
        if "".join(sides[0]) == "".join(sides[1]):
            return 1.0
        is_phrase = min(map(len, sides)) < PHRASE[0]
        return len(mine & theirs) / (len(mine | theirs) if is_phrase else min(len(mine), len(theirs)))

    def sketch(tokens: Sequence[str]) -> MinHash:
        signature = empty.copy()
        signature.update_batch([" ".join(gram).encode() for gram in grams(tokens)])
        return signature

    empty = MinHash(num_perm=128)
    index = None if near is None else MinHashLSH(threshold=near, num_perm=128, weights=(0.05, 0.95))
    keys: set[str] = set()
    answers = [Overlap(False, 0.0, 0.0)] * len(lines)
    for is_train in (False, True):
        for k, one in enumerate(lines):
            if one is None or (one.split == "train") != is_train:
                continue
            tokens, key = one.texts[0], "".join(words_by_text[tuple(one.texts[0])])
            share = max((leak(text, held) for text in one.texts for held in evaluation), default=0.0)
            others = [] if index is None else [grams(lines[n].texts[0]) for n in index.query(sketch(tokens))]  # type: ignore[union-attr]
            similarity = max((len(grams(tokens) & other) / len(grams(tokens) | other) for other in others), default=0.0)
            answers[k] = Overlap(key in keys, 1.0 if key in keys else similarity, share)
            if key not in keys and (near is None or similarity < near):
                keys.add(key)
                if index is not None:
                    index.insert(k, sketch(tokens))
    return answers


@pytest.mark.parametrize("near", [None, 0.5, 0.8])
def test_an_index_on_disk_answers_as_one_in_memory(near: float | None, tmp_path: Path):
    draw = random.Random(7)
    texts = [[draw.choice(WORDS) for _ in range(draw.randint(1, 40))] for _ in range(30)]
    lines: list[Line | None] = []
    for _ in range(1200):
        text = list(draw.choice(texts))
        for _ in range(draw.choice((0, 0, 1, 2))):
            text[draw.randrange(len(text))] = draw.choice(WORDS)
        texts[draw.randrange(30)] = text
        other = draw.choice(texts)
        lines.append(draw.choice((None, *[Line(split=s, texts=[text, other]) for s in ("train", "train", "test")])))
    evaluation = [draw.choice(texts) for _ in range(5)]
    answers = overlaps(iter(lines), evaluation=evaluation, near=near, folder=tmp_path)
    assert list(answers) == in_memory(lines, evaluation, near)
    assert len({answer.near for answer in answers}) >= (2 if near is None else 10)
    assert not list(tmp_path.iterdir())
