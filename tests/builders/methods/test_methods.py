"""Every way of making a corpus, on tiny models, from recipe to rows."""

from __future__ import annotations

import json
import logging
from functools import partial
from pathlib import Path
from typing import Any

import datasets
import pytest
import torch

from silverner.builders.build import BuildOptions, build, plan
from silverner.builders.methods.table import METHODS
from silverner.builders.recipe.load import load_recipe
from silverner.dataset_cards.facts import LanguageFacts
from silverner.projection.chain import ShardStore, runner
from silverner.projection.chain.processes import ProcessPool
from silverner.projection.errors import MissingEngineError, MissingFileError, RecipeError, UsageError
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.text import tokenization
from silverner.projection.translation.apertium import ApertiumSettings
from silverner.projection.translation.seq2seq import Seq2Seq, Seq2SeqSettings
from tests.corpora import write_corpus
from tests.taggers import write_tagger
from tests.tiny import write_seq2seq

torch.set_num_threads(1)

TRANSLATOR = {"engine": "seq2seq", "model": "../nllb", "beams": 2, "max_length": 40, "batch_size": 4}
CODES = {"source_code": "eng_Latn", "target_code": "spa_Latn"}  # the one direction the tiny translator has learnt
TAGGER = {"engine": "tagger", "model": "../tagger", "distribution": True}
ENCODER = {"engine": "simalign", "model": "../nllb", "layer": 1}  # the translator's own encoder aligns
RAW = {"source": {"language": "eng"}, "labeller": TAGGER, "label_map": {"MISC": "O"}}
NONE = {"filters": {}, "keep": {}}
# Words the tiny models have seen: the translator repeats what it reads, more or less.
ENGLISH = """\
Ana B-PER
visits O
New B-LOC
York I-LOC

the O
Cross B-ORG
of O
Kenya B-LOC

Kenya B-LOC
, O
Ana B-PER
"""
SPANISH = "Ana visita Nueva York\ncon la Cruz Roja de Kenia\nKenia , Ana\n"
RECIPES: dict[str, dict[str, Any]] = {
    "parallel": {"aligner": ENCODER},
    "translate-train": {"target": ..., "translator": TRANSLATOR, "aligner": ENCODER},
    "translate-test": {**RAW, "translator": TRANSLATOR | CODES, "aligner": ENCODER},
    "back-translation": {
        **RAW,
        "translator": TRANSLATOR | CODES,
        "back_translator": TRANSLATOR,
        "aligner": ENCODER,
        "markers": "tags",
    },
    "marked": {"target": ..., "translator": TRANSLATOR, "aligner": ...},
    "inserted": {"target": ..., "translator": TRANSLATOR | CODES, "aligner": ...},
    "model-transfer": {**RAW, "source": ..., "aligner": ...},
    "vote": {
        "source": {"language": "eng"},
        "aligner": ...,
        "label_map": {"MISC": "O"},
        "voters": {
            "projected": {
                "method": "translate-test",
                "translator": TRANSLATOR | CODES,
                "labeller": TAGGER,
                "aligner": ENCODER,
            },
            "transfer": {"method": "model-transfer", "labeller": TAGGER},
        },
        "vote": "soft",
    },
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models every recipe names."""
    folder = tmp_path_factory.mktemp("methods")
    write_seq2seq("nllb", folder / "nllb", steps=200)
    write_tagger("bert", folder / "tagger", learn=True)
    return folder


def _recipe(root: Path, method: str, **changes: Any) -> Path:
    name = f"{method}-{len(list(root.iterdir()))}"
    path = write_corpus(root / name, **{**NONE, **RECIPES[method], "method": method, **changes})
    (path.parent / "eng.conll").write_text(ENGLISH)
    (path.parent / "spa.txt").write_text(SPANISH)
    return path


def _work(path: Path, **options: Any) -> BuildOptions:
    return BuildOptions(out=path.parent / "out", store=ShardStore(path.parent / "store"), **options)


def _rows(path: Path, code: str = "spa") -> tuple[LanguageFacts, datasets.Dataset]:
    work = BuildOptions(out=path.parent / "out", store=ShardStore(path.parent.parent / "store"))  # of all tests
    facts = build(load_recipe(str(path)), [code], work)[code]
    return facts, datasets.load_dataset(str(work.out), code, split="train")


def test_every_method_is_tested_here() -> None:
    assert set(RECIPES) == set(METHODS)


@pytest.mark.parametrize("method", sorted(RECIPES))
def test_every_method_makes_rows_that_account_for_themselves(root: Path, method: str) -> None:
    facts, rows = _rows(_recipe(root, method))
    counts = facts.counts
    assert counts.input == counts.kept + sum(counts.dropped.values()) == 3
    assert rows.num_rows == counts.kept >= 1  # a tiny translator may give nothing for a sentence
    names = rows.features["ner_tags"].feature.names
    found = 0
    for row in rows:
        assert len(row["tokens"]) == len(row["ner_tags"])
        for entity in row["entities"]:
            tags = [names[k] for k in row["ner_tags"][entity["start"] : entity["end"]]]
            assert tags == [f"B-{entity['label']}", *[f"I-{entity['label']}"] * (len(tags) - 1)]
            if "source_tokens" in row:
                assert names[row["source_ner_tags"][entity["source_start"]]] == f"B-{entity['label']}"
            found += 1
    assert found == sum(counts.entities.values())
    assert counts.source_entities - counts.lost_entities == found
    assert found > 0 or counts.marker_faults  # which a tiny translator does not carry


@pytest.mark.parametrize(
    ("method", "columns"),
    [
        ("parallel", {"source_tokens", "source_ner_tags", "alignment"}),
        ("translate-train", {"source_tokens", "source_ner_tags", "alignment", "unknown"}),
        (
            "translate-test",
            {"source_tokens", "source_ner_tags", "alignment", "source_unknown", "source_distribution"},
        ),
        (
            "back-translation",
            {"source_tokens", "source_ner_tags", "pivot_tokens", "pivot_ner_tags", "alignment", "marker_faults"}
            | {"pivot_unknown", "pivot_distribution"},
        ),
        ("marked", {"source_tokens", "source_ner_tags", "marker_faults"}),
        ("inserted", {"source_tokens", "source_ner_tags", "unknown"}),
        ("model-transfer", {"distribution"}),
    ],
)
def test_the_columns_say_what_the_method_knows(root: Path, method: str, columns: set[str]) -> None:
    path = _recipe(root, method)
    _, rows = _rows(path)
    assert set(rows.column_names) == {"id", "tokens", "ner_tags", "entities", "score", "flags"} | columns
    card = (path.parent / "out/README.md").read_text()
    for name in rows.column_names:
        assert f"\n- `{name}` (" in card


def test_the_distribution_fits_the_tokens_and_the_tags(root: Path) -> None:
    for method, tokens, column in (
        ("model-transfer", "tokens", "distribution"),
        ("translate-test", "source_tokens", "source_distribution"),
        ("back-translation", "pivot_tokens", "pivot_distribution"),
    ):
        _, rows = _rows(_recipe(root, method))
        width = len(rows.features["ner_tags"].feature.names)
        for row in rows:
            assert len(row[column]) == len(row[tokens])
            assert all(len(word) == width and sum(word) == pytest.approx(1, abs=0.01) for word in row[column])


def test_translate_test_labels_the_translation_and_keeps_the_original(root: Path) -> None:
    path = _recipe(root, "translate-test")
    _, rows = _rows(path)
    originals = [line.split() for line in (path.parent / "spa.txt").read_text().splitlines()]
    kept = {row["id"]: row for row in rows}
    options: dict[str, Any] = {"beams": 2, "max_length": 40, "batch_size": 4, **CODES}
    direct = Seq2Seq(load_model(path), source="spa", target="eng", **options).translate(
        ["0", "1", "2"], [tokenization.join(tokens, "spa") for tokens in originals]
    )
    assert len(kept) >= 2
    for name, tokens, translation in zip(
        ("train-000001", "train-000002", "train-000003"), originals, direct, strict=True
    ):
        if name in kept:
            assert kept[name]["tokens"] == tokens
            assert kept[name]["source_tokens"] == tokenization.split(translation.text, "eng")
    assert all(0 < e["label_confidence"] <= 1 for row in rows for e in row["entities"])


def load_model(path: Path) -> Any:
    from silverner.projection.neural.checkpoint import Checkpoint

    return Checkpoint(name=str(path.parent / "../nllb"))


def test_labels_that_a_tagger_finds_take_the_place_of_those_a_corpus_lacks(root: Path) -> None:
    path = _recipe(root, "translate-train", labeller=TAGGER, label_map={"MISC": "O"})
    (path.parent / "eng.conll").write_text("Ana visits New York\nthe Red Cross of Kenya\nKenya begins\n")
    path.write_text(path.read_text().replace("format: conll", "format: tokens"))
    facts, rows = _rows(path)
    assert facts.counts.source_entities > 0
    assert {"source_distribution", "source_ner_tags"} <= set(rows.column_names)
    assert all("label_confidence" in entity for row in rows for entity in row["entities"])


MARKED = "A [Nueva York] va [Ana]\n[la Cruz de [Kenia]\n[Ana,] [Kenia]\n"


def test_markers_carry_entities_and_their_faults_are_counted(root: Path) -> None:
    existing = {"engine": "pretranslated", "path": "{lang}.txt"}
    filters = {"filters": {"marker-fault": 0, "lost-entity": 0}, "keep": {"without": ["lost-entity"]}}
    path = _recipe(root, "marked", translator=existing, **filters)
    (path.parent / "spa.txt").write_text(MARKED)
    facts, rows = _rows(path)
    names = rows.features["ner_tags"].feature.names
    assert rows[0]["tokens"] == ["A", "Nueva", "York", "va", "Ana"]
    assert [names[k] for k in rows[0]["ner_tags"]] == ["O", "B-LOC", "I-LOC", "O", "B-PER"]
    assert [(e["source_start"], e["source_end"]) for e in rows[0]["entities"]] == [(2, 4), (0, 1)]
    assert rows[1]["tokens"] == ["Ana", ",", "Kenia"]
    assert [names[k] for k in rows[1]["ner_tags"]] == ["B-PER", "O", "B-LOC"]
    assert facts.counts.dropped == {"lost-entity": 1}
    assert facts.counts.marker_faults == {"half": 1, "lost": 1}
    manifest = json.loads((path.parent / "out/manifest.json").read_text())
    assert manifest["languages"]["spa"]["counts"] == facts.counts.to_json()


def test_a_translation_back_carries_labels_to_the_original(root: Path) -> None:
    there = {"engine": "pretranslated", "path": "english.txt"}
    back = {"engine": "pretranslated", "path": "back.txt"}
    path = _recipe(
        root,
        "back-translation",
        translator=there,
        back_translator=back,
        markers="brackets",
        aligner={"engine": "pharaoh", "forward": "links"},
    )
    (path.parent / "links").write_text("4-0 3-1 1-2 2-3\n0-1 1-2 2-3 3-4 4-5\n0-0 1-1 2-2\n")
    (path.parent / "english.txt").write_text("Ana visits New York\nthe Red Cross of Kenya\nKenya , Ana\n")
    # What a translator might make of "[Ana] visits [New York]", and so on: moved, half, and lost markers.
    (path.parent / "back.txt").write_text("A [Nueva York] va [Ana]\nla [Cruz Roja de [Kenia]\nKenia , Ana\n")
    facts, rows = _rows(path)
    names = rows.features["ner_tags"].feature.names
    tags = [[names[k] for k in row["ner_tags"]] for row in rows]
    assert tags[0] == ["B-PER", "O", "B-LOC", "I-LOC"]
    assert rows[0]["tokens"] == ["Ana", "visita", "Nueva", "York"]
    assert rows[0]["source_tokens"] == ["A", "Nueva", "York", "va", "Ana"]
    assert rows[0]["pivot_tokens"] == ["Ana", "visits", "New", "York"]
    assert all(entity["label_confidence"] > 0.5 for entity in rows[0]["entities"])
    assert rows[1]["marker_faults"] == ["half"]
    assert tags[1][-1] == "B-LOC"
    assert facts.counts.marker_faults == {"half": 1, "lost": 2}
    assert facts.counts.lost_entities == 2


def test_a_run_that_is_cut_short_goes_on_inside_the_stage(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SHARD_ROWS", 1)
    whole, again = _recipe(root, "translate-test"), _recipe(root, "translate-test")
    build(load_recipe(str(whole)), ["spa"], _work(whole))
    real, calls = Seq2Seq.translate, []

    def dying(self: Seq2Seq, ids: Any, texts: Any) -> Any:
        calls.append(list(texts))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, ids, texts)

    monkeypatch.setattr(Seq2Seq, "translate", dying)
    with pytest.raises(KeyboardInterrupt):
        build(load_recipe(str(again)), ["spa"], _work(again))
    build(load_recipe(str(again)), ["spa"], _work(again))
    # One shard was done; the second died, and it and the third were done afterwards.
    assert [call[0] for call in calls] == ["Ana visita Nueva York", *["con la Cruz Roja de Kenia"] * 2, "Kenia, Ana"]
    assert _parquet(again) == _parquet(whole)


@pytest.mark.parametrize("method", ["translate-test", "model-transfer"])
def test_workers_change_nothing(root: Path, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SHARD_ROWS", 2)
    alone, together = _recipe(root, method), _recipe(root, method)
    build(load_recipe(str(alone)), ["spa"], _work(alone))
    build(load_recipe(str(together)), ["spa"], _work(together, executor=partial(ProcessPool, 2)))
    assert _parquet(alone) == _parquet(together)


def test_a_model_is_loaded_once_for_all_languages(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = _recipe(root, "translate-test", languages=["spa", "por"])
    (path.parent / "por.txt").write_text(SPANISH)
    with caplog.at_level(logging.INFO, "silverner"):
        build(load_recipe(str(path)), None, _work(path))
    loads = [Path(message.split()[3]).name for message in caplog.messages if message.startswith("loaded the model")]
    assert loads == ["nllb", "nllb", "tagger"], "the translator, its encoder that aligns, and the labeller"


def test_a_dry_run_loads_the_tokenizer_of_a_model_once_for_all_languages(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _recipe(root, "translate-test", languages=["spa", "por"])
    (path.parent / "por.txt").write_text(SPANISH)
    load = Checkpoint.tokenizer
    loads: list[str] = []

    def noted(self: Checkpoint) -> Any:
        loads.append(Path(self.name).name)
        return load(self)

    monkeypatch.setattr(Checkpoint, "tokenizer", noted)
    states = plan(load_recipe(str(path)), None, _work(path))
    assert [state.missing for chain in states.values() for state in chain] == [None] * len(states["spa"]) * 2
    assert loads == ["nllb", "nllb"], "the translator, and its encoder that aligns"


CHARACTERS = "\n".join(
    "\n".join(f"{char} O" for char in row) + "\n" for row in ("安娜在纽约。", "红十字会在肯尼亚", "肯尼亚")
)


@pytest.mark.parametrize("method", ["parallel", "translate-test", "back-translation", "model-transfer"])
def test_a_corpus_in_characters_keeps_its_own_tokens(root: Path, method: str) -> None:
    target = {"files": "{lang}.conll", "format": "conll"}
    path = _recipe(root, method, languages=["zho"], target=target)
    (path.parent / "zho.conll").write_text(CHARACTERS)
    facts, rows = _rows(path, "zho")
    assert facts.counts.kept == rows.num_rows >= 1
    for row in rows:
        assert all(len(token) == 1 for token in row["tokens"])
        assert all(entity["end"] <= len(row["tokens"]) for entity in row["entities"])
        for link in row.get("alignment", "").split():
            assert int(link.partition("-")[2]) < len(row["tokens"])


def test_links_that_exist_already_are_between_the_corpus_s_own_tokens(root: Path) -> None:
    target = {"files": "{lang}.conll", "format": "conll"}
    links = {"engine": "pharaoh", "forward": "zho.links"}
    path = _recipe(root, "parallel", languages=["zho"], target=target, aligner=links)
    (path.parent / "zho.conll").write_text(CHARACTERS)
    (path.parent / "zho.links").write_text("0-0 0-1 2-3 3-4\n0-0\n0-0 0-1 0-2\n")
    _, rows = _rows(path, "zho")
    found = [(e["start"], e["end"], e["label"]) for e in rows[0]["entities"]]
    assert found == [(0, 2, "PER"), (3, 5, "LOC")]


def test_two_methods_share_a_store_without_reading_each_others_work(root: Path) -> None:
    one, other = _recipe(root, "translate-test"), _recipe(root, "back-translation")
    store = ShardStore(root / "shared-store")
    for path in (one, other, one):
        work = BuildOptions(out=path.parent / "out", store=store)
        assert build(load_recipe(str(path)), ["spa"], work)["spa"].counts.kept


def test_an_entity_lost_on_the_way_back_is_lost(root: Path) -> None:
    filters = {"filters": {"lost-entity": 0}, "keep": {}}
    facts, rows = _rows(_recipe(root, "back-translation", **filters))
    assert facts.counts.lost_entities > 0, "the tiny translator loses some"
    for row in rows:
        found, labelled = len(row["entities"]), sum(tag % 2 for tag in row["pivot_ner_tags"])
        assert (row["flags"] == ["lost-entity"]) == (found < labelled)
        assert row["score"] <= (found / labelled if labelled else 1.0) * 1.2


def test_the_way_back_is_told_its_direction(root: Path) -> None:
    one_way = TRANSLATOR | {"prefix": "translate Spanish to English: "}
    recipe = load_recipe(str(_recipe(root, "back-translation", translator=one_way, back_translator=...)))
    assert recipe.languages["spa"].translator.reversed().prefix is None


def _parquet(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted((path.parent / "out").rglob("*.parquet"))]


def test_another_label_map_translates_nothing_again(root: Path) -> None:
    path = _recipe(root, "translate-test")
    build(load_recipe(str(path)), ["spa"], _work(path))
    changed = load_recipe(str(path), changes=["label_map={MISC: PER}"])
    states = {state.name: state.cached for state in plan(changed, ["spa"], _work(path))["spa"]}
    assert states["translate"]
    assert not states["label"]


GLOSSES_UNUSED = (
    "glosses: this recipe does not use them; they need score: fitted or fused, a weight of the part 'gloss' above 0, "
    "and another matcher than heuristic"
)


@pytest.mark.parametrize(
    ("method", "changes", "message"),
    [
        ("translate-test", {"labeller": ...}, "method: translate-test needs the key 'labeller'"),
        ("translate-test", {"source": {"language": "eng", "files": "eng.conll"}}, "has no use for 'source.files'"),
        ("translate-train", {"source": {"language": "eng"}}, "needs the key 'source.files'"),
        ("marked", {"aligner": "eflomal"}, "method: marked has no use for 'aligner'"),
        (
            "inserted",
            {"translator": "apertium"},
            "'apertium' does not say how probable a translation is; write an engine that does under the key",
        ),
        ("inserted", {"inserter": "apertium"}, "under the key 'inserter'; allowed: seq2seq"),
        ("marked", {"inserter": TRANSLATOR}, "method: marked has no use for 'inserter'"),
        (
            "parallel",
            {"glosses": "apertium", "score": "dice"},
            GLOSSES_UNUSED,
        ),
        (
            "parallel",
            {"glosses": "apertium", "matcher": "heuristic"},
            GLOSSES_UNUSED,
        ),
        (
            "parallel",
            {"glosses": "apertium", "weights": {"gloss": 0}},
            GLOSSES_UNUSED,
        ),
        (
            "parallel",
            {"glosses": {"engine": "pretranslated", "path": "x"}},
            "glosses: unknown engine 'pretranslated'; allowed: ap",
        ),
        ("back-translation", {"glosses": "apertium"}, "method: back-translation has no use for 'glosses'"),
        ("marked", {"glosses": "apertium"}, "method: marked has no use for 'glosses'"),
        ("marked", {"matcher": "greedy"}, "method: marked has no use for 'matcher'"),
        ("marked", {"markers": "stars"}, "markers.style: unknown value 'stars'; allowed: brackets, tags"),
        ("marked", {"filters": {"unlinked": 0.3}}, "does not have what the filter 'unlinked' needs: links"),
        (
            "model-transfer",
            {"filters": {"lost-entity": 0}},
            "does not have what the filter 'lost-entity' needs: source",
        ),
        ("model-transfer", {"translator": "apertium"}, "method: model-transfer has no use for 'translator'"),
        (
            "translate-test",
            {"labeller": {"engine": "tager", "model": "m"}},
            "labeller: unknown engine 'tager'; allowed",
        ),
        (
            "translate-test",
            {"translator": {"engine": "seq2seq"}},
            "key 'translator.model' is missing; model: id on",
        ),
        (
            "back-translation",
            {"translator": {"engine": "pretranslated", "path": "x"}, "back_translator": ...},
            "the translations of a file cannot be translated back; add the key 'back_translator'",
        ),
        ("translate-train", {"translator": {**TRANSLATOR, "beams": 0}}, "greater than or equal to 1"),
    ],
)
def test_a_recipe_that_does_not_fit_its_method_is_refused(
    root: Path, method: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(RecipeError, match=message) as caught:
        load_recipe(str(_recipe(root, method, **changes)))
    assert "recipe.yaml, line " in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"target_code": "xxx_Latn"}, UsageError, "'../nllb' has no language code for 'xxx_Latn'"),
        ({"device": "cuda"}, MissingEngineError, r"shall run on a GPU \(device: cuda\), and torch sees none"),
        ({"precision": "float16"}, MissingEngineError, "cannot run in float16 without a GPU; say precision: bfloat16"),
    ],
)
@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
def test_what_an_engine_lacks_is_missed_before_any_work(
    root: Path, changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    path = _recipe(root, "translate-test", translator={**TRANSLATOR, **changes})
    with pytest.raises(error, match=message.replace("../nllb", ".*nllb")):
        build(load_recipe(str(path)), ["spa"], _work(path))
    assert not (path.parent / "store").exists()


def test_the_way_back_turns_a_translators_section_round() -> None:
    there = Seq2SeqSettings(engine="seq2seq", model="m", source_code="a", target_code="b")
    back = there.reversed()
    assert isinstance(back, Seq2SeqSettings)
    assert (back.model, back.source_code, back.target_code) == ("m", "b", "a")
    assert ApertiumSettings(engine="apertium", pair="spa-eng").reversed() == ApertiumSettings(
        engine="apertium", pair="eng-spa"
    )


def test_teachers_say_of_every_target_word_what_they_think(root: Path) -> None:
    other = root / "other"
    if not other.exists():
        write_tagger("bert", other)
    rows = {}
    for name, teachers in (("one", ["../tagger"]), ("two", ["../tagger", {"model": "../other", "batch_size": 2}])):
        path = _recipe(root, "translate-train", teachers=teachers, label_map={"MISC": "O"})
        facts, rows[name] = _rows(path)
        assert [m.role for m in facts.models].count("teachers") == len(teachers)
    names = rows["one"].features["ner_tags"].feature.names
    for one, two in zip(rows["one"], rows["two"], strict=True):
        assert [len(word) for word in one["distribution"]] == [len(names)] * len(one["tokens"])
        assert all(sum(word) == pytest.approx(1, abs=0.01) for word in one["distribution"])
        assert one["ner_tags"] == two["ner_tags"]  # teachers decide no label
        assert one["distribution"] != two["distribution"]


def test_another_teacher_makes_another_corpus(root: Path) -> None:
    signatures = set()
    for teachers in (None, ["../tagger"], [{"model": "../tagger", "scheme": "iob1"}]):
        more = {} if teachers is None else {"teachers": teachers}
        facts, _ = _rows(_recipe(root, "translate-train", label_map={"MISC": "O"}, **more))
        signatures.add(facts.signature)
    assert len(signatures) == 3


def test_a_teacher_of_an_unknown_engine_is_refused(root: Path) -> None:
    with pytest.raises(RecipeError, match=r"unknown engine 'spacey'; allowed: spacy, tagger \(did you mean spacy\?\)"):
        load_recipe(str(_recipe(root, "parallel", teachers=[{"engine": "spacey", "model": "names"}])))


@pytest.mark.parametrize("method", ["parallel", "translate-train", "translate-test"])
def test_names_are_found_by_what_they_are_called(root: Path, method: str) -> None:
    links = {"aligner": {"engine": "pharaoh", "forward": "spa.links"}} if method == "parallel" else {}
    path = _recipe(root, method, glosses={"engine": "dictionary", "path": "names.tsv"}, **links)
    (path.parent / "spa.links").write_text("0-0\n0-1\n0-0\n")  # from no name but Ana and Kenya
    (path.parent / "names.tsv").write_text("New York\tNueva York\nCross\tCruz Roja\n")
    facts, rows = _rows(path)
    (chain,) = json.loads((path.parent / "out" / "manifest.json").read_text())["languages"].values()
    assert chain["recipe"]["glosses"] == {"engine": "dictionary", "path": "names.tsv"}
    assert "glossary by dictionary" in (path.parent / "out" / "README.md").read_text()
    assert "glosses" not in [model.role for model in facts.models]
    if method == "parallel":  # no tiny model writes text or links
        found = {(" ".join(row["tokens"][e["start"] : e["end"]]), e["label"]) for row in rows for e in row["entities"]}
        assert {("Nueva York", "LOC"), ("Cruz Roja", "ORG")} <= found


def test_names_are_translated_one_by_one(root: Path) -> None:
    same = {"source_code": "spa_Latn", "target_code": "eng_Latn"}
    signatures = set()
    for glosses in (TRANSLATOR, {**TRANSLATOR, **same}):
        facts, _ = _rows(_recipe(root, "parallel", glosses=glosses))
        assert [model.role for model in facts.models] == ["aligner", "glosses"]
        signatures.add(facts.signature)
    assert len(signatures) == 2


def test_a_dictionary_is_missed_before_any_work(root: Path) -> None:
    path = _recipe(root, "parallel", glosses={"engine": "dictionary", "path": "none.tsv"})
    with pytest.raises(MissingFileError, match=r"cannot read the dictionary [^:]*none.tsv: No"):
        build(load_recipe(str(path)), ["spa"], _work(path))
    assert not (path.parent / "store").exists()


def test_a_tagger_of_the_target_needs_no_teachers_beside_it(root: Path) -> None:
    with pytest.raises(RecipeError, match="model-transfer has no use for 'teachers'"):
        load_recipe(str(_recipe(root, "model-transfer", teachers=["../tagger"])))


@pytest.mark.parametrize(("engine", "place"), [("ner", (5, 6)), ("union", (4, 6))])
def test_a_tagger_of_the_target_proposes_where_labels_may_go(root: Path, engine: str, place: tuple[int, int]) -> None:
    links = {"engine": "pharaoh", "forward": "spa.links"}
    common = {"aligner": links, "label_map": {"MISC": "O"}, "filters": {"entity-count": 0}, "score": "dice"}
    proposed = {"engine": engine, "tagger": {"engine": "tagger", "model": "../tagger"}}
    path = _recipe(root, "parallel", **common, candidates=proposed)
    # Kenya is linked to "de Kenia": n-grams take both words, the tagger knows which is the name.
    (path.parent / "spa.links").write_text("0-0\n3-4 3-5\n0-0 2-2\n")
    _, rows = _rows(path)
    assert [(e["start"], e["end"], e["label"]) for e in rows[1]["entities"]] == [(*place, "LOC")]
    assert [(e["start"], e["end"], e["label"]) for e in rows[0]["entities"]] == [(0, 1, "PER")]
    # New York is linked to nothing, but the tagger finds as many names as the source has; without it one is missing.
    assert rows[0]["flags"] == []
    path = _recipe(root, "parallel", **common)
    (path.parent / "spa.links").write_text("0-0\n3-4 3-5\n0-0 2-2\n")
    assert _rows(path)[1][0]["flags"] == ["entity-count"]
