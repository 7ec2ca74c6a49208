from __future__ import annotations

import itertools
import re
import unicodedata
from difflib import SequenceMatcher

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from silverner.projection.errors import DataError
from silverner.projection.markers import FAULTS, STYLES, Style, mark, to_tokens, unmark
from silverner.projection.markers.edges import trim
from silverner.projection.spans import Span
from silverner.projection.text import tokenization
from tests.projection.oracles import within


@pytest.mark.parametrize(
    ("tokens", "spans", "style", "text"),
    [
        (["Ana", "saw", "New", "York", "."], [(0, 1), (2, 4)], "brackets", "[Ana] saw [New York]."),
        (["Ana", "saw", "New", "York", "."], [(0, 1), (2, 4)], "tags", "<a>Ana</a> saw <b>New York</b>."),
        (["Ana", "'s", "dog"], [(0, 1)], "brackets", "[Ana]'s dog"),
        (["see", "[", "1", "]", "Ana"], [(4, 5)], "brackets", "see (1) [Ana]"),
        (["see", "【1】", "Ana"], [(2, 3)], "brackets", "see (1) [Ana]"),
        (["a", "<b>", "Ana", "x < y"], [(2, 3)], "tags", "a (b) <a>Ana</a> x < y"),
        (["a", "<b>"], [], "tags", "a (b)"),
        (["see", "〔1〕", "［2］", "Ana"], [(3, 4)], "brackets", "see (1) (2) [Ana]"),
        (["<", "/b", ">", "＜a＞", "<é>", "Ana"], [(5, 6)], "tags", "( /b ) (a) (é) <a>Ana</a>"),
        (["&lt;a&gt;", "Ana", "&lt;", "y"], [(1, 2)], "tags", "(a) <a>Ana</a> &lt; y"),
        (["<", "b", ">"], [(1, 2)], "tags", "( <a>b</a> )"),
        (["Ana", "and", "Bo"], [(2, 3), (0, 1)], "tags", "<b>Ana</b> and <a>Bo</a>"),
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


@pytest.mark.parametrize(
    ("spans", "style", "message"),
    [
        ([Span(0, 2, "X"), Span(1, 3, "X")], "tags", r"the span 1-3 \(X\) overlaps another one"),
        ([Span(1, 9, "X")], "brackets", r"the span 1-9 \(X\) leaves a sentence of 3 tokens"),
        ([], "tag", r"unknown marker style 'tag'; allowed: brackets, tags \(did you mean tags\?\)"),
    ],
)
def test_what_cannot_be_marked_is_refused(spans: list[Span], style: Style, message: str) -> None:
    with pytest.raises(DataError, match=message):
        mark(["a", "b", "c"], spans, language="eng", style=style)


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(DataError, match="unknown marker style 'tag'"):
        unmark("[Ana]", style="tag", labels=["P"])
    with pytest.raises(DataError, match="2 entities were marked, but 1 have lists of names; give every entity a list"):
        unmark("[Ana] [Bo]", style="brackets", labels=["P", "P"], names=[["Ana"]])


def test_entities_for_which_no_letter_is_left_are_lost_and_not_confused() -> None:
    tokens = [f"w{k}" for k in range(705)]
    text = mark(tokens, [Span(k, k + 1, "X") for k in range(705)], language="eng", style="tags")
    assert text.endswith("<zz>w701</zz> w702 w703 w704")
    done = unmark(text, style="tags", labels=["X"] * 705)
    assert [f.entity for f in done.entities] == list(range(702))
    assert [(fault.kind, fault.entity) for fault in done.faults] == [("lost", k) for k in (702, 703, 704)]


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
    # Crossed and nested tags: as many entities as possible, then the shorter.
    ("<a>Ana <b>Bo</a></b>", "tags", "PP", None, "Ana Bo", {1: "Bo"}, ["crossed"]),
    ("<a>Ana, <b>Bo</b> y <c>Cy</c></a>", "tags", "PPP", None, "Ana, Bo y Cy", {1: "Bo", 2: "Cy"}, ["crossed"]),
    # The innermost pair that holds something.
    ("<a>Ana vio <a>Bo</a>", "tags", "P", None, "Ana vio Bo", {0: "Bo"}, ["doubled"]),
    ("<a></a> <a>Bo</a>", "tags", "P", None, "Bo", {0: "Bo"}, ["doubled"]),
    ("[[] Ana]", "brackets", "P", None, "Ana", {0: "Ana"}, ["empty"]),
    ("[[Ana] vio [Bo]]", "brackets", "PP", None, "Ana vio Bo", {0: "Ana", 1: "Bo"}, ["doubled", *["by-order"] * 2]),
    ("[Ana vio [Bo]", "brackets", "P", None, "Ana vio Bo", {0: "Bo"}, ["half"]),
    # What is left of markers is no marker either.
    ("<<a>b> Ana", "tags", "P", None, "Ana", {}, ["extra", "half"]),
    # Other alphabets, widths and slashes; an unknown letter says nothing, and goes.
    ("<а>Ана</а> ＜B＞Бо＜／B＞", "tags", "PP", None, "Ана Бо", {0: "Ана", 1: "Бо"}, []),
    ("<a>Ана</a> <б>Бо</б>", "tags", "PP", None, "Ана Бо", {0: "Ана"}, ["extra", "extra", "lost"]),
    ("<a>Ana<\\a> <b>Bo<b/>", "tags", "PP", None, "Ana Bo", {0: "Ana", 1: "Bo"}, []),
    ("AT&amp;T & lt;a& gt; Ana&LT;/A&GT;", "tags", "P", None, "AT&amp;T Ana", {0: "Ana"}, []),
    # Spaces that only a marker brought go with it; those that part words, or stand outside, stay.
    ("vio [ Ana ].", "brackets", "P", None, "vio Ana.", {0: "Ana"}, []),
    ("vio ([ Ana ])", "brackets", "P", None, "vio (Ana)", {0: "Ana"}, []),
    ("vio [ Ana ] !", "brackets", "P", None, "vio Ana !", {0: "Ana"}, []),
    ("a[ Ana ]y", "brackets", "P", None, "a Ana y", {0: "Ana"}, []),
    ("vio < a > Ana < /a >, y", "tags", "P", None, "vio Ana, y", {0: "Ana"}, []),
    # Equal names keep their order, also where another entity moved past them, and of too many the first count.
    (
        "[Paris] o [Paris] [Ana]",
        "brackets",
        "PLL",
        [["Ana"], ["Paris"], ["Paris"]],
        "Paris o Paris Ana",
        {0: "Ana", 1: "Paris", 2: "Paris"},
        [],
    ),
    (
        "[Bo] [Paris] [Paris]",
        "brackets",
        "PL",
        [["Ana"], ["Paris"]],
        "Bo Paris Paris",
        {1: "Paris"},
        ["extra", "extra", "lost"],
    ),
    # A likeness of exactly one half is not enough; brackets and case of a name are not compared; no name, no likeness.
    ("[ab] [cdef]", "brackets", "PL", [["abxxxxcdef"], ["zz"]], "ab cdef", {0: "cdef", 1: "ab"}, ["by-order"]),
    ("[ab] [zy]", "brackets", "PL", [["ac"], ["zz"]], "ab zy", {}, ["extra", "extra", "lost", "lost"]),
    ("[Ana] [Bo]", "brackets", "PL", [["[BO]."], ["[ANA]"]], "Ana Bo", {0: "Bo", 1: "Ana"}, []),
    ("[Ana] [Bo]", "brackets", "PL", [[], ["Bo"]], "Ana Bo", {0: "Ana", 1: "Bo"}, ["by-order"]),
    ("[Ana] [Bo]", "brackets", "PL", [[""], [","]], "Ana Bo", {}, ["extra", "extra", "lost", "lost"]),
    # One pair for one entity needs no name.
    ("[Xyz] vio", "brackets", "P", [["Ana"]], "Xyz vio", {0: "Xyz"}, []),
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
    assert {f.entity: done.text[f.start : f.end] for f in done.entities} == found
    assert sorted(fault.kind for fault in done.faults) == sorted(faults)
    assert set(faults) <= set(FAULTS)


def test_equal_names_keep_the_order_of_the_sentence() -> None:
    names = ["Ana", "Bo", "Paris", "Paris", "Paris"]
    for places in set(itertools.permutations(names)):
        for known in set(itertools.permutations(names)):
            text = " ".join(f"[{place}]" for place in places)
            done = unmark(text, style="brackets", labels="PPPPP", names=[[name] for name in known])
            assert [known[f.entity] for f in done.entities] == list(places)
            assert [f.entity for f in done.entities if known[f.entity] == "Paris"] == [
                k for k, name in enumerate(known) if name == "Paris"
            ]


SHORT = st.text("abc", min_size=1, max_size=4)


@settings(deadline=None, max_examples=60)
@given(st.lists(SHORT, max_size=4), st.lists(SHORT, max_size=4))
def test_the_assignment_of_brackets_is_the_best_as_a_whole(held: list[str], names: list[str]) -> None:
    # All labels differ, so that nothing but one left over on each side is paired by order.
    text = " ".join(f"[{name}]" for name in held)
    done = unmark(text, style="brackets", labels=[f"L{k}" for k in range(len(names))], names=[[n] for n in names])
    by_order = {fault.entity for fault in done.faults if fault.kind == "by-order"}

    def likeness(name: str, other: str) -> float:
        ratio = SequenceMatcher(None, name, other, autojunk=False).ratio()
        return ratio if ratio > 0.5 else 0.0

    got = sum(likeness(names[f.entity], done.text[f.start : f.end]) for f in done.entities if f.entity not in by_order)
    table = [[*(likeness(name, other) for other in held), *[0.0] * len(names)] for name in names]
    choices = itertools.permutations(range(len(held) + len(names)), len(names))
    best = max(sum(row[p] for row, p in zip(table, choice, strict=True)) for choice in choices)
    if not len(held) == len(names) == 1:
        assert got == pytest.approx(best, abs=1e-6)


def test_every_fault_is_met_by_some_text() -> None:
    assert {kind for *_, faults in READ for kind in faults} == set(FAULTS)


@pytest.mark.parametrize(
    ("text", "tokens", "spans", "faults"),
    [
        ("[Ana] vio", ["Ana", "vio"], [(0, 1)], []),
        ("Ye[Kenia]ni", ["YeKeniani"], [(0, 1)], []),  # a token partly inside belongs to the entity
        ("Vio [Kenia.]", ["Vio", "Kenia", "."], [(1, 2)], []),  # the tokenizer knows this full stop from ...
        ("Vio [EE.UU.]", ["Vio", "EE.UU."], [(1, 2)], []),  # ... that one
        ("Vio [.] y", ["Vio", ".", "y"], [], ["empty"]),
        ("Vio [Bank (Kenia)],", ["Vio", "Bank", "(", "Kenia", ")", ","], [(1, 5)], []),
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


@pytest.mark.parametrize(
    ("piece", "trimmed"),
    [
        ("Kenia", "Kenia"),
        (" , «Kenia»! ", "Kenia"),
        ("„Kenia“", "Kenia"),
        ("(Kenia)", "Kenia"),
        ("Kenia)", "Kenia"),
        ("Bank (Kenia)", "Bank (Kenia)"),
        ("Bank (Kenia).", "Bank (Kenia)."),  # the full stop is the tokenizer's
        ("(a) Bank (b)", "(a) Bank (b)"),
        ("《红楼梦》", "红楼梦"),
        ("北京。", "北京"),
        ("\u200fقاهرة،\u200f", "قاهرة"),
        ("दिल्ली।", "दिल्ली"),
        ("– 🎉 –", "🎉"),
        ("C++", "C++"),
        ("#MeToo", "#MeToo"),
        ("(())", ""),
        (" ,. ", "."),
        ("", ""),
    ],
)
def test_punctuation_at_the_edges_belongs_to_no_entity(piece: str, trimmed: str) -> None:
    start, end = trim(f"x{piece}x", 1, 1 + len(piece))
    assert f"x{piece}x"[start:end] == trimmed


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


BRACKETS = "[]［］【】〔〕"
TAG = re.compile(r"[<＜]\s*[/／]?\s*[^\W\d_]{1,2}\s*[/／]?\s*[>＞]")


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
        assert not set(plain) & set(BRACKETS)
    else:
        assert not TAG.search(plain)
    assert len(plain) == len(tokenization.join(tokens, "eng"))


@settings(deadline=None)
@given(marked(), st.sampled_from(STYLES), st.sampled_from(["eng", "spa", "arb", "zho"]))
def test_markers_come_back_where_they_were_put_in_any_script(
    sentence: tuple[list[str], list[Span]], style: Style, language: str
) -> None:
    tokens, spans = sentence
    plain = mark(tokens, [], language=language, style=style)
    own = [plain[slice(*ends(plain, tokens, span))] for span in spans]
    text = mark(tokens, spans, language=language, style=style)
    labels = [span.label for span in spans]
    done = unmark(text, style=style, labels=labels, names=[[name] for name in own])
    assert done.text == " ".join(plain.split())
    found = {f.entity: f for f in done.entities}
    accounted(set(range(len(spans))), set(found), [(fault.kind, fault.entity) for fault in done.faults])
    for k, name in enumerate(own):
        if all(map(is_edge, name)):
            continue
        # Nothing but edge punctuation is left out.
        held = bare(done.text[found[k].start : found[k].end])
        left, right = bare(name).split(held, 1)
        assert all(map(is_edge, left + right))
    if not any(all(map(is_edge, name)) for name in own):
        assert not done.faults
    # The tokens it was joined from are one way to split it: whole names come back as the very spans.
    back, more = to_tokens(done, tokens, labels)
    seen = [plain[slice(*ends(plain, tokens, Span(i, i + 1, "")))] or "," for i in range(len(tokens))]
    whole = [k for k, span in enumerate(spans) if not any(is_edge(t[i]) for t in covered(seen, span) for i in (0, -1))]
    assert {k: (s.start, s.end) for s, k in back if k in whole} == {k: (spans[k].start, spans[k].end) for k in whole}
    assert {k for _, k in back} | {fault.entity for fault in more} == set(found)


def bare(text: str) -> str:
    return "".join(text.split())


def covered(tokens: list[str], span: Span) -> list[str]:
    return tokens[span.start : span.end]


def is_edge(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] in "PC"


def ends(text: str, tokens: list[str], span: Span) -> tuple[int, int]:
    inside = [extent for extent in covered(tokenization.extents(text, tokens), span) if extent]
    return (inside[0][0], inside[-1][1]) if inside else (0, 0)


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
    back = tokenization.split(done.text, "spa")
    found, more = to_tokens(done, back, labels)
    assert back == tokens
    assert [(s.start, s.end) for s, _ in found] == [(s.start, s.end) for s in spans]
    if style == "tags":
        assert [s.label for s, _ in found] == labels
    assert not [f for f in (*done.faults, *more) if f.kind != "by-order"]


NOISE = ["Ana", "Bo", " ", "  ", ",", ".", "(", ")", "<", ">", "&", "中", "🎉", "\u200f", "\x01", "b>", "/", "a"]
MARKS = {
    "brackets": ["[", "]", "［", "］", "【", "】", "〕", "[]", "[ ", " ]", "<a>"],
    "tags": ["<a>", "</a>", "<b>", "</ b>", "< C>", "<zz>", "&lt;a&gt;", "＜а＞", "<a/>", "["],
}


@st.composite
def mutilated(draw: st.DrawFn) -> tuple[str, Style]:
    """What no translator would write."""
    style = draw(st.sampled_from(STYLES))
    return "".join(draw(st.lists(st.sampled_from([*MARKS[style], *NOISE]), max_size=25))), style


@settings(deadline=None, max_examples=300)
@given(mutilated(), st.lists(st.sampled_from("PL"), max_size=4), st.sampled_from([None, "", "Ana", "Bo"]))
@example(("[[Ana]Bo]", "brackets"), ["P"], None)
@example(("<<a>b>", "tags"), ["P"], None)
@example(("[ [ ] ] .", "brackets"), ["P", "P"], "Ana")
def test_no_text_breaks_the_reading(mutilation: tuple[str, Style], labels: list[str], name: str | None) -> None:
    text, style = mutilation
    done = unmark(text, style=style, labels=labels, names=None if name is None else [[name]] * len(labels))
    assert done.text == done.text.strip()
    assert not re.search(r"\s\s", done.text)
    assert not (TAG.search(done.text) if style == "tags" else set(done.text) & set(BRACKETS))
    if style == "brackets":
        assert bare(done.text) == bare("".join(char for char in text if char not in BRACKETS))
    upto = 0
    for place in done.entities:
        assert upto <= place.start < place.end <= len(done.text)
        assert not done.text[place.start : place.end][0].isspace()
        assert not done.text[place.start : place.end][-1].isspace()
        upto = place.end
    placed = [place.entity for place in done.entities]
    assert len(placed) == len(set(placed))
    accounted(set(range(len(labels))), set(placed), [(fault.kind, fault.entity) for fault in done.faults])
    tokens = tokenization.split(done.text, "eng")
    found, more = to_tokens(done, tokens, labels)
    accounted(set(placed), {k for _, k in found}, [(fault.kind, fault.entity) for fault in more])
    assert all(a.end <= b.start for (a, _), (b, _) in itertools.pairwise(found))


def accounted(entities: set[int], placed: set[int], faults: list[tuple[str, int | None]]) -> None:
    """Every entity has a place, or a fault that says why it has none, and never both."""
    why = {entity for kind, entity in faults if kind in {"lost", "half", "crossed", "empty"} and entity is not None}
    assert placed | why == entities
    assert not placed & why
    assert {kind for kind, _ in faults} <= set(FAULTS)
    assert all(entity in placed for kind, entity in faults if kind == "by-order")
    assert all(entity is None for kind, entity in faults if kind == "extra")


LONG: list[tuple[str, Style]] = [
    ("[" * 3000 + "Ana" + "]" * 3000, "brackets"),
    ("[Ana] " * 300, "brackets"),
    (" " * 9000 + "[", "brackets"),
    ("<a>" * 3000 + "Ana" + "</a>" * 3000, "tags"),
    ("<" * 900 + "a>" * 900, "tags"),
    (" ".join(f"<{x}>{x}" for x in "abcdefghijklm") + "".join(f"</{x}>" for x in "abcdefghijklm"), "tags"),
]


def test_no_text_takes_long() -> None:
    within(9, _read_long)


def _read_long() -> None:
    for text, style in LONG:
        unmark(text, style=style, labels=["P"] * 60, names=[["Ana"]] * 60)
