from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from silverner.builders.recipe.load import load_recipe, shipped_recipes
from silverner.cli import main
from silverner.projection.errors import RecipeError, UsageError
from tests.corpora import write_corpus


def test_every_shipped_recipe_is_valid() -> None:
    assert shipped_recipes()
    for name in shipped_recipes():
        assert load_recipe(name).languages


def test_language_stands_in_for_its_code_in_paths(tmp_path: Path) -> None:
    recipe = load_recipe(str(write_corpus(tmp_path)))
    assert recipe.languages["deu"].target.files == {"train": "deu.txt"}
    assert recipe.languages["spa"].aligner.forward == {"train": "spa.links"}


def test_a_language_changes_only_what_it_names(tmp_path: Path) -> None:
    own = {"spa": None, "deu": {"matcher": "greedy", "source": {"repair": True}}}
    recipe = load_recipe(str(write_corpus(tmp_path, languages=own)))
    assert (recipe.languages["spa"].matcher, recipe.languages["deu"].matcher) == ("exact", "greedy")
    assert (recipe.languages["spa"].source.repair, recipe.languages["deu"].source.repair) == (False, True)
    assert recipe.languages["deu"].source.language == "eng"


def test_norwegian_is_not_false(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    path.write_text(path.read_text().replace("- spa\n- deu", "- no"))
    assert list(load_recipe(str(path)).languages) == ["no"]


def test_set_changes_a_key_of_a_section_given_as_a_word(tmp_path: Path) -> None:
    path = write_corpus(tmp_path, aligner="eflomal")
    recipe = load_recipe(str(path), changes=["aligner.symmetrise=union", "score=dice"])
    assert recipe.languages["spa"].aligner.symmetrise == "union"
    assert recipe.languages["spa"].score == "dice"


def test_set_adds_to_a_section_given_as_a_word_that_is_no_engine(tmp_path: Path) -> None:
    path = str(write_corpus(tmp_path))
    recipe = load_recipe(path, changes=["source.files.test=b.conll", "target.files.test=b.txt"])
    assert recipe.languages["spa"].source.files == {"train": "eng.conll", "test": "b.conll"}
    assert recipe.languages["spa"].target.files == {"train": "spa.txt", "test": "b.txt"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"matcher": "exat"}, r"line \d+: matcher: unknown value 'exat'; allowed: .*did you mean exact\?"),
        ({"matchr": "exact"}, r"line \d+: unknown key 'matchr'; allowed: .*did you mean matcher\?"),
        (
            {"aligner": {"engine": None}},
            r"line \d+: aligner: the key 'engine' is missing",
        ),
        (
            {"aligner": [["eflomal"]]},
            r"line \d+: aligner\.0: an engine is a word, or keys .* 'engine'; not \['eflomal'\]",
        ),
        ({"aligner": "eflomall"}, r"line \d+: aligner: unknown engine 'eflomall'; .*did you mean eflomal\?"),
        ({"aligner": ...}, "method: parallel needs the key 'aligner'"),
        ({"aligner": {"symmetrise": "gdfa"}}, r"line \d+: aligner: the key 'engine' is missing"),
        (
            {"aligner": {"engine": "eflomal", "model": 4}},
            r"line \d+: aligner.model: '4' is not less than or equal to 3; model: 1 is IBM",
        ),
        ({"version": "1.0"}, "line 2: version: '1.0' is not made of three numbers, as in 1.0.0"),
        ({"name": "My Corpus"}, "line 1: name: 'My Corpus' cannot be the name of a corpus; .*small letters"),
        *(
            ({"name": name}, "line 1: name: .* cannot be the name of a corpus")
            for name in ("../up", "a/b", "a..b", "-a", "a-", "A", "é", ".", "a\nb", "a" * 81)
        ),
        ({"labels": "PER"}, "labels: 'PER' is not a list"),
        ({"labels": {"PER": "names of people"}}, r"labels: labels are a list, .* under descriptions: of the labeller"),
        ({"source": {"files": ""}}, r"line \d+: source.files: the path of train is empty; name a file"),
        ({"source": {"files": {"test": " "}}}, r"line \d+: source.files: the path of test is empty; name a file"),
        ({"labels": ["PER", "PER"]}, "'PER' cannot be a label"),
        ({"label_map": {"DATE": "PERS"}}, r"label_map turns 'DATE' into 'PERS', .*did you mean PER\?"),
        ({"filters": {"lost-entty": 0}, "keep": ...}, "unknown filter 'lost-entty'"),
        ({"filters": {"lost-entity": 0, "leak": None}}, "the filter 'leak' and the key 'evaluation'.* need each other"),
        ({"evaluation": [{"files": "x"}]}, "the filter 'leak' and the key 'evaluation'.* need each other"),
        ({"filters": {}}, "keep.without names 'lost-entity', which is not among the filters"),
        ({"splits": {"train": 0.5}}, "shares of the splits must be positive and add up to 1"),
        ({"threshold": -1}, "greater than or equal to 0"),
        ({"weights": {"likenes": 0}}, r"weights: the fused score has no part 'likenes'; .*did you mean likeness\?"),
        (
            {"weights": {"penalty_lookalike_elsewhere": 2}},
            "weight penalty_lookalike_elsewhere: 2.0 takes away more than there is",
        ),
        (
            {"score": "dice", "weights": {"penalty_article": 0}},
            "weights: only the fused score has weights; score: dice has no parts",
        ),
        (
            {"candidates": "ner"},
            "the engines ner and union need candidates.tagger, a labeller of the target; other engines take none",
        ),
        ({"candidates": {"engine": "ngram", "tagger": {"engine": "tagger", "model": "x"}}}, "other engines take none"),
        (
            {"candidates": {"capitals": ["PER", "FOO"]}},
            "candidates.capitals names 'FOO', which is not among the labels; allowed: LOC, ORG, PER",
        ),
        ({"candidates": {"projections": 0}}, "candidates.projections: .*greater than or equal to 1"),
        ({"method": "translate-train"}, "needs the key 'translator' \\(it needs 'source'"),
        ({"translator": "apertium"}, "method: parallel has no use for 'translator'"),
        (
            {"source": {"language": "englisch", "files": "x"}},
            "'englisch' is not a language of the table; nearest: eng \\(English\\)",
        ),
        ({"source": {"language": "eng", "files": {}}}, "source.files"),
        ({"source": {"language": "eng", "files": "x", "format": "hub"}}, "format: hub and the key 'dataset' need each"),
        ({"languages": {"spa": "hello"}}, r"line \d+: languages.spa: 'hello' is not a section of one language"),
        ({"languages": {"spa": {"name": "other"}}}, "the name belongs to the whole corpus"),
        ({"languages": [["spa"]]}, "'languages' must name at least one language"),
        ({"source": {"language": "eng", "files": {"train-1": "x"}}}, "'train-1' cannot be the name of a split"),
        ({"source": {"language": "eng", "files": {"a" * 41: "x"}}}, "cannot be the name of a split; .* at most 40"),
        ({"splits": {"all": 1}}, "'all' cannot be the name of a split"),
        ({"filters": {"lost-entity": "nan"}}, "finite number"),
        (
            {"aligner": {"engine": "pharaoh", "forward": {"train": "a", "dev": "b"}}},
            "the links are for the splits train, dev, but the source has train; name a file for every split",
        ),
        ({"languages": []}, "'languages' must name at least one language"),
        ({"languages": ["sp4"]}, "'sp4' is not a language of the table; nearest: .*spa \\(Spanish\\)"),
    ],
)
def test_a_wrong_recipe_is_refused_with_place_and_remedy(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = write_corpus(tmp_path, **changes)
    with pytest.raises(RecipeError, match=message) as caught:
        load_recipe(str(path))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [", "line 1: not YAML"),
        ("name: a\nname: b\n", "line 2: the key 'name' is here twice"),
        ("- a\n- b\n", "a recipe is a mapping"),
        ("? [a]\n: b\n", "line 1: a key must be a word"),
        ("name: &a [*a]\n", r"line 1: the alias \*a repeats another part; write that part out"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", r"line 2: the alias \*a repeats another part"),
        ("name: !!timestamp x\n", "line 1: the tag !!timestamp is not read; leave it out"),
        ("# " + "x" * (1 << 20), "has more than 1,048,576 bytes, so it is no recipe"),
        ("name: " + "[" * 5000 + "\n", "line 1: lists and keys lie more than 50 levels inside each other"),
        ("name: \x07\n", "not YAML"),
        ('source:\n  files: "\\x00"\n', r"line 2: '\\x00' has a control character, '\\x00'; leave it out"),
        ('source: {files: {train: "a\\eb"}}\n', r"line 1: 'a\\x1bb' has a control character, '\\x1b'; leave it out"),
        ('source: {files: "\\ud800"}\n', r"line 1: '\\ud800' has half of a character, '\\ud800'; leave it out"),
        ('source: {fields: {tokens: "\\ud800"}}\n', "line 1: .* has half of a character"),
        ('"na\\0me": x\n', "line 1: .* has a control character"),
    ],
)
def test_what_is_no_recipe_at_all_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(path))


def test_binary_and_empty_and_missing_recipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"name: \0\xff")
    (tmp_path / "empty.yaml").write_bytes(b"")
    for name, message in (("binary", "binary file"), ("empty", "empty"), ("absent", "no recipe .*absent.yaml")):
        with pytest.raises(RecipeError, match=message):
            load_recipe(str(tmp_path / f"{name}.yaml"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("matcher", "write key=value"),
        ("matcher=foo", "--set matcher: matcher: unknown value 'foo'"),
        ("name.first=x", "--set name"),
        ("matcher.x.y=1", "matcher.x is not a section|unknown"),
        ('source.files="\\x00"', "--set .*, line 1: .* has a control character"),
        ('source.files={train: "\\ud800"}', "--set .*, line 1: .* has half of a character"),
        (f"a{'.a' * 4000}=1", "^--set .{0,90}: the key has 4001 parts; a recipe has at most 20$"),
        (f"a{'.a' * 20}=1", "the key has 21 parts"),
        (f"a{'.a' * 19}=1", "unknown key 'a'"),
        (
            "translator={engine: seq2seq, model: m, batch_size: 8, batch_tokens: 99}",
            "batch_size and batch_tokens both say",
        ),
        ("source.files=''", "source.files: the path of train is empty; name a file"),
    ],
)
def test_a_wrong_assignment_names_itself(tmp_path: Path, change: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_recipe(str(write_corpus(tmp_path)), changes=[change])


def test_an_unknown_language_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no language 'spb'; allowed: deu, spa \(did you mean spa\?\)"):
        load_recipe(str(write_corpus(tmp_path))).choose(["spb"])


def test_a_filter_of_the_extended_recipe_is_taken_away_or_set_back(tmp_path: Path) -> None:
    write_corpus(tmp_path, filters={"lost-entity": 0, "weak-entity": 0.9, "unlinked": 0}, keep={})
    child = tmp_path / "child.yaml"
    child.write_text("extends: recipe.yaml\nfilters: {lost-entity: false, weak-entity: null, duplicate: 0}\n")
    plan = load_recipe(str(child)).languages["spa"]
    assert plan.filters == {"weak-entity": None, "unlinked": 0.0, "duplicate": 0.0}


def test_a_recipe_extends_another_and_says_only_what_differs(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    child = tmp_path / "child.yaml"
    child.write_text("extends: recipe.yaml\nname: child\nkeep: null\naligner: {engine: eflomal}\nlanguages: [spa]\n")
    found, parent = load_recipe(str(child)), load_recipe(str(path))
    assert (found.name, list(found.languages)) == ("child", ["spa"])
    mine, theirs = found.languages["spa"], parent.languages["spa"]
    assert mine.keep.without == ()
    assert mine.aligner.engine == "eflomal", "another engine brings its own settings, not those of the one below"
    assert (mine.source, mine.target, mine.labels) == (theirs.source, theirs.target, theirs.labels)
    child.write_text("extends: quickstart\nname: mine\n")
    assert load_recipe(str(child)).languages["swh"].source.files["train"].endswith("quickstart/eng.conll")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: nothing.yaml\n", "line 1: extends: no recipe 'nothing.yaml'"),
        ("name: x\nextends: child.yaml\n", "line 2: extends: 'child.yaml' extends this recipe itself"),
        ("extends: recipe.yaml\nmatcher: gredy\n", "child.yaml, line 2: matcher: unknown value 'gredy'"),
    ],
)
def test_what_is_wrong_with_extending_is_said(tmp_path: Path, text: str, message: str) -> None:
    write_corpus(tmp_path)
    (tmp_path / "child.yaml").write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(tmp_path / "child.yaml"))


def test_only_so_many_recipes_extend_each_other(tmp_path: Path) -> None:
    chain = [write_corpus(tmp_path), *(tmp_path / f"{number}.yaml" for number in range(1, 3000))]
    for below, path in pairwise(chain):
        path.write_text(f"extends: {below.name}\n")
    assert load_recipe(str(chain[19])).languages
    for path in (chain[20], chain[-1]):
        with pytest.raises(RecipeError, match=r"yaml, line 1: extends: more than 20 recipes extend each other; write"):
            load_recipe(str(path))


def test_a_language_outside_the_table_is_declared(tmp_path: Path) -> None:
    declared = {"nap": {"name": "Neapolitan", "nllb": "scn_Latn", "wikiann": "nap"}, "srp": {"script": "Latn"}}
    corpora = {"files": "{wikiann}.txt", "format": "tokens"}
    recipe = load_recipe(str(write_corpus(tmp_path, declare=declared, languages=["nap", "srp"], target=corpora)))
    found = recipe.languages["nap"]
    assert found.target.files == {"train": "nap.txt"}
    assert (found.find("nap").name, found.find("nap").nllb, found.find("nap").spaced) == (
        "Neapolitan",
        "scn_Latn",
        True,
    )
    serbian = recipe.languages["srp"].find("srp")
    assert (serbian.name, serbian.script, serbian.apertium, serbian.declared) == ("Serbian", "Latn", "hbs", True)
    assert recipe.languages["srp"].find("deu").declared is False


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"languages": ["nap"]}, r"line \d+: 'nap' is not a language of the table \(Neapolitan\); nearest: .*declare:"),
        ({"languages": ["nap"], "declare": {"nap": {"script": "Latn"}}}, "'nap' is not a language of the table"),
        (
            {"declare": {"nap": {"nme": "x"}}},
            r"line \d+: declare.nap: unknown key 'nme'; .*did you mean name\?",
        ),
        ({"declare": {"nap": {"name": "x", "script": "latin"}}}, "declare.nap.script"),
        *(
            (
                {"languages": [code], "declare": {code: {"name": "x"}}},
                r"line \d+: languages: .* the code of a language; a",
            )
            for code in ("..", ".", "-x", "a b", "../../evil", "a/b", "x" * 41, "x\ty", "1")
        ),
        (
            {"languages": ["Artefacts"]},
            "'Artefacts' cannot be the code of a language; it is the name of another folder",
        ),
        ({"declare": {"..": {"name": "x"}}}, r"line \d+: declare.*'..' cannot be the code of a language"),
        (
            {"languages": ["qaa", "QAA"], "declare": {code: {"name": code} for code in ("qaa", "QAA")}},
            "QAA and qaa would name one folder on many computers",
        ),
        ({"languages": ["swh", "sw"]}, "sw and swh are the same language, Swahili; leave one out"),
        (
            {"target": {"files": "{masakhaner}.txt"}},
            "the language has no masakhaner code; write the full name instead of {masakhaner}",
        ),
        ({"target": {}}, "the key 'target.files' is missing|the key 'files' is missing"),
        ({"target": {"format": "text", "files": "x", "gold": True}}, "running text has no labels to measure against"),
    ],
)
def test_a_language_that_cannot_be_built_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(write_corpus(tmp_path, **changes)))


def test_what_cannot_be_a_code_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = write_corpus(tmp_path / "a/b", languages=[".."], declare={"..": {"name": "Up"}})
    before = sorted(tmp_path.rglob("*"))
    options = ["--out", str(tmp_path / "a/b/out"), "--store", str(tmp_path / "a/b/store")]
    assert main(["build", str(recipe), *options]) == 2
    assert "'..' cannot be the code of a language" in capsys.readouterr().err
    assert main(["new", "../x", "parallel"]) == 2
    assert "'../x' is not a language of the table; all: silverner languages\n" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_language_is_chosen_by_any_of_its_codes(tmp_path: Path) -> None:
    recipe = load_recipe(str(write_corpus(tmp_path)))
    assert list(recipe.choose(["de"])) == list(recipe.choose(["deu", "de"])) == ["deu"]
    assert list(recipe.choose(["German"])) == list(recipe.choose(["ger"])) == list(recipe.choose(["de-AT"])) == ["deu"]
    with pytest.raises(UsageError, match="has no language 'fra'; allowed: deu, spa"):
        recipe.choose(["fra"])


def test_a_language_is_written_by_any_code_or_by_its_english_name(tmp_path: Path) -> None:
    codes = ["pt-BR", "per", "zho_Hans", "Swahili", "Simplified Chinese"]
    for written, code, language in zip(
        codes, ["pt-BR", "per", "zho_Hans", "swh", "zho"], ["por", "pes", "zho", "swh", "zho"], strict=True
    ):
        target = {"format": "tokens", "files": "{lang}.txt"}
        source = {"language": "English", "format": "conll", "files": "eng.conll"}
        recipe = load_recipe(str(write_corpus(tmp_path, languages=[written], target=target, source=source)))
        assert list(recipe.languages) == [code]
        assert recipe.languages[code].find(code).code == language
        assert recipe.languages[code].input.files == {"train": "eng.conll"}
        assert recipe.languages[code].target.files == {"train": f"{code}.txt"}
    with pytest.raises(RecipeError, match="'Swahili' and swh are the same language; leave one out"):
        load_recipe(str(write_corpus(tmp_path, languages=["swh", "Swahili"])))
    with pytest.raises(RecipeError, match=r"line \d+: languages: 'Kurdish' can be several languages"):
        load_recipe(str(write_corpus(tmp_path, languages=["Kurdish"])))


def test_a_new_recipe_takes_names_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "Chinese (Simplified)", "parallel", "--source", "English"]) == 0
    assert list(load_recipe("zho-parallel.yaml").languages) == ["zho"]
    assert main(["languages", "Persian", "iw", "pt-BR"]) == 0
    assert [line[:3] for line in capsys.readouterr().out.splitlines()[2:]] == ["pes", "heb", "por"]
