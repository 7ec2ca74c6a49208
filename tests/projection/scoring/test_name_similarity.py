from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.scoring.name_similarity import name_similarity


@pytest.mark.parametrize(
    ("word", "other", "share"),
    [
        ("Nairobi", "Nairobi", 1.0),
        ("Nairobi", "NAIROBI", 1.0),
        ("Kenya", "Kenia", 0.6),
        ("Prodi", "Prodiho", 10 / 12),
        ("1999", "1999", 1.0),
        ("1999", "1998", 0.75),
        ("the", "the", 0.0),  # not capitalised
        ("kenya", "Kenya", 0.0),
        ("EU", "EU", 1.0),
        ("EU", "EUs", 0.0),  # too short to be alike without being the same
        ("Rome", "Roma", 0.75),
        ("Rome", "Rom", 0.0),
        ("Madrid", "Mailand", 0.0),  # two of thirteen letters
        ("Österreich", "österreich", 1.0),
        ("Straße", "STRASSE", 1.0),
        ("Abcd", "Abxy", 0.5),
        ("Abcd", "Axyz", 0.0),
        ("", "", 0.0),
        ("Ana", "", 0.0),
    ],
)
def test_likeness_is_the_shared_beginning_of_capitalised_words(word: str, other: str, share: float) -> None:
    assert name_similarity(word, other) == pytest.approx(share)


@pytest.mark.parametrize(
    ("word", "other", "share"),
    [
        ("Mexico", "México", 1.0),  # accents aside
        ("Britain", "yeBritain", 1.0),  # what stands before an inner capital is a prefix
        ("Korea", "Nordkorea", 0.8),  # and a longer word can hold a name
        ("Donald", "McDonald", 0.8),  # rightly or wrongly
        ("Nordkorea", "Korea", 0.0),  # but not the other way round
        ("Iran", "Tiranas", 0.8),
        ("Ira", "Tirana", 0.0),  # too short
        ("Putin", "Путин", 1.0),
        ("Berlin", "Берлине", (12 / 13 + 1) / 2),  # p-l-l-n, by letters and by consonants
        ("Trump", "Трамп", (0.8 + 1) / 2),
        ("Trump", "ترامب", (6 / 9 + 1) / 2),  # trmb
        ("Washington", "वाशिंगटन", (12 / 18 + 8 / 10) / 2),  # vasimgtn: s-n-k-t-n and f-s-n-k-t-n
        ("Zurich", "苏黎世", (6 / 13 + 1) / 2),  # sulishi
        ("Johannesburg", "约翰内斯堡", (14 / 26 + 6 / 9) / 2),  # yuehanneisibao: s-n-s-p-l-k and n-s-p
        ("Cordes", "كوردس", (6 / 11 + 1) / 2),  # kwrds
        ("Kenya", "लंदन", 0.0),
        ("Iran", "Аэроэ", 0.0),  # l-n and l
        ("Madrid", "Москва", 0.0),
        ("7", "٧", 1.0),
        ("Путин", "Putin", 1.0),  # from any script
        ("北京", "Beijing", 1.0),
        ("UN", "ООН", 0.0),  # too short to be alike without being the same
        ("путин", "Putin", 0.0),
        (",", ",", 0.0),
    ],
)
def test_likeness_knows_prefixes_accents_and_other_scripts(word: str, other: str, share: float) -> None:
    assert name_similarity(word, other) == pytest.approx(share)


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_a_share(word: str, other: str) -> None:
    assert 0.0 <= name_similarity(word, other) <= 1.0
