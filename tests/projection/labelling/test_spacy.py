"""Pipelines of spaCy as labellers: the tokens of the corpus stay, and the folder of a stranger calls nothing."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest

spacy = pytest.importorskip("spacy", reason="needs the extra: pip install 'silverner[spacy]'")
from spacy.tokens import Doc  # noqa: E402
from spacy.training import Example  # noqa: E402

from silverner.builders.build import BuildOptions, build  # noqa: E402
from silverner.builders.recipe.load import load_recipe  # noqa: E402
from silverner.projection.chain import ShardStore  # noqa: E402
from silverner.projection.errors import SilvernerError  # noqa: E402
from silverner.projection.labelling import Labelling  # noqa: E402
from silverner.projection.labelling.spacy import SpacyPipeline  # noqa: E402
from silverner.projection.languages import find_language  # noqa: E402
from tests.corpora import write_corpus  # noqa: E402

NAMES = {
    "Ana visits New York": [(0, 1, "PER"), (2, 4, "LOC")],
    "Bern honours the Red Cross": [(0, 1, "LOC"), (3, 5, "ORG")],
    "It rains": [],
    "New York honours Ana": [(0, 2, "LOC"), (3, 4, "PER")],
}


def _write_ruler(folder: Path, *patterns: tuple[str, Any], more: tuple[str, ...] = ()) -> Path:
    nlp = spacy.blank("en")
    for name in more:
        nlp.add_pipe(name)
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": pattern} for label, pattern in patterns])
    nlp.to_disk(folder)
    return folder


def _write_trained(folder: Path) -> Path:
    """A pipeline whose ``ner`` has learnt a few names, behind components that entities do not need."""
    spacy.util.fix_random_seed(5)
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("ner")
    examples = []
    for text, names in NAMES.items():
        doc = Doc(nlp.vocab, words=text.split())
        places = [(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), label) for start, end, label in names]
        examples.append(Example.from_dict(doc, {"entities": places}))
    nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples)
    nlp.add_pipe("sentencizer", name="again", last=True)
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write_trained(tmp_path_factory.mktemp("spacy") / "trained")


def _pipeline(folder: Path, *, language: str = "eng", **options: Any) -> SpacyPipeline:
    given: dict[str, Any] = {"labels": ["PER", "ORG", "LOC"], **options}
    return SpacyPipeline(folder.name, base=folder.parent, language=find_language(language), **given)


def _spans(labelling: Labelling) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in labelling.spans]


def test_a_pipeline_says_what_spacy_says_of_the_tokens_of_the_corpus(trained: Path) -> None:
    sentences = [text.split() for text in NAMES]
    labelled = _pipeline(trained).label(sentences)
    assert [_spans(one) for one in labelled] == list(NAMES.values())
    assert {span.confidence for one in labelled for span in one.spans} == {1.0}
    nlp = spacy.load(trained)
    for one, words in zip(labelled, sentences, strict=True):
        (doc,) = nlp.pipe([Doc(nlp.vocab, words=words)])
        assert [(e.start, e.end, e.label_) for e in doc.ents] == _spans(one)


def test_the_distribution_has_the_tag_of_every_token(trained: Path) -> None:
    (one,) = _pipeline(trained, distribution=True).label([["Ana", "visits", "New", "York"]])
    assert one.distribution is not None and one.distribution.dtype == np.float16
    tags = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
    assert [tags[k] for k in one.distribution.argmax(axis=1)] == ["B-PER", "O", "B-LOC", "I-LOC"]
    assert one.distribution.sum(axis=1).tolist() == [1, 1, 1, 1]
    (same,) = _pipeline(trained).probabilities([["Ana", "visits", "New", "York"]])
    assert same.dtype == np.float32 and same.tolist() == one.distribution.astype(np.float32).tolist()
    assert _pipeline(trained).label([["Ana"]])[0].distribution is None


def test_spaces_stand_where_running_text_has_them(tmp_path: Path) -> None:
    folder = _write_ruler(tmp_path / "ruler", ("LOC", [{"SPACY": False}, {"LOWER": "usine"}]), ("PER", "Ana"))
    french, english = (_pipeline(folder, language=code) for code in ("fra", "eng"))
    assert _spans(french.label([["Ana", "voit", "l'", "usine"]])[0]) == [(0, 1, "PER"), (2, 4, "LOC")]
    assert _spans(english.label([["Ana", "voit", "la", "usine"]])[0]) == [(0, 1, "PER")]


def test_odd_words_break_nothing(trained: Path) -> None:
    sentences = [[], [""], ["", "\u200b", "🎉"], [" ", "Ana"], ["a\nb"]]
    labelled = _pipeline(trained, distribution=True).label(sentences)
    assert [one.distribution.shape for one in labelled if one.distribution is not None] == [
        (len(sentence), 7) for sentence in sentences
    ]


def test_labels_are_renamed_and_dropped(trained: Path) -> None:
    map_ = {"LOC": "PLACE", "ORG": None}
    labelled = _pipeline(trained, labels=["PER", "PLACE"], label_map=map_).label([text.split() for text in NAMES])
    assert _spans(labelled[1]) == [(0, 1, "PLACE")]


def test_a_pipeline_travels_without_its_weights(trained: Path) -> None:
    pipeline = _pipeline(trained)
    before = pipeline.label([["Ana"]])
    assert len(pickle.dumps(pipeline)) < 6000
    assert pickle.loads(pickle.dumps(pipeline)).label([["Ana"]]) == before
    pipeline.release()
    assert pipeline.label([["Ana"]]) == before


def test_settings_follow_what_decides_the_labels(trained: Path, tmp_path: Path) -> None:
    plain = _pipeline(trained).settings()
    assert {"engine": "spacy", "spacy": spacy.__version__}.items() <= plain.items()
    assert _pipeline(trained).settings() == plain
    other = _write_ruler(tmp_path / "ruler", ("PER", "Ana"))
    for changed in (
        _pipeline(other),
        _pipeline(trained, label_map={"ORG": "LOC"}),
        _pipeline(trained, distribution=True),
        _pipeline(trained, language="deu"),
    ):
        assert changed.settings() != plain


def _config(old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        text = (folder / "config.cfg").read_text()
        assert old in text
        (folder / "config.cfg").write_text(text.replace(old, new, 1))

    return spoil


def _no_labels(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text())
    (folder / "meta.json").write_text(json.dumps({**meta, "labels": {}}))


def _link(folder: Path) -> None:
    (folder / "tokenizer").unlink()
    (folder / "tokenizer").symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            _config("after_creation = null", 'after_creation = {"@callbacks": "evil.v1"}'),
            "after_creation in its config.cfg calls a function of its own choice, and silverner runs no code",
        ),
        (_config("before_creation = null", 'before_creation = {"@callbacks": "x"}'), "set it to null"),
        (
            _config('factory = "entity_ruler"', 'factory = "entity_ruler"\nsource = "en_core_web_sm"'),
            "its component 'entity_ruler' is to be copied from another pipeline",
        ),
        (
            _config('factory = "entity_ruler"', 'factory = "evil"'),
            "spaCy itself has no 'evil', which its component 'entity_ruler' is made by; install the package",
        ),
        (
            _config('factory = "entity_ruler"', 'factory = "sentencizer"'),
            r"has no component that finds entities, such as ner or entity_ruler \(its components: entity_ruler\)",
        ),
        (_config("[nlp]", "[nlp"), "config.cfg cannot be read"),
        (_config('pipeline = ["entity_ruler"]', 'pipeline = ["ner"]'), "does not describe all components"),
        (lambda folder: (folder / "meta.json").write_text("[]"), "meta.json is no description of a pipeline"),
        (lambda folder: (folder / "meta.json").unlink(), "is no spaCy pipeline: it has no config.cfg with a meta.json"),
        (_link, "is a link out of its folder; copy the file into the folder"),
        (_config('"spacy.levenshtein_compare.v1"', '"evil.v1"'), "cannot load the spaCy pipeline 'ruler' with spaCy"),
        (_no_labels, "gave the label 'PER', which its meta.json does not list"),
    ],
)  # fmt: skip
def test_a_strangers_folder_is_refused_in_one_line(
    tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    folder = _write_ruler(tmp_path / "ruler", ("PER", "Ana"))
    spoil(folder)
    with pytest.raises(SilvernerError, match=message) as caught:
        _pipeline(folder).label([["Ana"]])
    assert "\n" not in str(caught.value)


def test_what_is_not_there_or_does_not_fit_is_said_before_any_work(trained: Path) -> None:
    with pytest.raises(SilvernerError, match=r"no spaCy pipeline 'no_such_sm': .*pip install no-such-sm"):
        _pipeline(trained.parent / "no_such_sm").check()
    with pytest.raises(
        SilvernerError, match=r"'trained' has labels that are not among PER, LOC: 'ORG'; write label_map"
    ):
        _pipeline(trained, labels=["PER", "LOC"]).check()  # fmt: skip
    with pytest.raises(SilvernerError, match="'confection' is no spaCy pipeline"):
        _pipeline(trained.parent / "confection").check()


def _rows(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    work = BuildOptions(out=path.parent / "out", store=ShardStore(path.parent / "store"))
    facts = build(load_recipe(str(path)), ["spa"], work)["spa"]
    return facts.model_dump(), list(datasets.load_dataset(str(work.out), "spa", split="train"))


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = ("PER", "Ana"), ("LOC", "Nueva York"), ("ORG", "Cruz Roja"), ("LOC", "Berna")
    return _write_ruler(tmp_path_factory.mktemp("spanish") / "names", *names, more=("sentencizer",))


def test_a_pipeline_labels_proposes_votes_and_teaches(spanish: Path, tmp_path: Path) -> None:
    engine = {"engine": "spacy", "model": "names", "license": "mit"}
    transfer = {"method": "model-transfer", "labeller": engine}
    alone = {"source": ..., "aligner": ..., "filters": {}, "keep": {}}
    recipes: dict[str, dict[str, Any]] = {
        "labels": {**alone, **transfer},
        "proposes": {"candidates": {"engine": "ner", "tagger": engine}},
        "teaches": {"teachers": [engine]},
        "votes": {
            **alone,
            "method": "vote",
            "source": {"language": "eng"},
            "voters": {"one": transfer, "two": {"method": "model-transfer", "labeller": {**engine, "batch_size": 1}}},
            "vote": "agreement",
        },
    }
    expected = [[(0, 1, "PER"), (2, 4, "LOC")], [], [(1, 3, "ORG"), (6, 7, "LOC")]]
    for name, keys in recipes.items():
        path = write_corpus(tmp_path / name, **keys)
        shutil.copytree(spanish, path.parent / "names")
        facts, rows = _rows(path)
        assert [[(e["start"], e["end"], e["label"]) for e in row["entities"]] for row in rows] == expected, name
        assert facts["models"][0]["licence"] == "mit", name
        if name == "teaches":
            tags = [np.argmax(row["distribution"], axis=1).tolist() for row in rows]
            assert tags == [row["ner_tags"] for row in rows]
