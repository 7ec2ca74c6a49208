from __future__ import annotations

import copy
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from silverner.dataset_cards import render_card
from silverner.dataset_cards.card.citations import BY_NAME
from silverner.dataset_cards.card.front_matter import split_card
from silverner.dataset_cards.facts import CorpusFacts
from silverner.projection.errors import DataError, RecipeError
from tests.dataset_cards.manifests import METHODS, arabic, language, language_facts, manifest, model, recipe, voted

GOLDEN = Path(__file__).parent / "golden"
CARDS = {
    "one": manifest(),
    "many": manifest(arb=arabic(), jpn=voted(), spa=language()),
    "published": {**manifest(), "repo_id": "org/little"},
}


def render(facts: dict[str, Any], **options: Any) -> str:
    return render_card(CorpusFacts.of(facts), **options)


def _front(card: str) -> dict[str, Any]:
    front = yaml.safe_load(split_card(card)[0] or "")
    assert isinstance(front, dict)
    return front


@pytest.mark.parametrize("name", sorted(CARDS))
def test_cards_are_what_they_were(name: str) -> None:
    """To accept what changed: SILVERNER_UPDATE_GOLDEN=1 pytest tests/dataset_cards, then read the difference."""
    path, card = GOLDEN / f"{name}.md", render(CARDS[name])
    if os.environ.get("SILVERNER_UPDATE_GOLDEN"):
        path.write_text(card, encoding="utf-8")
    assert card == path.read_text(encoding="utf-8")


def test_front_matter_names_files_sizes_versions_and_licence() -> None:
    front = _front(render(manifest()))
    assert front["configs"] == [
        {
            "config_name": "spa",
            "version": "1.2.0",
            "data_files": [
                {"split": "train", "path": "spa/train-0.parquet"},
                {"split": "test", "path": "spa/test-0.parquet"},
            ],
        }
    ]
    assert front["dataset_info"][0]["splits"][0] == {"name": "train", "num_bytes": 10, "num_examples": 1000}
    assert front["dataset_info"][0]["download_size"] == 9
    said = {key: front[key] for key in ("license", "language", "annotations_creators", "size_categories", "version")}
    assert said == {
        "license": "cc0-1.0",
        "language": ["es"],
        "annotations_creators": ["machine-generated"],
        "size_categories": ["1K<n<10K"],
        "version": "1.2.0",
    }


def test_the_first_lines_name_the_program_and_a_few_signatures() -> None:
    built = "Built with silverner 0.1.0 (`pip install silverner`); "
    assert f"{built}signature `0123456789abcdef`.\n" in render(manifest())
    many = {f"la{letter}": language() for letter in "abcd"}
    assert f"{built}signatures under *How it was made*.\n" in render(manifest(**many))


def test_the_text_of_another_data_set_is_named_as_the_source() -> None:
    front = _front(render(manifest(arb=arabic(), spa=language())))
    assert front["source_datasets"] == ["extended|google/xtreme"]
    assert front["multilinguality"] == ["multilingual", "translation"]
    assert _front(render(manifest()))["source_datasets"] == ["extended|other"]


def test_the_table_states_measured_facts() -> None:
    row = (
        "| `spa` | \u2068Spanish\u2069 | 1.2.0 | `train` 1,000, `test` 200 | 1,234, 4 `empty-target`, 30 `lost-entity` "
        "| 1.00 | 0.91 | 81.2 (78.0 to 84.0) on 1,200 kept sentences, 79.0 on all 1,234 |"
    )
    assert row in render(manifest()).splitlines()


def test_what_was_not_measured_is_said_so() -> None:
    card = render(manifest(jpn=voted()))
    assert "| 1,200, none | nothing to project | not known | not measured |" in card
    assert "nobody measured how many labels are right" in card


def test_licences_that_differ_by_language_are_listed_and_told_apart() -> None:
    card = render(manifest(jpn=voted(), spa=language()))
    assert _front(card)["license"] == ["cc-by-sa-4.0", "cc0-1.0"]
    assert "For `jpn`:\n\n**cc-by-sa-4.0**" in card


def test_a_licence_nobody_can_keep_is_an_error() -> None:
    made = recipe(license="cc-by-sa-4.0")
    facts = language(recipe=made, models=[model("translator", "nllb", "cc-by-nc-4.0")])
    with pytest.raises(RecipeError, match=r"the text \(cc-by-sa-4.0\) demands .* the translator nllb \(cc-by-nc-4.0\)"):
        render(manifest(spa=facts))


@pytest.mark.parametrize(
    ("says", "origin"),
    [("a tagger for Russian news, version 1.6", "a tagger for Russian news, version 1.6"), (None, "a local folder")],
)
def test_a_model_without_a_revision_is_named_by_what_it_is(says: str | None, origin: str) -> None:
    facts = language(models=[model("labeller", "mine", "mit", revision=None, commit="99aa", says=says)])
    assert f"- labeller: `mine`, {origin}, hash `99aa`; licence mit" in render(manifest(spa=facts))


def test_a_missing_fact_is_an_error_that_names_it() -> None:
    facts = language()
    del facts["samples"]
    with pytest.raises(DataError, match=r"languages.spa.samples: .*silverner build RECIPE --lang spa"):
        render(manifest(spa=facts))


def test_the_card_says_once_how_the_labels_came_to_be() -> None:
    german = language(language=language_facts("deu", "German", "de"))
    card = render(manifest(deu=german, spa=language()))
    assert card.count("A program carried the labels of English text over to its translations by people.") == 1
    labelled = {**METHODS["parallel"], "sentence": "A model labelled the {source} text. A program carried it over."}
    card = render(manifest(spa=language(method=labelled)))
    assert "A model labelled the English text. A program carried" in card


@pytest.mark.parametrize("name", sorted(CARDS))
def test_no_section_is_empty_and_nothing_is_left_to_fill_in(name: str) -> None:
    body = split_card(render(CARDS[name]))[1]
    sections = re.split(r"^## .*$", body, flags=re.MULTILINE)[1:]
    assert len(sections) == 13
    assert all(len(text.split()) > 5 for text in sections)
    assert not re.search(r"TODO|TBD|\bNone\b|\{\w*\}|More Information Needed|path/to", body)


def test_what_people_wrote_survives_and_generated_text_does_not() -> None:
    card = render(manifest())
    mine = "## Ethics\n\nAsk us.\n\n```markdown\n## Samples\n```\n\n### Deeper\n\nMore."
    edited = card.replace("## Columns", f"{mine}\n\n## Columns").replace("Drawn by the hash", "Drawn by hand")
    edited = edited.replace("pretty_name: little", "pretty_name: Big\nextra_gated_prompt: 'Do you agree? # yes'")
    again = render(manifest(), existing=edited)
    assert f"{mine}\n\n## Columns" in again
    assert "Drawn by hand" not in again
    assert _front(again)["pretty_name"] == "little"
    assert _front(again)["extra_gated_prompt"] == "Do you agree? # yes"
    assert again.count("## Samples") == 2
    assert render(manifest(), existing=again) == again


def test_a_key_that_became_generated_is_not_kept_from_before() -> None:
    card = render(manifest())
    old = card.replace("license: cc0-1.0", "license: mit")
    assert _front(render(manifest(), existing=old))["license"] == "cc0-1.0"


@settings(max_examples=60, deadline=None)
@example("#\r")
@given(st.text(max_size=60))
def test_any_card_that_stands_there_can_be_updated_again_and_again(text: str) -> None:
    once = render(manifest(), existing=text)
    assert render(manifest(), existing=once) == once
    assert _front(once)["configs"] == _front(render(manifest()))["configs"]


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</td></tr></table>",
        "| a | b |",
        "```\n## Samples\n```",
        "---\nlicense: mit\n---",
        "![x](http://a.example/x.png)",
        "[a]: http://a.example",
        "https://a.example www.a.example a@a.example",
        "&lt;b&gt; &#60;b&#62;",
        "**bold** _x_ `code` ~~no~~ $x$ $$",
        "\u202egnirts\u202c \u2066 \u0000 \x1b[31m \ufeff \ufffe",
        "# heading\n- item\n1. one\n\n    code",
        "'\": {} [] , & * # ? | - < > = ! % @ `",
        "no",
        "1e3",
        "~",
    ]
)


def _hostile(text: str) -> dict[str, Any]:
    """A manifest in which the text stands wherever text from outside can stand."""
    facts = copy.deepcopy(language())
    word = "".join(text.split()) or "x"
    facts["samples"] = [
        {
            "split": "train",
            "id": text,
            "tokens": [text, "a", text],
            "spans": [[0, 1, word], [2, 3, word]],
            "source_tokens": [text],
            "source_spans": [[0, 1, word]],
        }
    ]
    facts["example"] = {"id": text, "tokens": [text, "a"], "ner_tags": [1, 0]}
    facts["counts"]["entities"] = {word: 3, "LOC": 5}
    facts["language"]["name"] = facts["source_language"]["name"] = text
    facts["models"] = [model("labeller", text, None, revision=text, commit=text)]
    facts["recipe"]["source"]["files"] = {"train": text}
    facts["recipe"]["labeller"] = {"engine": "tagger", "model": text}
    names = {str(k): tag for k, tag in enumerate(["O", f"B-{word}", f"I-{word}"])}
    facts["features"] = [facts["features"][0], {"name": "ner_tags", "list": {"class_label": {"names": names}}}]
    return {"layout": 3, "name": "little", "languages": {"spa": facts}}


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_text_from_outside_is_only_text(text: str) -> None:
    assume(not any(name in text.lower() for name in BY_NAME))  # a model of that name is cited, in a line more
    facts = _hostile(text)
    card = render(facts)
    front, body = _front(card), split_card(card)[1]
    assert front["dataset_info"][0]["features"] == facts["languages"]["spa"]["features"]
    assert "<" not in body
    plain, mine = render(_hostile("word")), card
    heads = [re.findall(r"^#+ .*$", one, flags=re.MULTILINE) for one in (plain, mine)]
    assert heads[0] == heads[1]
    assert split_card(plain)[1].count("\n") == body.count("\n")
    tables = [[row.count("|") for row in one.splitlines() if row.startswith("|")] for one in (plain, body)]
    assert tables[0] == tables[1]
    assert render(facts, existing=card) == card


def test_text_from_outside_is_shown_as_it_is() -> None:
    markdown = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    parser = markdown.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    hostile = "<b>*a*</b> | `x` [y](z) &amp; ~~no~~ #"
    tokens = parser.parse(split_card(render(_hostile(hostile)))[1])
    inline = [child for token in tokens if token.type == "inline" for child in token.children or []]
    assert not [
        child for child in inline if child.type in {"html_inline", "s_open", "em_open"} and "a" in child.content
    ]
    assert not [token for token in tokens if token.type == "html_block"]
    texts = "".join(
        "".join(c.content for c in t.children or []) for t in tokens if t.type == "inline" and "\u2068" in t.content
    )
    assert hostile in texts
