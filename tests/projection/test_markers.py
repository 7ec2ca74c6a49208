from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from projection import words
from projection.markers import FAULTS, STYLES, Style, mark, to_tokens, unmark
from projection.spans import Span


@pytest.mark.parametrize(
    ("tokens", "spans", "style", "text"),
    [
        (["Ana", "saw", "New", "York", "."], [(0, 1), (2, 4)], "brackets", "[Ana] saw [New York]."),
        (["Ana", "saw", "New", "York", "."], [(0, 1), (2, 4)], "tags", "<a>Ana</a> saw <b>New York</b>."),
        (["Ana", "'s", "dog"], [(0, 1)], "brackets", "[Ana]'s dog"),
        (["see", "[", "1", "]", "Ana"], [(4, 5)], "brackets", "see (1) [Ana]"),
        (["see", "【1】", "Ana"], [(2, 3)], "brackets", "see (1) [Ana]"),
        (["a", "<b>", "Ana", "x < y"], [(2, 3)], "tags", "a ‹b› <a>Ana</a> x < y"),
        (["a", "<b>"], [], "tags", "a ‹b›"),
        (["\x01", "Ana"], [(0, 1)], "brackets", "\x01 Ana"),
        ([], [], "tags", ""),
    ],
)
def test_entities_are_marked(tokens: list[str], spans: list[tuple[int, int]], style: Style, text: str) -> None:
    assert mark(tokens, [Span(a, b, "X") for a, b in spans], language="eng", style=style) == text


def test_letters_go_on_after_z() -> None:
    tokens = [f"w{k}" for k in range(28)]
    text = mark(tokens, [Span(k, k + 1, "X") for k in range(28)], language="eng", style="tags")
    assert "<z>w25</z> <aa>w26</aa> <ab>w27</ab>" in text


NAMES = [["Ana"], ["Nueva York", "New York"]]
READ = [
    # text, style, labels, names, clean text, {entity: words}, faults
    ("[Ana] vio [Nueva York].", "brackets", "PL", NAMES, "Ana vio Nueva York.", {0: "Ana", 1: "Nueva York"}, []),
    ("[Nueva York] vio a [Ana]", "brackets", "PL", NAMES, "Nueva York vio a Ana", {0: "Ana", 1: "Nueva York"}, []),
    ("[Ana", "brackets", "P", None, "Ana", {}, ["half", "lost"]),
    ("Ana] vio", "brackets", "P", None, "Ana vio", {}, ["half", "lost"]),
    ("[[Ana]] vio", "brackets", "P", None, "Ana vio", {0: "Ana"}, ["doubled"]),
    ("[ Ana , ] vio", "brackets", "P", None, "Ana , vio", {0: "Ana"}, []),
    ("［Ana］ vio", "brackets", "P", None, "Ana vio", {0: "Ana"}, []),
    ("[] vio", "brackets", "P", None, "vio", {}, ["empty", "lost"]),
    ("[,] vio", "brackets", "P", None, ", vio", {}, ["empty", "lost"]),
    ("Ana vio", "brackets", "P", None, "Ana vio", {}, ["lost"]),
    ("[Ana] [vio]", "brackets", "P", None, "Ana vio", {}, ["lost", "extra", "extra"]),
    ("[Ana] [vio]", "brackets", "P", [["Ana"]], "Ana vio", {0: "Ana"}, ["extra"]),
    ("[Eva] [Bo]", "brackets", "PP", None, "Eva Bo", {0: "Eva", 1: "Bo"}, ["by-order", "by-order"]),
    ("[Eva] [Bo]", "brackets", "PL", None, "Eva Bo", {}, ["lost", "lost", "extra", "extra"]),
    (
        "[Xyz] vio [Nueva York]",
        "brackets",
        "PL",
        NAMES,
        "Xyz vio Nueva York",
        {0: "Xyz", 1: "Nueva York"},
        ["by-order"],
    ),
    # The better of two likenesses counts, not the last one above the threshold.
    ("[Ana] y [Anna B]", "brackets", "PP", [["Ana"], ["Anna B"]], "Ana y Anna B", {0: "Ana", 1: "Anna B"}, []),
    # The assignment is the best as a whole, though "Ana Bo" is most like both.
    (
        "[Ana Bo] y [Ana]",
        "brackets",
        "PP",
        [["Ana Bo"], ["Bo Ana Bo"]],
        "Ana Bo y Ana",
        {0: "Ana", 1: "Ana Bo"},
        [],
    ),
    ("[Kenia]'da", "brackets", "L", None, "Kenia'da", {0: "Kenia"}, []),
    ("<a>Ana</a> vio <b>Nueva York</b>", "tags", "PL", None, "Ana vio Nueva York", {0: "Ana", 1: "Nueva York"}, []),
    ("<b>Nueva York</b> y <a>Ana</a>", "tags", "PL", None, "Nueva York y Ana", {0: "Ana", 1: "Nueva York"}, []),
    ("< A > Ana < / a> vio", "tags", "P", None, "Ana vio", {0: "Ana"}, []),
    ("&lt;a&gt;Ana&lt;/a&gt; vio", "tags", "P", None, "Ana vio", {0: "Ana"}, []),
    ("<a>Ana vio", "tags", "P", None, "Ana vio", {}, ["half"]),
    ("Ana</a> vio", "tags", "P", None, "Ana vio", {}, ["half"]),
    ("</a>Ana<a> vio", "tags", "P", None, "Ana vio", {}, ["crossed"]),
    ("<a>Ana</a> <a>vio</a>", "tags", "P", None, "Ana vio", {0: "Ana"}, ["doubled"]),
    ("<a></a> vio", "tags", "P", None, "vio", {}, ["empty"]),
    ("<a>Ana <b>Bo</a></b>", "tags", "PP", None, "Ana Bo", {0: "Ana Bo"}, ["crossed"]),
    ("<a>Ana</a> <c>vio</c>", "tags", "PL", None, "Ana vio", {0: "Ana"}, ["extra", "extra", "lost"]),
    ("x < y y <br> z", "tags", "", None, "x < y y z", {}, ["extra"]),
    ("", "tags", "P", None, "", {}, ["lost"]),
]


@pytest.mark.parametrize(("text", "style", "labels", "names", "clean", "found", "faults"), READ)
def test_what_comes_back_is_read(
    text: str,
    style: Style,
    labels: str,
    names: list[list[str]] | None,
    clean: str,
    found: dict[int, str],
    faults: list[str],
) -> None:
    done = unmark(text, style=style, labels=labels, names=names)
    assert done.text == clean
    assert {f.entity: done.text[f.start : f.end] for f in done.found} == found
    assert sorted(fault.kind for fault in done.faults) == sorted(faults)
    assert set(faults) <= set(FAULTS)


def test_every_fault_is_met_by_some_text() -> None:
    assert {kind for *_, faults in READ for kind in faults} == set(FAULTS)


@pytest.mark.parametrize(
    ("text", "tokens", "spans", "faults"),
    [
        ("[Ana] vio", ["Ana", "vio"], [(0, 1)], []),
        ("Ye[Kenia]ni", ["YeKeniani"], [(0, 1)], []),  # a token partly inside belongs to the entity
        ("[Ana][Bo] vio", ["AnaBo", "vio"], [(0, 1)], ["crossed"]),  # two entities, one token
    ],
)
def test_characters_become_tokens(
    text: str, tokens: list[str], spans: list[tuple[int, int]], faults: list[str]
) -> None:
    labels = "P" * text.count("[")
    found, more = to_tokens(unmark(text, style="brackets", labels=labels), tokens, labels)
    assert [(span.start, span.end) for span, _ in found] == spans
    assert [fault.kind for fault in more] == faults


LETTERS = "ab.,'\"()[]<>/-&é¿ßñŋ中文กা🎉٢א" + " \u200b\x01"
TOKENS = st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=9)


@st.composite
def marked(draw: st.DrawFn) -> tuple[list[str], list[Span]]:
    """A sentence, and entities that do not overlap."""
    tokens = draw(TOKENS)
    cuts = sorted(draw(st.sets(st.integers(0, len(tokens)), max_size=6)))
    labels = draw(st.lists(st.sampled_from("PLO"), min_size=len(cuts), max_size=len(cuts)))
    spans = [Span(a, b, labels[k]) for k, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))]
    return tokens, spans


@settings(deadline=None)
@given(marked(), st.sampled_from(STYLES))
def test_marking_changes_nothing_but_what_looks_like_a_marker(
    sentence: tuple[list[str], list[Span]], style: Style
) -> None:
    tokens, spans = sentence
    plain = mark(tokens, [], language="eng", style=style)
    text = mark(tokens, spans, language="eng", style=style)
    if style == "brackets":
        assert text.replace("[", "").replace("]", "") == plain
        assert "[" not in plain
    assert len(plain) == len(words.join(tokens, "eng"))


WORD = st.text("abcé", min_size=1, max_size=5)


@settings(deadline=None)
@given(st.lists(WORD, min_size=1, max_size=12), st.data(), st.sampled_from(STYLES))
def test_a_translator_that_changes_nothing_loses_nothing(tokens: list[str], data: st.DataObject, style: Style) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=8)))
    spans = [Span(a, b, "PLO"[a % 3]) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    text = mark(tokens, spans, language="spa", style=style)
    labels = [span.label for span in spans]
    names = [[" ".join(tokens[span.start : span.end])] for span in spans]
    done = unmark(text, style=style, labels=labels, names=names)
    back = words.split(done.text, "spa")
    found, more = to_tokens(done, back, labels)
    assert back == tokens
    assert [(s.start, s.end) for s, _ in found] == [(s.start, s.end) for s in spans]
    if style == "tags":
        assert [s.label for s, _ in found] == labels
    assert not [f for f in (*done.faults, *more) if f.kind != "by-order"]


PIECES = [
    "[",
    "]",
    "<a>",
    "</a>",
    "<b>",
    "</ b>",
    "< C>",
    "Ana",
    "Bo",
    " ",
    ",",
    ".",
    "［",
    "】",
    "&lt;a&gt;",
    "中",
    "🎉",
]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(STYLES), st.lists(st.sampled_from("PL"), max_size=4)
)
@example(["[", "[", "Ana", "]", "Bo", "]"], "brackets", ["P"])
def test_no_text_breaks_the_reading(pieces: list[str], style: Style, labels: list[str]) -> None:
    text = "".join(pieces)
    for names in (None, [["Ana"]] * len(labels)):
        done = unmark(text, style=style, labels=labels, names=names)
        assert "  " not in done.text
        if style == "brackets":
            assert not set(done.text) & set("[]［］【】")
        upto = 0
        for place in done.found:
            assert upto <= place.start < place.end <= len(done.text)
            upto = place.end
        placed = [place.entity for place in done.found]
        assert len(placed) == len(set(placed))
        explained = {*placed, *(fault.entity for fault in done.faults)}
        assert explained >= set(range(len(labels)))
        tokens = words.split(done.text, "eng")
        found, more = to_tokens(done, tokens, labels)
        assert {k for _, k in found} | {fault.entity for fault in more} == set(placed)
