"""Labels Russian text with the tagger of the package natasha, which brings its weights.

Only its network is used (slovnet, navec), which reads the tokens of the corpus; the tokenizer and the grammars of
natasha are not imported. The weights are numbers and JSON in tar files: nothing is unpickled.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from silverner.projection.chain.engine import EngineContext
from silverner.projection.errors import UsageError
from silverner.projection.labelling.certain import certain_labelling
from silverner.projection.labelling.labeller import LabellerSettings, Labelling
from silverner.projection.labelling.tagset import TagSet
from silverner.projection.languages import Language
from silverner.projection.registry import installed_version, require_package
from silverner.projection.tags.label_map import LabelMap

EXTRA = "natasha"
_PACKAGES = ("natasha", "slovnet", "navec")
_TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
_WEIGHTS = ("model/slovnet_ner_news_v1.tar", "emb/navec_news_v1_1B_250K_300d_100q.tar")


class NatashaTagger:
    """Label Russian sentences with PER, LOC and ORG. It gives no probabilities, so each entity has confidence 1."""

    def __init__(
        self, *, language: Language, labels: Sequence[str], label_map: LabelMap, distribution: bool = False
    ) -> None:
        """Remember the settings; the weights are loaded when they are first needed.

        :param language: Language of the text, which must be Russian.
        :param labels: The labels of the corpus.
        :param label_map: Other names for the tagger's labels; ``None`` or ``O`` drops a label.
        :param distribution: Whether to return the probabilities of all tags, too: 1 for the tag of each token.
        """
        self._language, self._labels, self._map = language, list(labels), dict(label_map)
        self._distribution = distribution
        self._network: Any = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the weights out when the labeller is sent to a worker."""
        return {**self.__dict__, "_network": None}

    def release(self) -> None:
        """Free the memory of the weights; they are loaded again when they are needed."""
        self._network = None

    def settings(self) -> Mapping[str, object]:
        """Return the versions of the packages, which bring the weights, and what else decides the labels.

        :raises SilvernerError: as :meth:`check`.
        """
        self.check()
        return {
            "engine": "natasha",
            "labels": self._labels,
            "label_map": self._map,
            "distribution": self._distribution,
            **{package: installed_version(package) for package in _PACKAGES},
        }

    def check(self) -> None:
        """Check packages, language and labels; nothing is loaded.

        :raises SilvernerError: when a package is missing, or the language or a label does not fit.
        """
        if self._language.code != "rus":
            raise UsageError(f"natasha reads Russian (rus), and no {self._language.name} ({self._language.code})")
        for package in _PACKAGES:
            require_package(package, EXTRA)
        self._tag_set()

    def label(self, sentences: Sequence[Sequence[str]]) -> list[Labelling]:
        """Label a batch; the network reads each sentence alone, so that no other one reaches its numbers.

        :param sentences: The tokens of every sentence.
        :returns: The entities, each with confidence 1.
        :raises SilvernerError: as :meth:`check`.
        """
        if self._network is None:
            self.check()
            self._network = _load()
        tag_set = self._tag_set()
        return [
            certain_labelling(
                tag_set.spans([_TAGS.index(tag) for tag in self._tags(tokens)]),
                length=len(tokens),
                labels=self._labels,
                distribution=self._distribution,
            )
            for tokens in sentences
        ]

    def _tag_set(self) -> TagSet:
        return TagSet(_TAGS, labels=self._labels, label_map=self._map, model="natasha")

    def _tags(self, tokens: Sequence[str]) -> list[str]:
        """Run the parts of the network one by one; as a whole, it would split the text into tokens of its own."""
        if not tokens:
            return []
        (tags,) = self._network.decoder(self._network.process(self._network.encoder([tokens])))
        return list(tags)


def weight_files() -> list[Path]:
    """Find the weights: those of the tagger, and vectors of words.

    The package is not imported, because it imports much that is not needed.

    :raises MissingEngineError: when the package is not installed.
    """
    require_package("natasha", EXTRA)
    package = importlib.util.find_spec("natasha")
    assert package is not None and package.origin is not None
    return [Path(package.origin).parent / "data" / file for file in _WEIGHTS]


def _load() -> Any:
    from navec import Navec
    from slovnet import NER

    tagger, vectors = map(str, weight_files())
    return NER.load(tagger).navec(Navec.load(vectors)).infer


class NatashaSettings(LabellerSettings):
    """The tagger of natasha, for Russian news, with PER, LOC and ORG; each entity has confidence 1."""

    extra = EXTRA
    licence = "MIT"

    def build(self, context: EngineContext) -> NatashaTagger:
        """Make the labeller."""
        return NatashaTagger(
            language=context.source,
            labels=context.labels,
            label_map=context.label_map,
            distribution=self.distribution,
        )
