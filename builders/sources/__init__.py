"""Where a chain's sentences come from: source text, target text, or both side by side."""

from pathlib import Path

from silverner.builders.recipe.schema import LanguageRecipe
from silverner.builders.sources.corpus_text import CorpusText
from silverner.builders.sources.evaluation_text import EvaluationText
from silverner.builders.sources.parallel_text import ParallelText
from silverner.builders.sources.source_text import SourceText
from silverner.builders.sources.target_text import TargetText
from silverner.projection.languages import Language

__all__ = ["CorpusText", "EvaluationText", "ParallelText", "SourceText", "TargetText", "input_text"]


def input_text(recipe: LanguageRecipe, base: Path, *, language: Language, limit: int | None = None) -> CorpusText:
    """Return the text a corpus is made from: the source text where it has files, else the target text.

    :param recipe: The recipe of one language.
    :param base: The folder its paths are relative to.
    :param language: The target language.
    :param limit: Read only the first sentences.
    :returns: The text.
    """
    if recipe.source is not None and recipe.source.files:
        return SourceText(recipe, base, limit=limit)
    return TargetText(recipe, base, language=language, limit=limit)
