"""The recipe of one language: the rules between its keys."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Self

from pydantic import ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from silverner.builders.methods.table import MATCHING_KEYS, METHOD_KEYS, METHODS, VOTING
from silverner.builders.recipe.keys import RecipeKeys
from silverner.builders.recipe.sections import (
    LanguageSection,
    TextSection,
    aligners_of,
)
from silverner.projection.chain.engine import EngineSettings, split_names
from silverner.projection.errors import UsageError, nearest
from silverner.projection.filters import FILTERS, FilterEvidence
from silverner.projection.labelling.labeller import TeacherSettings
from silverner.projection.languages import Language, find_language
from silverner.projection.llm.judge import JudgeSettings
from silverner.projection.parsing.plain_words import place_of, reason_of
from silverner.projection.scoring.weights import PartWeights
from silverner.projection.translation import TRANSLATORS


def declared(code: str, declaration: LanguageSection) -> Language:
    """Complete the declaration of a language from the table, if the table knows the language.

    :param code: Its code.
    :param declaration: The declaration in the recipe.
    :returns: The language.
    :raises UsageError: when the table does not know it and the declaration has no name.
    """
    stated = {name: value for name, value in declaration.model_dump().items() if value is not None}
    try:
        properties = asdict(find_language(code))
    except UsageError:
        if declaration.name is None:
            raise
        properties = {"code": code}
    return Language(**{**properties, **stated, "declared": True})


_COMMON = ("name", "version", "license", "labels", "label_map", "declare", "splits")
"""Keys that all voters of a corpus share, besides those of the text."""


class LanguageRecipe(RecipeKeys):
    """All settings that decide the corpus of one language, and the rules between them."""

    @field_validator("labels", mode="before")
    @classmethod
    def _only_names(cls, labels: object) -> object:
        if isinstance(labels, dict):
            why = (
                "labels are a list, as in [PER, ORG]; what they mean stands under descriptions: of the labeller "
                "(gliner or llm), as in descriptions: {PER: names of people}"
            )
            raise PydanticCustomError("label", "{why}", {"why": why})
        return labels

    @field_validator("labels")
    @classmethod
    def _plain_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if label == "O" or not re.fullmatch(r"\S+", label) or labels.count(label) > 1:
                raise PydanticCustomError(
                    "label",
                    "'{label}' cannot be a label: labels are different words without spaces, and not O",
                    {"label": label},
                )
        return labels

    @field_validator("splits")
    @classmethod
    def _whole(cls, splits: str | dict[str, float]) -> str | dict[str, float]:
        if isinstance(splits, dict) and (min(splits.values(), default=0) <= 0 or abs(sum(splits.values()) - 1) > 1e-9):
            raise PydanticCustomError("splits", "the shares of the splits must be positive and add up to 1")
        return split_names(splits) if isinstance(splits, dict) else splits

    @field_validator("filters")
    @classmethod
    def _known_filters(cls, filters: dict[str, float | None]) -> dict[str, float | None]:
        for name in filters:
            if name not in FILTERS:
                hint = nearest(name, FILTERS)
                raise PydanticCustomError("unknown_key", "unknown filter '{key}'; {hint}", {"key": name, "hint": hint})
        return filters

    @field_validator("weights")
    @classmethod
    def _known_weights(cls, weights: dict[str, float]) -> dict[str, float]:
        try:
            PartWeights.of(weights)
        except UsageError as error:
            raise PydanticCustomError("weights", "{why}", {"why": str(error)}) from error
        return weights

    def find(self, code: str) -> Language:
        """Look a language up: among those the recipe declares, then in the table.

        :param code: Its code.
        :returns: The language.
        :raises UsageError: when it is in neither.
        """
        declaration = self.declare.get(code)
        return find_language(code) if declaration is None else declared(code, declaration)

    @property
    def ballots(self) -> dict[str, LanguageRecipe]:
        """The recipe of every voter: its own engines, with the text and the labels of the whole corpus."""
        ballots = {}
        for name, keys in (self.voters or {}).items():
            needs = METHODS[keys["method"]].needs if keys.get("method") in VOTING else ()
            common = {key: getattr(self, key) for key in _COMMON if getattr(self, key) is not None}
            common |= {key: getattr(self, key) for key in ("source", "target") if key in needs}
            ballots[name] = LanguageRecipe.model_validate({**common, **keys})
        return ballots

    @property
    def engines(self) -> list[tuple[str, EngineSettings | TeacherSettings | JudgeSettings]]:
        """The sections that name an engine, each with its key, in the order they run; voters come last."""
        sections = [(key, getattr(self, key)) for key in ("translator", "back_translator", "inserter", "labeller")]
        sections += [("aligner", aligner) for aligner in aligners_of(self.aligner)]
        sections += [("glosses", self.glosses), ("candidates.tagger", self.candidates.tagger)]
        sections += [("teachers", teacher) for teacher in self.teachers or ()]
        sections += [("judge", self.judge)]
        named = [(key, section) for key, section in sections if section is not None]
        return [*named, *(pair for ballot in self.ballots.values() for pair in ballot.engines)]

    @property
    def input(self) -> TextSection:
        """The text of which the corpus is made: the source if it has files, otherwise the target."""
        text = self.source if self.source is not None and self.source.files is not None else self.target
        assert text is not None
        return text

    @property
    def evidence(self) -> frozenset[FilterEvidence]:
        """The facts that the method has of every sentence."""
        evidence = METHODS[self.method].evidence
        return evidence | {"labeller"} if self.labeller is not None and "source" in evidence else evidence

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Check the rules between keys."""
        self._check_method()
        if self.source is not None:
            try:
                self.find(self.source.language)
            except UsageError as error:
                raise _fault(str(error), "source", kind="language") from error
        if self.target is not None and self.target.gold and self.target.format == "text":
            raise _fault(
                "target.gold: running text has no labels to measure against; format: text and gold: true", "target"
            )
        if self.weights and self.score == "dice":
            raise _fault(f"weights: only the fused score has weights; score: {self.score} has no parts", "weights")
        unused = self.score == "dice" or self.matcher == "heuristic" or not PartWeights.of(self.weights)["gloss"]
        if self.glosses is not None and unused:
            why = (
                "glosses: this recipe does not use them; they need score: fitted or fused, a weight of the part "
                "'gloss' above 0, and another matcher than heuristic"
            )
            raise _fault(why, "glosses")
        self._check_links()
        self._check_filters()
        self._check_vote()
        for label in self.candidates.capitals or ():
            if label not in self.labels:
                hint = nearest(label, self.labels)
                why = f"candidates.capitals names {label!r}, which is not among the labels; {hint}"
                raise _fault(why, "candidates")
        for label, new in self.label_map.items():
            if new not in (None, "O", *self.labels):
                hint = nearest(str(new), self.labels)
                why = f"label_map turns {label!r} into {new!r}, which is not among the labels; {hint}"
                raise _fault(why, "label_map")
        return self

    def _check_method(self) -> None:
        """Refuse a recipe without a key that its method needs, or with a key that its method does not use."""
        keys = METHODS[self.method]
        present = {key for key in METHOD_KEYS if getattr(self, key.partition(".")[0]) is not None}
        if self.source is None or self.source.files is None:
            present.discard("source.files")
        present |= self.model_fields_set & set(MATCHING_KEYS)
        needed = ", ".join(repr(key) for key in keys.needs)
        for key in keys.needs:
            if key not in present:
                raise _fault(f"method: {self.method} needs the key {key!r} (it needs {needed})", "method")
        for key in sorted(present - {*keys.needs, *keys.takes}):
            where = "method" if "." in key else key
            raise _fault(f"method: {self.method} has no use for {key!r} (it needs {needed})", where)

        one_way = self.translator is not None and not self.translator.translates_any_text
        if self.method == "back-translation" and self.back_translator is None and one_way:
            raise _fault(
                "the translations of a file cannot be translated back; add the key 'back_translator'", "translator"
            )

        inserter = self.inserter or self.translator
        if self.method == "inserted" and inserter is not None and not inserter.gives_probabilities:
            allowed = ", ".join(name for name, engine in TRANSLATORS.items() if engine.gives_probabilities)
            why = (
                f"the engine {inserter.engine!r} does not say how probable a translation is; write an engine that does "
                f"under the key 'inserter'; allowed: {allowed}"
            )
            raise _fault(why, "inserter" if self.inserter is not None else "translator")

    def _check_links(self) -> None:
        """Refuse files of links that do not fit the files of the text."""
        for aligner in aligners_of(self.aligner):
            try:
                aligner.check_splits(list(self.input.files or {}))
            except UsageError as error:
                raise _fault(str(error), "aligner") from error

    def _check_vote(self) -> None:
        """Refuse a single voter, and voters whose recipes are not complete or do not label this text."""
        if self.voters is None or self.vote is None:
            return
        if len(self.voters) < 2:
            raise _fault(f"voters: this recipe has {len(self.voters)}; a vote needs two or more", "voters")
        for name, keys in self.voters.items():
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
                why = "use small letters, digits and -, at most 40"
                raise _fault(f"voters: {name!r:.80} cannot name a voter; {why}", "voters")
            if keys.get("method") not in VOTING:
                why = f"voters.{name}: the method {keys.get('method')!r} does not label an existing text"
                raise _fault(f"{why}; {nearest(str(keys.get('method')), VOTING)}", "voters")
            for key in keys:
                if key in {
                    *_COMMON,
                    "about",
                    "source",
                    "target",
                    "filters",
                    "keep",
                    "judge",
                    "evaluation",
                    "voters",
                    "vote",
                }:
                    raise _fault(
                        f"voters.{name}: {key!r} belongs to the whole corpus; write it outside of 'voters'", "voters"
                    )
        for name in self.vote.weights:
            if name not in self.voters:
                raise _fault(f"vote.weights names {name!r}, which is not a voter; {nearest(name, self.voters)}", "vote")
        try:
            self.ballots  # noqa: B018 - each is validated as it is made
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = place_of(first)
            raise _fault(f"voters: {place}{': ' if place else ''}{reason_of(first)}", "voters") from error

    def _check_filters(self) -> None:
        """Refuse filters whose facts this method does not have, and flags of filters that are not applied."""
        for name in self.filters:
            evidence = FILTERS.get(name).evidence
            if evidence is not None and evidence not in self.evidence:
                raise _fault(
                    f"method: {self.method} does not have what the filter {name!r} needs: {evidence}", "filters"
                )
        if any(FILTERS.get(name).uses_evaluation for name in self.filters) != bool(self.evaluation):
            names = " or ".join(repr(name) for name, rule in FILTERS.items() if rule.uses_evaluation)
            raise _fault(
                f"the filter {names} and the key 'evaluation' (a list of texts) need each other; add one", "filters"
            )
        if any(FILTERS.get(name).uses_judge for name in self.filters) != (self.judge is not None):
            names = " or ".join(repr(name) for name, rule in FILTERS.items() if rule.uses_judge)
            why = f"the filter {names} and the key 'judge' (a language model) need each other; add one"
            raise _fault(why, "judge" if self.judge is not None else "filters")
        for flag in self.keep.without:
            if flag not in self.filters:
                why = f"keep.without names {flag!r}, which is not among the filters; {nearest(flag, self.filters)}"
                raise _fault(why, "keep")


def _fault(why: str, at: str, *, kind: str = "recipe") -> PydanticCustomError:
    """Make an error that points at a key of the recipe."""
    return PydanticCustomError(kind, "{why}", {"why": why, "at": at})
