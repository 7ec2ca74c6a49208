"""How texts of a recipe are read: their files, tokens and labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import TextSection
from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import Language, language_of
from silverner.projection.readers import READERS, CorpusFiles, Fields, Sentence, format_of
from silverner.projection.readers.file_list import one_by_one
from silverner.projection.readers.guess import report
from silverner.projection.tags.label_advice import check_labels
from silverner.projection.tags.label_map import map_labels
from silverner.projection.text import tokenization


def corpus_files(text: TextSection, base: Path, language: Language) -> CorpusFiles:
    """Return the files of a section as a reader takes them.

    :param text: The section.
    :param base: The folder its paths are relative to.
    :param language: The language of the text.
    :returns: The files, with complete paths.
    """
    hub = text.format == "hub"
    dataset = text.dataset
    if dataset is not None and (base / dataset).is_dir():
        dataset = str(base / dataset)
    return CorpusFiles(
        format=text.format,
        files={split: name if hub else str(base / name) for split, name in (text.files or {}).items()},
        dataset=dataset,
        config=text.config,
        revision=text.revision,
        fields=Fields(**text.fields.model_dump()),
        layer=text.layer,
        column=text.column,
        language=language,
        scheme=text.scheme,
        repair=text.repair,
    )


def reading_settings(corpus: CorpusFiles, *, tagged: bool) -> dict[str, object]:
    """Return what decides how a corpus is read; where its files lie decides nothing.

    :param corpus: The corpus.
    :param tagged: Whether its labels are read.
    :returns: The settings; for ``auto``, the format found in every file, which is also written to the log.
    """
    facts = asdict(replace(corpus, language=None))
    del facts["files"], facts["dataset"], facts["language"]
    guesses = {
        one.files[split]: format_of(one, split=split, tagged=tagged)
        for split in corpus.files
        for one in one_by_one(corpus, split)
    }
    if corpus.format == "auto":
        for name, guess in guesses.items():
            report(name, guess)
        facts["format"] = [guess.format for guess in guesses.values()]
    if corpus.language is not None and any("language" in READERS[guess.format].keys for guess in guesses.values()):
        facts["language"] = splitting_settings(language_of(corpus.language))
    return {**facts, "splits": list(corpus.files)}


def splitting_settings(language: Language) -> dict[str, object]:
    """Return what decides how running text is split into tokens; a text that is split already needs no segmenter."""
    try:
        return dict(tokenization.settings(language))
    except MissingEngineError:
        return {"language": language.key}


def tokens_of(sentence: Sentence, language: Language) -> list[str]:
    """Return the tokens of a sentence; running text is split by the rules of its language."""
    return list(sentence.tokens) if sentence.tokens is not None else tokenization.split(sentence.text or "", language)


def entities_of(sentence: Sentence, recipe: LanguageRecipe) -> list[dict[str, Any]]:
    """Return the entities of a sentence with the labels of the recipe.

    :param sentence: A labelled sentence.
    :param recipe: Its labels and label map; a label that is mapped to nothing or ``O`` is no entity.
    :returns: The entities that remain.
    :raises DataError: as :func:`check_sentences` does, of this sentence alone.
    """
    spans = sentence.spans or ()
    if not all(span.label in recipe.labels or span.label in recipe.label_map for span in spans):
        check_sentences([sentence], recipe)
    return [{"start": s.start, "end": s.end, "label": s.label} for s in map_labels(spans, recipe.label_map)]


def check_sentences(sentences: Iterable[Sentence], recipe: LanguageRecipe) -> None:
    """Refuse sentences with labels that the recipe does not know, naming all of them at once.

    :param sentences: Labelled sentences.
    :param recipe: Its labels and label map.
    :raises DataError: naming the labels and the label map to write.
    """
    places = ((f"{s.where}, sentence {s.id!r}", s.spans or ()) for s in sentences)
    check_labels(places, recipe.labels, recipe.label_map)
