"""The page in a real browser: what people see, filter and search, and that a corpus cannot run anything in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silverner.cli import main
from silverner.dataset_cards.dropped import DroppedSentence, dropped_text
from tests.dataset_cards.view.corpora import entity, language, row, write_folder
from tests.dataset_cards.view.test_comparison import FIRST, SECOND

playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install 'silverner[browser]'")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("needs Chromium: apt-get install chromium", allow_module_level=True)

EVIL = [
    "</script><script>hacked=1</script>",
    "<img/src=x/onerror=hacked=1>",
    "a\u2028b",
    "\u202edlrow",
    "&lt;b&gt;",
    "😀",
]
NAMES = ["Ana", "Luis", "Eva", "Juan", "Rosa", "Iván", "Nadia", "Omar", "Inés", "Hugo"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as program:
        chromium = program.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Window:
    """A page of the browser, with everything it complains about and everything it asks the network for."""

    def __init__(self, browser: Any, file: Path, **settings: Any) -> None:
        self.page = browser.new_page(**{"viewport": {"width": 1200, "height": 900}, **settings})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.page.wait_for_selector(".card, #notice:not([hidden])")

    def ids(self) -> list[str]:
        return self.page.locator(".card h3").all_text_contents()

    def waits_for(self, text: str) -> None:
        playwright.expect(self.page.locator("#count")).to_have_text(text)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    windows = []

    def opened(*folders: Path, **settings: Any) -> Window:
        file = tmp_path / "page.html"
        assert main(["view", *map(str, folders), "--out", str(file)]) == 0
        windows.append(Window(browser, file, **settings))
        return windows[-1]

    yield opened
    for window in windows:
        window.page.close()
        assert window.complaints == []
        assert [address for address in window.requests if not address.startswith(("file:", "data:", "blob:"))] == []


def many_rows() -> list[dict[str, Any]]:
    rows = []
    for k in range(600):
        name, flags = NAMES[k % 10], ["weak-entity"] if k % 100 == 0 else []
        entities = [entity(0, 1, "PER" if k % 2 else "LOC", round(k / 600, 4))] if k % 3 else []
        rows.append(row(f"r-{k:03}", f"{name} come {k} manzanas", f"{name} eats {k} apples", entities, flags=flags))
    return rows


def test_sentences_are_filtered_and_paged(open_page: Any, tmp_path: Path) -> None:
    window = open_page(write_folder(tmp_path / "c", {"spa": many_rows()}))
    page = window.page
    window.waits_for("600 sentences")
    assert window.ids() == [f"r-{k:03}" for k in range(20)]
    page.get_by_label("Label", exact=True).select_option("PER")
    window.waits_for("200 of 600 sentences")
    page.get_by_label("Confidence from").fill("0.9")
    window.waits_for("20 of 600 sentences")
    page.get_by_label("Order").select_option("confidence")
    page.get_by_label("to", exact=True).fill("0.92")
    window.waits_for("4 of 600 sentences")
    assert window.ids() == ["r-541", "r-545", "r-547", "r-551"]
    page.get_by_role("button", name="Reset").click()
    window.waits_for("600 sentences")
    page.get_by_label("Flag", exact=True).select_option("weak-entity")
    window.waits_for("6 of 600 sentences")
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Search").fill("CÓME 599")
    window.waits_for("0 of 600 sentences")
    page.get_by_label("Search").fill("nadia COME 5")
    window.waits_for("11 of 600 sentences")
    page.get_by_label("Search").fill("r-599")
    window.waits_for("1 of 600 sentences")
    page.get_by_role("button", name="Reset").click()
    window.waits_for("600 sentences")
    page.get_by_role("button", name="Last page").click()
    playwright.expect(page.locator(".card h3").first).to_have_text("r-580")
    page.get_by_label("Page", exact=True).fill("3")
    page.keyboard.press("Enter")
    playwright.expect(page.locator(".card h3").first).to_have_text("r-040")
    assert page.url.endswith("#lang=spa&page=3")
    page.reload()
    playwright.expect(page.locator(".card h3").first).to_have_text("r-040")


def test_dropped_sentences_are_shown_by_reason(open_page: Any, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "c")
    (folder / "dropped").mkdir()
    example = DroppedSentence(reason="duplicate", id="a-7", tokens=["Ana", *EVIL], source_tokens=["Ann"])
    (folder / "dropped/spa.jsonl").write_text(dropped_text([example]))
    page = open_page(folder).page
    page.get_by_role("tab", name="Dropped and flagged").click()
    page.get_by_text("Examples: duplicate").click()
    card = page.locator(".examples .card")
    assert card.locator("h3").text_content() == "a-7"
    assert card.locator(".line").all_text_contents()[0] == "Ann"
    assert card.locator(".line").all_text_contents()[1].startswith("Ana </script><script>hacked=1</script> <img/")
    assert page.evaluate("typeof hacked") == "undefined"


def test_gold_is_shown_where_it_differs(open_page: Any, tmp_path: Path) -> None:
    gold = tmp_path / "gold.conll"
    gold.write_text("Ana\tB-PER\nvisita\tO\nNueva\tO\nYork\tB-LOC\n\nLlueve\tO\n")
    window = open_page(write_folder(tmp_path / "c"), "--gold", str(gold))
    page = window.page
    page.get_by_label("Gold", exact=True).select_option("differs")
    window.waits_for("1 of 3 sentences")
    assert page.locator("#rows .chip.kind").all_text_contents() == ["differs from gold"]
    assert page.locator("[data-side=gold] .entity").all_text_contents() == ["Ana\u00a0PER", "York\u00a0LOC"]
    assert page.locator("[data-side=gold] .differs").all_text_contents() == ["York\u00a0LOC"]
    assert page.locator("[data-side=target] .differs").all_text_contents() == ["Nueva York\u00a0LOC 0.70"]
    page.get_by_role("tab", name="Figures").click()
    playwright.expect(page.locator("#figures")).to_contain_text("2 sentences with gold labels, 1 of them with other")
    page.get_by_role("tab", name="Sentences").click()
    page.get_by_label("Gold", exact=True).select_option("same")
    playwright.expect(page.locator("#rows .chip.kind")).to_have_text("as gold")
    assert page.locator("[data-side=gold]").count() == 0


def test_lines_show_what_is_linked(open_page: Any, tmp_path: Path) -> None:
    window = open_page(write_folder(tmp_path / "c"))
    page = window.page
    lines = page.locator("path.strong")
    page.locator(".word", has_text="visita").hover()
    assert lines.count() == 1
    assert page.locator(".word.linked").all_text_contents() == ["visits", "visita"]
    york = page.get_by_role("button", name="LOC: Nueva York; score 1.00, confidence 0.70. From “New York”.")
    york.focus()
    assert lines.count() == 2
    page.keyboard.press("Enter")
    page.get_by_label("Search").focus()
    assert (lines.count(), york.get_attribute("aria-pressed")) == (2, "true")
    york.focus()
    page.keyboard.press("Escape")
    assert (lines.count(), york.get_attribute("aria-pressed")) == (0, "false")
    page.get_by_label("Show all links").check()
    assert page.locator("path.weak").count() == 4 + 1 + 5
    page.locator("summary").first.click()
    playwright.expect(page.locator("details table").first).to_contain_text("New York")


def test_keys_move_through_sentences_and_pages(open_page: Any, tmp_path: Path) -> None:
    page = open_page(write_folder(tmp_path / "c", {"spa": many_rows()})).page
    focused = page.locator(".card:focus h3")
    page.locator(".card").first.focus()
    page.keyboard.press("ArrowDown")
    playwright.expect(focused).to_have_text("r-001")
    page.keyboard.press("ArrowRight")
    playwright.expect(focused).to_have_text("r-020")
    page.keyboard.press("ArrowLeft")
    playwright.expect(focused).to_have_text("r-000")
    page.get_by_role("tab", name="Sentences").focus()
    page.keyboard.press("ArrowRight")
    playwright.expect(page.get_by_role("tab", name="Figures")).to_be_focused()
    playwright.expect(page.get_by_role("heading", name="Entities by label")).to_be_visible()


def test_a_corpus_cannot_run_anything(open_page: Any, tmp_path: Path) -> None:
    tokens = " ".join(EVIL)
    rows = [row(EVIL[0], tokens, tokens, [entity(0, 2, "PER"), entity(2, 4, "ORG")], flags=[EVIL[1], EVIL[3]])]
    recipe = {"labels": ["PER", "ORG", "LOC"]}
    spoken = {**language("spa", EVIL[1]), "bcp47": '"><img src=x onerror=hacked=1>'}
    window = open_page(write_folder(tmp_path / "c", {"spa": rows}, recipe=recipe, language=spoken))
    page = window.page
    shown = [*EVIL[:2], "a\\u2028b", "\\u202edlrow", *EVIL[4:]]
    assert page.locator(".word").all_text_contents() == shown * 2
    page.locator("summary").click()
    for tab in ("Figures", "Dropped and flagged", "Help"):
        page.get_by_role("tab", name=tab).click()
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img").count() == 0
    # Even what gets into the page some other way does not run.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"hacked=1\">')")
    page.wait_for_timeout(200)
    assert page.evaluate("typeof hacked") == "undefined"
    refused = [complaint for complaint in window.complaints if "Content Security Policy" in complaint]
    assert refused and window.complaints == refused
    window.complaints.clear()


def test_two_corpora_stand_side_by_side(open_page: Any, tmp_path: Path) -> None:
    folders = (
        write_folder(tmp_path / "a", {"spa": FIRST}),
        write_folder(tmp_path / "b", {"spa": SECOND}, version="2.0.0"),
    )
    window = open_page(*folders)
    page = window.page
    assert window.ids()[:3] == ["boundaries", "label", "text"]
    first = page.locator(".card").first
    assert first.locator(".entity.differs").count() == 3
    assert first.locator(".side").all_text_contents() == ["English", "A · Spanish", "B · Spanish"]
    page.get_by_label("Difference").select_option("second")
    window.waits_for("1 of 9 sentences")
    assert window.ids() == ["new"]
    page.get_by_role("tab", name="Figures").click()
    table = page.get_by_role("heading", name="Entities of the sentences that both have").locator("..")
    playwright.expect(table).to_contain_text("only in A")


def test_what_people_said_is_shown(open_page: Any, tmp_path: Path) -> None:
    projected = [entity(0, 1, "PER", 0.9), entity(2, 3, "LOC", 0.2)]
    rows = [
        row(
            "corrected",
            "Ana visita Madrid",
            "Ana visits Madrid",
            projected,
            human_entities=[{"start": 0, "end": 1, "label": "PER"}],
        ),
        row("not looked at", "Ana duerme", "Ana sleeps", projected[:1]),
    ]
    window = open_page(write_folder(tmp_path / "c", {"spa": rows}))
    page = window.page
    page.get_by_label("By people", exact=True).select_option("corrected")
    window.waits_for("1 of 2 sentences")
    assert page.locator(".side").all_text_contents() == ["English", "Spanish, the program", "by people"]
    assert page.locator(".entity.differs").all_text_contents() == ["Madrid\xa0LOC 0.20"]
    page.get_by_role("tab", name="Figures").click()
    assert page.locator("svg.calibration circle").count() == 2


def test_every_script_has_its_direction(open_page: Any, tmp_path: Path) -> None:
    hebrew = [row("h", "NATO הצטרפה", "NATO joined", [entity(0, 1, "ORG")])]
    page = open_page(write_folder(tmp_path / "c", {"heb": hebrew}, language=language("heb", "Hebrew", "Hebr"))).page
    directions = page.locator(".line").evaluate_all("lines => lines.map((l) => getComputedStyle(l).direction)")
    assert directions == ["ltr", "rtl"]
    assert page.locator(".line").last.get_attribute("lang") == "he"


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
"""Lists the visible texts whose contrast is below 4.5 to 1."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_and_everything_has_a_name(open_page: Any, tmp_path: Path, scheme: str) -> None:
    labels = [f"L{k}" for k in range(10)]
    coloured = [entity(k, k + 1, f"L{k}", 0.1 * k, source_start=None, source_end=None) for k in range(10)]
    rows = [row("every-colour", " ".join(labels), "x", entities=coloured, tagged=False), *many_rows()]
    window = open_page(
        write_folder(tmp_path / "c", {"spa": rows}, recipe={"labels": [*labels, "PER", "LOC"]}), color_scheme=scheme
    )
    page = window.page
    for tab in ("Sentences", "Figures", "Dropped and flagged", "Help"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate(CONTRAST) == []
    nameless = """() => [...document.querySelectorAll("button, input, select, [role=button]")].filter((e) =>
      !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())).map((e) => e.outerHTML)"""
    assert page.evaluate(nameless) == []


@pytest.mark.parametrize("width", [360, 1200])
def test_a_page_is_never_wider_than_the_window(open_page: Any, tmp_path: Path, width: int) -> None:
    long_word = "x" * 300
    rows = [row("long", f"{long_word} y", f"{long_word} y", [entity(0, 1, "PER")], flags=["weak-entity"]), *many_rows()]
    page = open_page(write_folder(tmp_path / "c", {"spa": rows}), viewport={"width": width, "height": 800}).page
    for tab in ("Sentences", "Figures", "Dropped and flagged", "Help"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
