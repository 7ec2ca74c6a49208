"""The parts of a recipe that name an engine: which one, which model, which settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from silverner.builders.recipe.sections import Files, Section
from silverner.projection.alignment.similarity import Method
from silverner.projection.links import Symmetrisation
from silverner.projection.markers import Style
from silverner.projection.neural.checkpoint import Device, Precision
from silverner.projection.spans import Scheme
from silverner.projection.translation.ctranslate2 import ComputeType


def engine_of(value: Any) -> Any:
    """Take a bare word as the engine with its defaults."""
    return {"engine": value} if isinstance(value, str) else value


class ApertiumSettings(Section):
    """The rule-based engine Apertium."""

    engine: Literal["apertium"]
    pair: str | None = None


class PretranslatedSettings(Section):
    """Translations that exist already."""

    engine: Literal["pretranslated"]
    path: str
    format: Literal["text", "tsv", "jsonl"] | None = None


class DictionarySettings(Section):
    """Names and what they are called in the target language: phrase, tab, translation."""

    engine: Literal["dictionary"]
    path: str


class Priors(Section):
    """A larger bitext, tokenised, one sentence a line, that eflomal learns from first."""

    source: str
    target: str


class EflomalSettings(Section):
    """The statistical aligner eflomal."""

    engine: Literal["eflomal"]
    symmetrise: Symmetrisation = "gdfa"
    model: int = Field(default=3, ge=1, le=3)
    prefix_length: int = Field(default=0, ge=0)
    priors: Priors | None = None


class PharaohSettings(Section):
    """Links that exist already; one file a split, or one for all splits in order."""

    engine: Literal["pharaoh"]
    symmetrise: Symmetrisation = "gdfa"
    forward: Files
    reverse: Files | None = None


class Neural(Section):
    """A model: a folder beside the recipe or an id on the Hub, how it runs, and its licence where that is not known."""

    model: str
    revision: str | None = None
    precision: Precision = "float32"
    device: Device = "auto"
    batch_size: int = Field(default=32, ge=1)
    license: str | None = None


class TranslationModel(Neural):
    """What all translation models can be told."""

    source_code: str | None = None
    target_code: str | None = None
    beams: int = Field(default=4, ge=1)
    max_length: int = Field(default=256, ge=1)


class Seq2SeqSettings(TranslationModel):
    """Any translation model of ``transformers``."""

    engine: Literal["seq2seq"]
    prefix: str | None = None


class CTranslate2Settings(TranslationModel):
    """An NLLB checkpoint, run by CTranslate2."""

    engine: Literal["ctranslate2"]
    compute_type: ComputeType = "float32"


class TaggerSettings(Neural):
    """Any token-classification model.

    ``distribution: true`` keeps the probabilities of all tags; ``copies: keep`` believes it of names that are words the
    translator did not know and the original writes small.
    """

    engine: Literal["tagger"]
    scheme: Scheme = "auto"
    distribution: bool = False
    copies: Literal["cut", "keep"] = "cut"


class TeacherSettings(Neural):
    """A tagger of the target language, whose probabilities students learn; a bare word is its model."""

    engine: Literal["tagger"] = "tagger"
    scheme: Scheme = "auto"


class SimAlignSettings(Neural):
    """SimAlign's methods on the vectors of any encoder; ``reference: true`` runs the simalign package itself."""

    engine: Literal["simalign"]
    method: Method = "itermax"
    level: Literal["subword", "word"] = "subword"
    layer: int = Field(default=8, ge=0)
    batch_size: int = Field(default=16, ge=1)
    source_code: str | None = None
    target_code: str | None = None
    reference: bool = False

    @model_validator(mode="after")
    def _plain_reference(self) -> Self:
        """Refuse what the package would not heed: it is told method, level and layer only."""
        told = {"engine", "model", "license", "method", "level", "layer", "reference"}
        unheard = sorted(name for name in self.model_fields_set - told)
        if self.reference and unheard:
            why = "with reference: true the simalign package runs, which heeds no {keys}; leave it out"
            raise PydanticCustomError("reference", why, {"keys": ", ".join(unheard)})
        return self


class AwesomeSettings(Neural):
    """awesome-align's rule (softmax both ways) on the vectors of any encoder."""

    engine: Literal["awesome"]
    layer: int = Field(default=8, ge=0)
    threshold: float = Field(default=1e-3, ge=0, lt=1)
    batch_size: int = Field(default=16, ge=1)
    source_code: str | None = None
    target_code: str | None = None


class Markers(Section):
    """How entities are marked in a text that is to be translated."""

    style: Style = "brackets"


Translator = Annotated[
    Annotated[
        ApertiumSettings | PretranslatedSettings | Seq2SeqSettings | CTranslate2Settings, Field(discriminator="engine")
    ],
    BeforeValidator(engine_of),
]


Glosses = Annotated[
    Annotated[
        DictionarySettings | ApertiumSettings | Seq2SeqSettings | CTranslate2Settings, Field(discriminator="engine")
    ],
    BeforeValidator(engine_of),
]


def reversed_section(section: Translator | None) -> Translator | None:
    """Turn a translator's section round, for the way back.

    :param section: How to translate there.
    :returns: The same engine for the way back, with whatever names a direction reversed, or left out.
    """
    if isinstance(section, TranslationModel):
        turned = {"source_code": section.target_code, "target_code": section.source_code}
        return section.model_copy(update=turned | ({"prefix": None} if isinstance(section, Seq2SeqSettings) else {}))
    if isinstance(section, ApertiumSettings) and section.pair is not None:
        return section.model_copy(update={"pair": "-".join(reversed(section.pair.split("-")))})
    return section


Labeller = Annotated[Annotated[TaggerSettings, Field()], BeforeValidator(engine_of)]
Teacher = Annotated[
    TeacherSettings, BeforeValidator(lambda value: {"model": value} if isinstance(value, str) else value)
]
Aligner = Annotated[
    Annotated[EflomalSettings | PharaohSettings | SimAlignSettings | AwesomeSettings, Field(discriminator="engine")],
    BeforeValidator(engine_of),
]
