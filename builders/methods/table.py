"""The table of methods: the ways of making a corpus, a row each.

A new method is a module in this folder and a row here. Recipes, the command line and cards read this table.
Nothing heavy is imported, so that ``silverner --help`` is instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from silverner.builders.methods.base import SilverBuilder
    from silverner.projection.filters import FilterEvidence

MATCHING_KEYS = ("score", "weights", "matcher", "candidates", "threshold")
"""Keys that only mean something where labels are projected through an alignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way of making a corpus.

    :param name: What a recipe calls it.
    :param builder: Module in this folder, and class, of its builder.
    :param summary: What the corpus is made from, and how; ``{source}`` and ``{target}`` stand for the two languages.
    :param card: The sentence of the card that says how labels came to be; ``{source}`` stands for the language.
    :param needs: Keys a recipe must have; ``source.files`` is the text of the source.
    :param takes: Keys a recipe may have.
    :param evidence: What is known of every sentence, beside a labeller's confidence.
    """

    name: str
    builder: str
    summary: str
    card: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()
    evidence: frozenset[FilterEvidence] = frozenset()

    @property
    def can_vote(self) -> bool:
        """Whether it labels a target text that exists: two machine translations have no tokens to vote on together."""
        return "target" in self.needs and "voters" not in self.needs

    @property
    def translates_into_target(self) -> bool:
        """Whether a machine wrote the text that is published."""
        return "translator" in self.needs and "target" not in self.needs

    def summary_for(self, *, source: str = "source", target: str = "target") -> str:
        """Return the summary for two languages.

        :param source: Name of the source language.
        :param target: Name of the target language.
        :returns: One line.

        >>> METHODS["model-transfer"].summary_for(target="Hausa")
        'Hausa text, labelled by a multilingual tagger: the baseline'
        """
        return self.summary.format(source=source, target=target)

    def builder_class(self) -> type[SilverBuilder]:
        """Import the builder."""
        module, _, name = self.builder.partition(":")
        builder: type[SilverBuilder] = getattr(import_module(f"{__package__}.{module}"), name)
        return builder


_TABLE = (
    Method(
        name="parallel",
        builder="parallel:Parallel",
        summary="labelled {source} text and its {target} translation: aligned, and the labels projected",
        card="A program carried the labels of {source} text over to its translations by people.",
        needs=("source", "source.files", "target", "aligner"),
        takes=("labeller", "glosses", "teachers", *MATCHING_KEYS),
        evidence=frozenset({"source", "links"}),
    ),
    Method(
        name="translate-train",
        builder="translate_train:TranslateTrain",
        summary="labelled {source} text and a machine's {target} translation: aligned, and the labels projected",
        card="A program translated {source} text into each language below and carried its labels over.",
        needs=("source", "source.files", "translator", "aligner"),
        takes=("labeller", "glosses", "teachers", *MATCHING_KEYS),
        evidence=frozenset({"source", "links", "translator", "detokenized"}),
    ),
    Method(
        name="translate-test",
        builder="translate_test:TranslateTest",
        summary="{target} text and a machine's {source} translation: labelled there, and the labels projected back",
        card="A program translated text of each language below into {source}. A model labelled the translation, and "
        "the labels were carried back.",
        needs=("source", "target", "translator", "labeller", "aligner"),
        takes=("glosses", "teachers", *MATCHING_KEYS),
        evidence=frozenset({"source", "links", "translator", "detokenized"}),
    ),
    Method(
        name="back-translation",
        builder="back_translation:BackTranslation",
        summary="{target} text and a machine's {source} translation: labelled there, and translated back with its "
        "entities marked",
        card="A program translated text of each language below into {source}. A model labelled the translation. The "
        "translation was translated back with its entities marked, and the labels were carried over to the original.",
        needs=("source", "target", "translator", "labeller", "aligner"),
        takes=("back_translator", "markers", "teachers", *MATCHING_KEYS),
        evidence=frozenset({"source", "links", "markers", "translator", "detokenized"}),
    ),
    Method(
        name="marked",
        builder="marked:Marked",
        summary="labelled {source} text with its entities marked, and a machine's {target} translation; no aligner",
        card="A program translated {source} text with its entities marked into each language below.",
        needs=("source", "source.files", "translator"),
        takes=("labeller", "markers", "teachers"),
        evidence=frozenset({"source", "markers"}),
    ),
    Method(
        name="inserted",
        builder="inserted:Inserted",
        summary="labelled {source} text and a machine's {target} translation: a model inserts markers; no aligner",
        card="A program translated {source} text into each language below. A translation model then said where each "
        "entity is most probable in the translation.",
        needs=("source", "source.files", "translator"),
        takes=("inserter", "labeller", "markers", "teachers"),
        evidence=frozenset({"source", "translator", "detokenized"}),
    ),
    Method(
        name="model-transfer",
        builder="model_transfer:ModelTransfer",
        summary="{target} text, labelled by a multilingual tagger: the baseline",
        card="A model that was trained on other languages labelled text of each language below.",
        needs=("target", "labeller"),
    ),
    Method(
        name="vote",
        builder="vote:VoteCorpus",
        summary="{target} text, labelled in two or more ways that vote on its entities",
        card="Several methods labelled text of each language below and voted on its entities.",
        needs=("target", "voters", "vote"),
        takes=("source", "source.files"),
    ),
)

METHODS: Mapping[str, Method] = {method.name: method for method in _TABLE}
"""Every ``method`` a recipe can name."""

if TYPE_CHECKING:
    MethodName = str
else:
    MethodName = Literal[tuple(METHODS)]  # a recipe's schema refuses other names, and lists these

VOTING = tuple(name for name, method in METHODS.items() if method.can_vote)
"""Methods that a voter may have."""

METHOD_KEYS = frozenset(key for method in _TABLE for key in (*method.needs, *method.takes)) - {*MATCHING_KEYS}
"""Keys that not every method needs or takes, those of the matching aside."""
