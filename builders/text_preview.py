"""What a dry run reads of the texts of a recipe: formats, sentences, tokens, labels, first pairs, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.recipe.sections import TextSection
from silverner.builders.sources.parallel_text import SideFacts, check_pairs
from silverner.builders.sources.reading import check_sentences, corpus_files, tokens_of
from silverner.projection.errors import MissingEngineError, NotDownloadedError, SilvernerError
from silverner.projection.languages import Language
from silverner.projection.readers import CorpusFiles, Sentence, read_corpus
from silverner.projection.readers.file_list import one_by_one
from silverner.projection.readers.formats import format_of

LARGEST = 256 << 20
"""Bytes of files that a dry run reads; it takes half a minute for them."""
EXAMPLES = 3


@dataclass(slots=True, kw_only=True)
class TextPreview:
    """One text of a recipe.

    :param side: The key of the recipe.
    :param formats: The format of every file.
    :param sentences: Their number; ``None`` where the text was not read.
    :param tokens: Their number; ``None`` also where the package that splits the language is not installed.
    :param labels: Entities by label, as the file writes them.
    :param note: Why the text was not read, where that is no fault.
    :param fault: What is wrong.
    """

    side: str
    formats: list[str] = field(default_factory=list)
    sentences: int | None = None
    tokens: int | None = None
    labels: dict[str, int] = field(default_factory=dict)
    note: str | None = None
    fault: str | None = None

    def line(self) -> str:
        """Describe the text in one line, without its fault."""
        parts = [", ".join(self.formats)] if self.formats else []
        parts += [f"{self.sentences:,} sentences"] if self.sentences is not None else []
        parts += [f"{self.tokens:,} tokens"] if self.tokens is not None else []
        parts += [", ".join(f"{label} {number:,}" for label, number in self.labels.items())] if self.labels else []
        return "; ".join([*parts, *([self.note] if self.note else [])]) or "not read"


def preview(recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None) -> dict[str, Any]:
    """Read the texts of a recipe as a build would.

    :param recipe: The recipe of one language.
    :param base: The folder its paths are relative to.
    :param language: The target language.
    :param limit: Compare only the first sentences, as the build will.
    :returns: The texts, the first sentences or pairs, and what is wrong.
    """
    texts: list[tuple[str, TextSection, Language, bool]] = []
    if recipe.source is not None and recipe.source.files:
        texts.append(("source", recipe.source, recipe.find(recipe.source.language), recipe.labeller is None))
    if recipe.target is not None:
        texts.append(("target", recipe.target, language, recipe.target.gold))
    texts += [("evaluation", text, language, False) for text in recipe.evaluation]
    previews, sides = [], []
    for side, text, one, tagged in texts:
        facts, sentences = _read(side, corpus_files(text, base, one), recipe, one, tagged=tagged, limit=limit)
        previews.append(facts)
        sides += [(sentences, one)] if side != "evaluation" else []
    faults = [f"{one.side}: {one.fault}" for one in previews if one.fault]
    if len(sides) == 2 and all(sentences for sentences, _ in sides):
        try:
            facts_of_sides = SideFacts(), SideFacts()
            for side_facts, (sentences, _) in zip(facts_of_sides, sides, strict=True):
                for sentence in sentences:
                    side_facts.look(sentence)
            check_pairs(*facts_of_sides, sides[0][0].copy, sides[1][0].copy)
        except SilvernerError as error:
            faults.append(str(error))
    first = [[_words(sentence) for sentence in sentences[:EXAMPLES]] for sentences, one in sides if sentences]
    return {"texts": [asdict(one) for one in previews], "first": [list(row) for row in zip(*first, strict=False)],
            "faults": faults, "lines": [f"{one.side}: {one.line()}" for one in previews]}  # fmt: skip


def _read(
    side: str, corpus: CorpusFiles, recipe: LanguageRecipe, language: Language, *, tagged: bool, limit: int | None
) -> tuple[TextPreview, list[Sentence]]:
    """Read one text; what is wrong with it is a fact."""
    facts, sentences = TextPreview(side=side), list[Sentence]()
    try:
        if corpus.format != "hub":
            files = [(split, one) for split in corpus.files for one in one_by_one(corpus, split)]
            titles = [format_of(one, split=split, tagged=tagged).title for split, one in files]
            facts.formats = list(dict.fromkeys(titles))
            paths = [Path(one.files[split]) for split, one in files]
            size = sum(path.stat().st_size for path in paths if path.is_file())
            if size > LARGEST:
                facts.note = f"{size / 1e6:,.0f} MB, of which only the beginning was read, for the format"
                return facts, sentences
        sentences = list(read_corpus(corpus, tagged=tagged))[:limit]
        facts.sentences = len(sentences)
        facts.labels = dict(
            Counter(span.label for sentence in sentences for span in sentence.spans or ()).most_common()
        )
        facts.tokens = _count(sentences, language)
        if tagged:
            check_sentences(sentences, recipe)
    except NotDownloadedError:
        facts.note = f"{corpus.dataset}: on the Hub, not on this machine; the build downloads it"
    except SilvernerError as error:
        facts.fault = str(error)
    return facts, sentences


def _count(sentences: Sequence[Sentence], language: Language) -> int | None:
    try:
        return sum(len(tokens_of(sentence, language)) for sentence in sentences)
    except MissingEngineError:
        return None  # the stage that needs the package says so


def _words(sentence: Sentence) -> str:
    return " ".join(sentence.tokens) if sentence.tokens is not None else sentence.text or ""
