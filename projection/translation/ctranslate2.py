"""Translates with CTranslate2, which runs NLLB checkpoints faster on a CPU."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import multiprocessing
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.chain.files import remove_temporaries, temporary_folder
from silverner.projection.errors import EngineError, MissingEngineError, OutputError, UsageError
from silverner.projection.languages import Language, LanguageLike
from silverner.projection.neural.checkpoint import Checkpoint
from silverner.projection.registry import installed_version, require_package
from silverner.projection.translation.converted_model import damaged_file, record_hashes
from silverner.projection.translation.neural import NeuralTranslator, Output, TranslationModelSettings
from silverner.projection.translation.seq2seq import NLLB

LOG = logging.getLogger("silverner")

ComputeType = Literal["float32", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "float16", "bfloat16"]
_SHARED = ("length_penalty", "repetition_penalty", "no_repeat_ngram_size")
"""Search settings that a checkpoint may have and that the package supports."""


class CTranslate2(NeuralTranslator):
    """Translate with the ``ctranslate2`` package; the checkpoint is converted once, and the result is stored."""

    engine = "ctranslate2"

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        source: LanguageLike,
        target: LanguageLike,
        source_code: str | None = None,
        target_code: str | None = None,
        beams: int = 4,
        max_length: int = 256,
        batch_size: int = 32,
        batch_tokens: int | None = None,
        way_back: bool = False,
        compute_type: ComputeType = "float32",
        cache: Path,
    ) -> None:
        """Remember the settings; the model is converted and loaded when it is first needed.

        :param checkpoint: An NLLB model.
        :param source: The source language.
        :param target: The target language.
        :param source_code: The model's own code of the source language; by default found in its vocabulary.
        :param target_code: The model's own code of the target language, likewise.
        :param beams: Width of the beam; 1 is greedy.
        :param max_length: The most subwords that the translation of a piece may have.
        :param batch_size: Pieces the model translates at once.
        :param batch_tokens: Subwords of pieces that it translates at once, padding included.
        :param way_back: Whether the settings were written for the other direction.
        :param compute_type: Number type of the computation. Every machine supports ``float32``. The package's own
            default is the fastest type of a machine, so that translations would depend on the machine. ``int8`` is
            faster, and rounds differently on different processors.
        :param cache: Folder for converted models.
        """
        super().__init__(
            checkpoint,
            source=source,
            target=target,
            source_code=source_code,
            target_code=target_code,
            beams=beams,
            max_length=max_length,
            batch_size=batch_size,
            batch_tokens=batch_tokens,
            way_back=way_back,
        )
        self._cache, self._type = cache, compute_type

    def settings(self) -> Mapping[str, object]:
        """Return everything that decides the translations, with the compute type and the version of the package."""
        return {**super().settings(), "compute_type": self._type, "version": installed_version("ctranslate2")}

    def check(self) -> None:
        """Check the package, the checkpoint and the compute type.

        :raises MissingEngineError: when the package is not installed, or cannot use the compute type on this machine.
        :raises UsageError: when the checkpoint is of another family.
        :raises SilvernerError: as :meth:`NeuralTranslator.check`.
        """
        require_package("ctranslate2", "ctranslate2")
        super().check()

    def _accept(self, config: Any, tokenizer: Any) -> None:
        super()._accept(config, tokenizer)
        name, target = self._checkpoint.name, self._tokens[1]
        if config.model_type != "m2m_100" or target is None or target.token != target.code:
            # The conversion loses the language tokens of M2M100; other families were not tried.
            raise UsageError(
                f"the engine ctranslate2 takes only NLLB checkpoints; {name!r} is another model (family: "
                f"{config.model_type}); use engine: seq2seq"
            )
        if (precision := self._checkpoint.precision) != "float32":
            raise UsageError(
                f"precision: {precision}: the engine ctranslate2 does not take this key; write "
                f"compute_type: {'bfloat16' if precision == 'auto' else precision}"
            )
        self._check_type()

    def _check_type(self) -> None:
        import ctranslate2

        device = self._device()
        supported = ctranslate2.get_supported_compute_types(device)
        if self._type not in supported:
            raise MissingEngineError(
                f"compute_type: {self._type}: ctranslate2 cannot use this type on this machine ({device}); "
                f"allowed: {', '.join(sorted(supported))}"
            )

    def _device(self) -> str:
        import ctranslate2

        device_type = self._checkpoint.torch_device().type
        if device_type == "cuda" and not ctranslate2.get_cuda_device_count():
            if self._checkpoint.device == "cuda":
                raise MissingEngineError(
                    f"the model {self._checkpoint.name!r} must run on a GPU (device: cuda), but ctranslate2 finds "
                    "none; use device: auto, or engine: seq2seq"
                )
            return "cpu"
        return str(device_type)

    def _load(self) -> Any:
        import ctranslate2
        import torch

        # The package's default is four threads. Workers that each use all cores wait for each other most of the time.
        threads = 1 if multiprocessing.parent_process() is not None else torch.get_num_threads()
        folder = self._converted()
        options = {"device": self._device(), "compute_type": self._type, "intra_threads": threads}
        try:
            self._search = _search(folder)
            return self._checkpoint.share(
                self.engine, lambda: ctranslate2.Translator(str(folder), **options), *options.values()
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError(
                f"ctranslate2 cannot load the converted model: {str(error).splitlines()[0]}; if it is broken, "
                f"remove it and run again: rm -r {folder}"
            ) from error

    def _converted(self) -> Path:
        """Convert the checkpoint, unless it is converted already and every file of it is as it was written."""
        settings = self._checkpoint.settings()
        facts = [settings["model"], installed_version("ctranslate2"), settings.get("tokenizer")]
        content = " ".join(str(fact) for fact in facts if fact is not None)
        signature = hashlib.sha256(content.encode()).hexdigest()[:16]
        folder = self._cache / f"{Path(self._checkpoint.name).name}-{signature}"
        damage = damaged_file(folder) if folder.is_dir() else None
        if folder.is_dir() and damage is None:
            return folder
        try:
            if damage is not None:
                LOG.warning("the converted model %s is damaged (%s); it is converted again", folder, damage)
                shutil.rmtree(folder)
            self._cache.mkdir(parents=True, exist_ok=True)
            # A killed conversion leaves only its temporary folder, never an unfinished folder with the final name.
            remove_temporaries(self._cache, folders=True)
            with temporary_folder(self._cache) as temporary:
                converted = temporary / "model"
                self._convert(converted)
                record_hashes(converted)
                _put(converted, folder)
        except OSError as error:
            raise OutputError(f"cannot write the converted model {folder}: {error.strerror or error}") from error
        return folder

    def _convert(self, folder: Path) -> None:
        """Convert a checkpoint to the format of the package, and write its search settings into the same folder."""
        from ctranslate2.converters import TransformersConverter

        # The converter gets the loaded model: it would itself accept pickled weights and ignore the revision.
        model, tokenizer = self._checkpoint.load("seq2seq")
        converter = TransformersConverter(str(self._snapshot()))
        converter.load_model = lambda *_, **__: model.cpu()
        converter.load_tokenizer = lambda *_, **__: tokenizer
        converter.convert(str(folder))
        model.generation_config.save_pretrained(folder)

    def _snapshot(self) -> Path:
        """Find the folder of a checkpoint."""
        from huggingface_hub import hf_hub_download

        name = self._checkpoint.name
        if Path(name).is_dir():
            return Path(name)
        return Path(hf_hub_download(name, "config.json", revision=self._checkpoint.revision)).parent

    def _generate(self, rows: Sequence[Sequence[int]]) -> list[Output]:
        target, tokenizer = self._tokens[1], self._tokenizer
        assert target is not None
        results = self._model.translate_batch(
            [tokenizer.convert_ids_to_tokens(row) for row in rows],
            target_prefix=[[target.token]] * len(rows),
            beam_size=self._beams,
            max_decoding_length=self._max_length,
            max_input_length=0,
            return_end_token=True,
            **self._search,
        )
        outputs = (tokenizer.convert_tokens_to_ids(result.hypotheses[0]) for result in results)
        return [self._output(ids, {tokenizer.eos_token_id}) for ids in outputs]


def _search(folder: Path) -> dict[str, Any]:
    """Read the search settings of a converted checkpoint."""
    from transformers import GenerationConfig

    generation_config = GenerationConfig.from_pretrained(folder)
    return {name: value for name in _SHARED if (value := getattr(generation_config, name)) is not None}


def _put(converted: Path, folder: Path) -> None:
    """Move a finished model to its final folder, unless another process was faster."""
    try:
        converted.replace(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(converted)


class CTranslate2Settings(TranslationModelSettings):
    """An NLLB checkpoint, run by CTranslate2: several times as fast as ``seq2seq`` on a CPU."""

    extra = "ctranslate2"
    licence = "MIT"

    compute_type: ComputeType = Field(
        default="float32",
        description="number type of the computation; int8 is fast, but rounds differently on different processors",
    )

    def build(self, context: EngineContext) -> CTranslate2:
        """Make the translator."""
        return CTranslate2(compute_type=self.compute_type, cache=context.models, **self.options(context))

    @classmethod
    def names_for(cls, language: Language) -> tuple[str, ...]:
        """Name NLLB if it knows the language."""
        return ("nllb",) if language.nllb else ()

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest NLLB if it knows both languages and the package is installed."""
        if not (source.nllb and target.nllb) or importlib.util.find_spec("ctranslate2") is None:
            return None
        return f"{{engine: ctranslate2, model: {NLLB}, compute_type: int8}}   # NLLB: no commercial use"
