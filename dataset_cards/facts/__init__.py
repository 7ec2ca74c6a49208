"""The measured facts of a corpus, typed: a build makes them, its manifest stores them, its card shows them."""

from silverner.dataset_cards.facts.about import About
from silverner.dataset_cards.facts.base import first_error
from silverner.dataset_cards.facts.corrections import CorrectionFacts
from silverner.dataset_cards.facts.counts import (
    BINS,
    ConfidenceFacts,
    Counts,
    GoldScores,
    GoldScoresOfSplits,
    ProbabilityName,
    RowFacts,
    ScoreInterval,
    SpanScores,
)
from silverner.dataset_cards.facts.language import (
    ENGINES,
    ChainFacts,
    Language,
    LanguageFacts,
    MethodFacts,
    ModelFacts,
    RowFile,
    SampleRow,
    SplitFiles,
)
from silverner.dataset_cards.facts.manifest import (
    LAYOUT,
    MANIFEST,
    CorpusFacts,
    CorpusHead,
    manifest_text,
    manifest_values,
    read_manifest,
    refuse_layout,
)
from silverner.dataset_cards.facts.recipe import about_of, engines_of

__all__ = [
    "BINS",
    "ENGINES",
    "LAYOUT",
    "MANIFEST",
    "About",
    "ChainFacts",
    "ConfidenceFacts",
    "CorpusFacts",
    "CorpusHead",
    "CorrectionFacts",
    "Counts",
    "GoldScores",
    "GoldScoresOfSplits",
    "Language",
    "LanguageFacts",
    "MethodFacts",
    "ModelFacts",
    "ProbabilityName",
    "RowFacts",
    "RowFile",
    "SampleRow",
    "ScoreInterval",
    "SpanScores",
    "SplitFiles",
    "about_of",
    "engines_of",
    "first_error",
    "manifest_text",
    "manifest_values",
    "read_manifest",
    "refuse_layout",
]
