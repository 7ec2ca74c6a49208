from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silverner.projection.errors import DataError, MissingFileError
from silverner.projection.spans import Span
from silverner.projection.translation import Translation
from silverner.projection.translation.dictionary import Dictionary
from silverner.projection.translation.glossary import TranslatedNames, gloss_all
from tests.projection.helpers import write

NAMES = """\
# what Germans call them
European Union\tEuropäische Union
european union\tEU
Commission\tKommission

St. John's\tSt. John's (Neufundland)
of the\tdes
Germany\tDeutschland
"""


class Backwards:
    """A translator that writes words from right to left, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.released = 0

    def settings(self) -> Mapping[str, object]:
        return {"engine": "backwards"}

    def check(self) -> None:
        pass

    def release(self) -> None:
        self.released += 1

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        self.asked += texts
        return [Translation(" ".join(reversed(text.split()))) for text in texts]


@pytest.fixture
def german(tmp_path: Path) -> Dictionary:
    return Dictionary(write(tmp_path / "names.tsv", NAMES), target="deu")


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Germany", ["Deutschland"]),
        ("GERMANY", ["Deutschland"]),
        ("European Union", ["Europäische", "Union", "EU"]),
        # the longest part first, from left to right; a word of none says nothing
        ("Commission of the European Union", ["Kommission", "des", "Europäische", "Union", "EU"]),
        ("Ana European Ana", []),
        # a corpus makes other tokens of it than the file
        ("St . John 's", ["St.", "John's", "(", "Neufundland", ")"]),
        ("Germany Germany", ["Deutschland"]),
        ("", []),
    ],
)
def test_a_name_is_looked_up_whole_or_in_its_longest_parts(german: Dictionary, phrase: str, words: list[str]) -> None:
    assert german.glosses([phrase.split()]) == [words]


def test_what_makes_words_is_the_target_language(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tsv", "Alsace\tl'Alsace\n")
    assert Dictionary(path).glosses([["Alsace"]]) == [["l'Alsace"]]
    assert Dictionary(path, target="fra").glosses([["Alsace"]]) == [["l'", "Alsace"]]


@given(st.lists(st.lists(st.sampled_from(["European", "Union", "of", "the", "Ana", "Commission"]), max_size=5)))
def test_a_gloss_depends_on_its_own_name_alone(
    tmp_path_factory: pytest.TempPathFactory, phrases: list[list[str]]
) -> None:
    german = Dictionary(write(tmp_path_factory.mktemp("names") / "names.tsv", NAMES))
    assert german.glosses(phrases) == [german.glosses([phrase])[0] for phrase in phrases]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "Germany\tDeutschland\nFrance\n",
            r"names.tsv, line 2: 1 columns in 'France'; a line needs a phrase, a tab and a translation",
        ),
        ("Germany\t \n", r"line 1: 2 columns in 'Germany.*neither may be empty"),
        ("a\tb\tc\n", r"line 1: 3 columns"),
        ("", "the file is empty"),
    ],
)
def test_a_line_that_is_no_entry_is_refused(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dictionary(write(tmp_path / "names.tsv", content)).settings()


def test_a_dictionary_that_is_not_there_is_missed_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"cannot read the dictionary [^:]*none.tsv: No such file"):
        Dictionary(tmp_path / "none.tsv").settings()


def test_another_word_is_another_dictionary(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1", "a\tb\n"), write(tmp_path / "2", "a\tc\n")
    settings = [Dictionary(one).settings(), Dictionary(two).settings(), Dictionary(one, target="fra").settings()]
    assert len({repr(each) for each in settings}) == 3
    assert Dictionary(one).settings() == settings[0]


def test_what_was_released_is_read_again(german: Dictionary) -> None:
    before = german.glosses([["Germany"]])
    german.release()
    assert german.glosses([["Germany"]]) == before == [["Deutschland"]]


def test_names_are_translated_as_text_and_made_words_again() -> None:
    translator = Backwards()
    names = TranslatedNames(translator, source="eng", target="spa")
    assert names.glosses([["Ana", "'s", "Kenya"], ["Kenya"]]) == [["Kenya", "Ana's"], ["Kenya"]]
    assert translator.asked == ["Ana's Kenya", "Kenya"]
    assert names.settings() != TranslatedNames(translator, source="eng", target="fra").settings()
    names.release()
    assert translator.released == 1


def test_each_name_is_asked_for_once() -> None:
    translator = Backwards()
    names = TranslatedNames(translator, source="eng", target="spa")
    sources = [["Ana", "in", "New", "York"], [], ["New", "York"]]
    entities = [[Span(0, 1, "PER"), Span(2, 4, "LOC")], [], [Span(0, 2, "ORG")]]
    assert gloss_all(names, sources, entities) == [[["Ana"], ["York", "New"]], [], [["York", "New"]]]
    assert translator.asked == ["Ana", "New York"]
