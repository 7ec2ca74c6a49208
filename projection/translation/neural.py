"""The common part of neural translators: language codes, pieces, batches by length, and unfinished outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.reports import report
from silverner.projection.errors import UsageError
from silverner.projection.languages import LanguageLike, language_of
from silverner.projection.neural.batches import BatchLimit, in_batches
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.neural.language_codes import (
    LanguageToken,
    check_language_tokens,
    language_token,
    language_tokens,
)
from silverner.projection.neural.settings import ModelSettings
from silverner.projection.registry import installed_version
from silverner.projection.translation.model_input import ModelInput
from silverner.projection.translation.pieces import halves, join, pieces
from silverner.projection.translation.translator import Translation, TranslatorSettings

LONGEST = 512
"""Most subwords of a piece, even if a model says it takes more: few models were trained on longer texts."""


@dataclass(frozen=True, slots=True)
class Output:
    """The translation of one piece.

    :param text: The translation.
    :param ended: Whether the model finished it.
    """

    text: str
    ended: bool


class NeuralTranslator(ABC):
    """Translate with a sequence-to-sequence model.

    A text is cut at its sentence ends, and a sentence that is too long for the model is cut again. Pieces of similar
    length are translated together, equal pieces once, and the translations are joined. If the translation of a piece
    does not end within ``max_length`` subwords, the piece is cut in two, down to single words. If one piece still does
    not end, the whole text is marked as cut.
    """

    engine: str

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        source: LanguageLike,
        target: LanguageLike,
        source_code: str | None = None,
        target_code: str | None = None,
        prefix: str | None = None,
        beams: int = 4,
        max_length: int = 256,
        batch_size: int = 32,
        batch_tokens: int | None = None,
        way_back: bool = False,
    ) -> None:
        """Remember the settings; the model is loaded when it is first needed.

        :param checkpoint: The model.
        :param source: The source language.
        :param target: The target language.
        :param source_code: The model's own code of the source language; by default found in its vocabulary.
        :param target_code: The model's own code of the target language, likewise.
        :param prefix: Text to put before every input; by default the one that the model's family needs.
        :param beams: Width of the beam; 1 is greedy.
        :param max_length: The most subwords that the translation of a piece may have.
        :param batch_size: Pieces the model translates at once.
        :param batch_tokens: Subwords of pieces that it translates at once, padding included; then ``batch_size`` does
            not count.
        :param way_back: Whether the settings were written for the other direction; then the model must support both.
        """
        self._way_back = way_back
        self._checkpoint, self._source, self._target = checkpoint, language_of(source), language_of(target)
        self._codes, self._forced_prefix = (source_code, target_code), prefix
        self._beams, self._max_length = beams, max_length
        self._limit = BatchLimit(batch_size, batch_tokens)
        self._tokenizer: Any = None
        self._model: Any = None
        self._tokens: tuple[LanguageToken | None, LanguageToken | None] = (None, None)
        self._prefix, self._room = "", LONGEST
        self._marks: set[int] = set()
        self._input: Any = None

    def __getstate__(self) -> dict[str, object]:
        """Leave the loaded model out when the engine is sent to a worker."""
        return {**self.__dict__, "_model": None, "_tokenizer": None, "_input": None}

    def release(self) -> None:
        """Free the memory of the model; it is loaded again when it is needed."""
        self._model = None

    def settings(self) -> Mapping[str, object]:
        """Return the model and everything else that decides the translations.

        :raises SilvernerError: as :meth:`check`, because the model's vocabulary decides the language codes.
        """
        self.check()
        return {
            "engine": self.engine,
            **self._checkpoint.settings(),
            "languages": [self._source.key, self._target.key],
            "codes": [None if token is None else token.code for token in self._tokens],
            "prefix": self._prefix,
            "beams": self._beams,
            "max_length": self._max_length,
            **self._limit.settings(),
            "sentencex": installed_version("sentencex"),
        }

    def check(self) -> None:
        """Check packages, weights and device, and find the languages in the model's vocabulary.

        The tokenizer is loaded, the model is not.

        :raises MissingEngineError: when a package or the device is missing.
        :raises MissingFileError: when the model is missing.
        :raises UsageError: when the model cannot translate, does not know a language, or takes shorter texts.
        """
        if self._tokenizer is not None:
            return
        self._checkpoint.check()
        config, tokenizer = self._checkpoint.config(), self._checkpoint.shared_tokenizer(self.engine)
        if not getattr(config, "is_encoder_decoder", False):
            raise UsageError(
                f"the model {self._checkpoint.name!r} is of the family {config.model_type}, which cannot translate; "
                "choose a sequence-to-sequence model such as facebook/nllb-200-distilled-600M"
            )
        if self._forced_prefix is None:
            check_language_tokens(tokenizer, config.model_type, what=self._checkpoint.name_tokenizer())
        self._tokens = self._find_tokens(tokenizer)
        self._prefix = self._find_prefix(config.model_type)
        self._accept(config, tokenizer)
        self._marks = {tokenizer.convert_tokens_to_ids(language.token) for language in language_tokens(tokenizer)}
        self._tokenizer = tokenizer

    def translate(self, ids: Sequence[str], texts: Sequence[str]) -> list[Translation]:
        """Translate a batch.

        :param ids: Not used: a translation depends on its text alone.
        :param texts: The texts; a text without words gets an empty translation.
        :returns: One translation a text.
        :raises EngineError: when a single piece does not fit the memory.
        :raises SilvernerError: when the model cannot be loaded.
        """
        self.check()
        self._input.forget()
        cut = [pieces(text, self._source, self._fits) for text in texts]
        outputs: dict[str, Output] = {}
        while untranslated := list(dict.fromkeys(piece for row in cut for piece in row if piece not in outputs)):
            outputs.update(self._run(untranslated))
            cut = [self._retried(row, outputs) for row in cut]
        return [self._joined([outputs[piece] for piece in row]) for row in cut]

    @abstractmethod
    def _load(self) -> Any:
        """Load the model."""

    @abstractmethod
    def _generate(self, rows: Sequence[Sequence[int]]) -> list[Output]:
        """Translate inputs, given as ids of subwords, in one batch."""

    def _accept(self, config: Any, tokenizer: Any) -> None:
        """Check that the settings fit the lengths that the model can take."""
        most = getattr(config, "max_position_embeddings", None)
        if most is not None and self._max_length > most:
            raise UsageError(
                f"max_length: {self._max_length}: the model {self._checkpoint.name!r} writes {most} subwords at most"
            )
        self._room = min(tokenizer.model_max_length, most or LONGEST, LONGEST)
        self._input = ModelInput(tokenizer, self._prefix)
        frame_length = len(self._encoded(""))
        if frame_length >= self._room:
            raise UsageError(
                f"prefix: its {frame_length} subwords leave no room for text: the model {self._checkpoint.name!r} "
                f"takes {self._room}"
            )

    def _find_tokens(self, tokenizer: Any) -> tuple[LanguageToken | None, LanguageToken | None]:
        """Find the tokens of both languages, and set the source language of the tokenizer."""
        name, (source_code, target_code) = self._checkpoint.name, self._codes
        forced = any(token.forced for token in language_tokens(tokenizer))
        target = None
        if forced or self._forced_prefix is None or target_code is not None:
            target = language_token(tokenizer, self._target, model=name, code=target_code)
        if forced:
            source = language_token(tokenizer, self._source, model=name, code=source_code)
            assert source is not None
            tokenizer.src_lang = source.code
            return source, target
        if self._way_back and target is None:
            raise UsageError(
                f"the model {name!r} takes no language codes, so it cannot translate back into {self._target.name}; "
                "name another model under the key back_translator"
            )
        if source_code is not None:
            raise UsageError(
                f"the model {name!r} takes no code of its source language; leave out source_code: {source_code!r}"
            )
        return None, target

    def _find_prefix(self, family: str) -> str:
        """Return the text before every input."""
        target = self._tokens[1]
        if self._forced_prefix is not None:
            return self._forced_prefix
        if target is not None:
            return "" if target.forced else f"{target.token} "
        if family == "t5":
            # The original T5 gets its task in English words (Raffel et al. 2020, section 2.4).
            return f"translate {self._source.name} to {self._target.name}: "
        return ""

    def _encoded(self, text: str) -> list[int]:
        """Turn a piece into subwords."""
        row: list[int] = self._input.of(text)
        return row

    def _fits(self, text: str) -> bool:
        return len(self._encoded(text)) <= self._room

    def _run(self, untranslated: Sequence[str]) -> dict[str, Output]:
        """Translate pieces, the longest first, so that a batch holds pieces of similar length."""
        if self._model is None:
            self._model = self._load()
        ordered = sorted(untranslated, key=lambda piece: -len(self._encoded(piece)))
        rows, what = [self._encoded(piece) for piece in ordered], f"the translator {self._checkpoint.name!r}"
        generated = in_batches(rows, self._generate, size=lambda longest: self._limit.count(len(longest)), what=what)
        outputs: dict[str, Output] = {}
        for piece, output in zip(ordered, generated, strict=True):
            outputs[piece] = output
            report(len(outputs) / len(ordered))
        return outputs

    def _output(self, ids: Sequence[int], ends: Collection[int]) -> Output:
        """Read an output of the model, without the token that decoding starts from."""
        stop = next((k for k, one in enumerate(ids) if one in ends), None)
        # Some tokenizers do not count their language tokens as special tokens.
        text = self._tokenizer.decode([k for k in ids[:stop] if k not in self._marks], skip_special_tokens=True)
        return Output(" ".join(text.split()), stop is not None)

    def _retried(self, row: list[str], outputs: Mapping[str, Output]) -> list[str]:
        """Replace pieces whose translations did not end by their halves, unless one of them cannot be cut."""
        parts = [(piece,) if outputs[piece].ended else halves(piece, language=self._source) for piece in row]
        if any(part is None for part in parts):
            return row  # the text is lost, even if its other pieces are translated
        return [piece for part in parts if part is not None for piece in part]

    def _joined(self, outputs: Sequence[Output]) -> Translation:
        """Join the translations of a text's pieces."""
        cut = not all(output.ended for output in outputs)
        return Translation(join((output.text for output in outputs), self._target), cut=cut)


class TranslationModelSettings(ModelSettings, TranslatorSettings):
    """The settings of any translation model."""

    source_code: str | None = Field(
        default=None, description="the model's own code of the source language; by default found in its vocabulary"
    )
    target_code: str | None = Field(
        default=None, description="the model's own code of the target language; by default found in its vocabulary"
    )
    beams: int = Field(default=4, ge=1, description="width of the beam; 1 is greedy")
    max_length: int = Field(default=256, ge=1, description="the most subwords that the translation of a piece may have")

    def reversed(self) -> Self:
        """Exchange the codes of the languages."""
        return self.model_copy(update={"source_code": self.target_code, "target_code": self.source_code})

    def options(self, context: EngineContext) -> dict[str, Any]:
        """Return the arguments that every :class:`NeuralTranslator` takes.

        :param context: The corpus.
        :returns: Keyword arguments of its constructor.
        """
        return {
            "checkpoint": self.checkpoint(context.base),
            "source": context.source,
            "target": context.target,
            "source_code": self.source_code,
            "target_code": self.target_code,
            "beams": self.beams,
            "max_length": self.max_length,
            "batch_size": self.batch_size,
            "batch_tokens": self.batch_tokens,
            "way_back": context.implied_way_back,
        }
