"""Neural checkpoints: which weights, on which device and in which precision, with clear errors for what is missing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any, Literal, TypeVar

from silverner.projection.chain.loaded_models import load_once, model_of
from silverner.projection.errors import EngineError, MissingEngineError, UsageError
from silverner.projection.neural.adapter import Adapter
from silverner.projection.neural.model_files import (
    check_all_there,
    check_tokenizer_files,
    check_weight_files,
    model_signature,
)
from silverner.projection.neural.safe_loading import (
    load_safely,
    require_neural_packages,
    silent_transformers,
    with_spaces,
)
from silverner.projection.neural.tokenizer_choice import TokenizerChoice, check_fit, check_rows
from silverner.projection.neural.unsafe_model import refuse_unsafe_model
from silverner.projection.registry import installed_version

ModelKind = Literal["encoder", "seq2seq", "tagger"]
Precision = Literal["float32", "bfloat16", "float16"]
PrecisionChoice = Literal["auto", "float32", "bfloat16", "float16"]
Device = Literal["auto", "cpu", "cuda"]
Model = TypeVar("Model")

_CLASSES: dict[ModelKind, str] = {
    "encoder": "AutoModel",
    "seq2seq": "AutoModelForSeq2SeqLM",
    "tagger": "AutoModelForTokenClassification",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The weights of a model and how they run.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :param precision: Type of weights and activations. ``float16`` needs a GPU; ``auto`` is ``bfloat16`` on a GPU that
        computes in it, and ``float32`` elsewhere. A worker uses what was decided where the checkpoint was sent from.
    :param device: ``cuda`` requires a GPU, ``cpu`` uses none, ``auto`` uses one if there is one. The device changes the
        speed of a model, not its output, so it is no part of :meth:`settings`.
    :param tokenizer_choice: The tokenizer of the model, where it is not simply the one beside the weights.
    :param adapter: What is added to the weights.
    """

    name: str
    revision: str | None = None
    precision: PrecisionChoice = "float32"
    device: Device = "auto"
    tokenizer_choice: TokenizerChoice | None = None
    adapter: Adapter | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Decide the precision before the checkpoint is sent, because the signature is made here.

        A worker may have a GPU where this machine has none.
        """
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return partial(Checkpoint, **{**facts, "precision": self.decided_precision()}), ()

    def decided_precision(self) -> Precision:
        """Return the precision in which the model runs; where it is ``auto``, this machine decides."""
        if self.precision != "auto":
            return self.precision
        import torch

        on_gpu = self.device != "cpu" and torch.cuda.is_available()
        return "bfloat16" if on_gpu and torch.cuda.is_bf16_supported(including_emulation=False) else "float32"

    def settings(self) -> Mapping[str, object]:
        """Return what decides the model's numbers: the hash of the weights, the precision, and the library versions."""
        versions = {name: installed_version(name).rpartition(".")[0] for name in ("torch", "transformers")}
        return {
            "model": model_signature(self.name, revision=self.revision),
            "precision": self.decided_precision(),
            **versions,
            **self._tokenizer_settings(),
            **({} if self.adapter is None else self.adapter.settings()),
        }

    def _tokenizer_settings(self) -> dict[str, object]:
        """Return what decides the tokenizer; empty for the one beside the weights, whose files are hashed with them."""
        return {} if self.tokenizer_choice is None else {"tokenizer": self.tokenizer_choice.settings()}

    def check(self) -> None:
        """Check that packages, weights, tokenizer and device are there, without loading the weights.

        :raises SilvernerError: when one is missing, or the tokenizer is that of another model.
        """
        require_neural_packages()
        parts = (self.tokenizer_choice, self.adapter)
        checks = [self._check_files, *(part.check for part in parts if part is not None)]
        check_all_there(checks)  # who fetches the model wants to know at once that its tokenizer is missing too
        self.torch_device()
        if self.tokenizer_choice is not None:
            _check_choice(self, str(self._tokenizer_settings()), model_signature(self.name, revision=self.revision))

    def _check_files(self) -> None:
        """Check the files of the model; its own tokenizer is not needed where it uses another one."""
        refuse_unsafe_model(self.name, revision=self.revision)
        model_signature(self.name, revision=self.revision)
        if self.tokenizer_choice is None:
            check_tokenizer_files(self.name, revision=self.revision)
        check_weight_files(self.name, revision=self.revision)

    def torch_device(self) -> Any:
        """Choose the device.

        :returns: A ``torch.device``.
        :raises MissingEngineError: when the device or the precision needs a GPU, and there is none.
        """
        import torch

        gpu = torch.cuda.is_available()
        if self.device == "cuda" and not gpu:
            raise MissingEngineError(
                f"the model {self.name!r} shall run on a GPU (device: cuda), and torch sees none; say device: auto, or "
                "check the GPU: python -c 'import torch; print(torch.version.cuda, torch.cuda.is_available())'"
            )
        if self.precision == "float16" and (self.device == "cpu" or not gpu):
            raise MissingEngineError(
                f"the model {self.name!r} cannot run in float16 without a GPU; say precision: bfloat16 or float32"
            )
        return torch.device("cuda" if gpu and self.device != "cpu" else "cpu")

    def tokenizer(self) -> Any:
        """Load only the tokenizer.

        :returns: A tokenizer of ``transformers``.
        :raises MissingFileError: when it is not in the folder or the cache, and cannot be fetched.
        """
        require_neural_packages()
        from transformers import AutoTokenizer

        choice = self.tokenizer_choice
        if choice is None:
            return load_safely(partial(with_spaces, AutoTokenizer.from_pretrained), self.name, self.revision)
        options = choice.options()
        tokenizer = load_safely(
            lambda name, **more: with_spaces(AutoTokenizer.from_pretrained, name, **options, **more),
            choice.name,
            choice.revision,
        )
        choice.check_behaviour(tokenizer)
        return tokenizer

    def name_tokenizer(self) -> str:
        """Name the tokenizer and the model, for a message."""
        if self.tokenizer_choice is None or self.tokenizer_choice.name == self.name:
            return f"the tokenizer beside {self.name!r}"
        return f"the tokenizer {self.tokenizer_choice.name!r} for {self.name!r}"

    def config(self) -> Any:
        """Load only the configuration.

        :returns: A configuration of ``transformers``.
        :raises MissingFileError: when it is not in the folder or the cache, and cannot be fetched.
        """
        require_neural_packages()
        from transformers import AutoConfig

        return load_safely(AutoConfig.from_pretrained, self.name, self.revision)

    def shared_tokenizer(self, engine: str) -> Any:
        """Return the tokenizer that engines of one name share; the first one loads it.

        Its language is that of the engine which set it last: an engine sets it before it asks for what depends on it.

        :param engine: Name of the engine in its settings.
        :raises MissingFileError: as :meth:`tokenizer`.
        """
        return self.share(engine, self.tokenizer, part="tokenizer")

    def share(self, engine: str, load: Callable[[], Model], *options: Hashable, part: str = "model") -> Model:
        """Return what an engine made of this model; engines of one name with the same options share it.

        :param engine: Name of the engine in its settings.
        :param load: Makes it.
        :param options: Everything that decides how it works, except the checkpoint and the device.
        :param part: What it is, for the log.
        :returns: The object; an engine must leave it as it is for others.
        """
        parts = (str(self._tokenizer_settings()), self.adapter)
        how = (self.decided_precision(), str(self.torch_device()), *parts, part, *options)
        return load_once(model_of(engine, str(self.settings()["model"])), how, load, name=f"the {part} {self.name}")

    def load(self, kind: ModelKind) -> tuple[Any, Any]:
        """Load model and tokenizer.

        :param kind: ``encoder`` (of an encoder-decoder only its encoder), ``seq2seq`` or ``tagger``.
        :returns: The model in evaluation mode on its device, and its tokenizer.
        :raises MissingFileError: when the weights are not in the folder or the cache, and cannot be fetched.
        :raises UsageError: when the checkpoint is not a model of this kind.
        :raises EngineError: when the device has too little memory.
        """
        model, tokenizer, missing = self._model_and_tokenizer(_CLASSES[kind])
        if missing:
            # transformers would fill these weights with random numbers.
            raise UsageError(
                f"{self.name!r} is a {model.config.model_type} checkpoint without the weights of a {kind} "
                f"({missing[0]} and {len(missing) - 1} more); it cannot be used as one"
            )
        if self.adapter is not None:
            self.adapter.add_to(model)
        if kind == "encoder" and model.config.is_encoder_decoder:
            model = model.get_encoder()
        return self._on_device(model), tokenizer

    def load_with_masked_word_head(self) -> tuple[Any, Any, list[str]]:
        """Load model and tokenizer for training by masked words.

        :returns: The model in evaluation mode on its device, its tokenizer, and the weights of the head for masked
            words that the checkpoint lacks: these are random.
        :raises SilvernerError: as :meth:`load`.
        """
        model, tokenizer, missing = self._model_and_tokenizer("AutoModelForMaskedLM")
        of_encoder = [name for name in missing if name.startswith(f"{model.base_model_prefix}.")]
        if of_encoder:
            raise UsageError(
                f"{self.name!r} is a {model.config.model_type} checkpoint without the weights of an encoder "
                f"({of_encoder[0]} and {len(of_encoder) - 1} more); it cannot be trained by masked words"
            )
        return self._on_device(model), tokenizer, missing

    def _model_and_tokenizer(self, auto_class: str) -> tuple[Any, Any, list[str]]:
        """Load a model, its tokenizer, and the names of the weights that the checkpoint lacks."""
        require_neural_packages()
        import torch
        import transformers

        if multiprocessing.parent_process() is not None:
            torch.set_num_threads(1)  # several workers that each use all cores would slow each other down
        self.torch_device()  # or a model is loaded that no device can run
        tokenizer = self.tokenizer()
        options = {
            "dtype": getattr(torch, self.decided_precision()),
            "use_safetensors": True,
            "output_loading_info": True,
        }
        auto = getattr(transformers, auto_class)
        with silent_transformers():
            model, info = load_safely(partial(auto.from_pretrained, **options), self.name, self.revision)
        check_rows(tokenizer, model.get_input_embeddings().num_embeddings, what=self.name_tokenizer())
        return model, tokenizer, sorted(key for key in info["missing_keys"] if "pooler" not in key)

    def _on_device(self, model: Any) -> Any:
        """Move a model to the device, in evaluation mode."""
        device = self.torch_device()
        try:
            return model.to(device).eval()
        except RuntimeError as error:
            raise EngineError(
                f"the model {self.name!r} does not fit on {device} in {self.decided_precision()}: {error}; say "
                "precision: bfloat16, or device: cpu"
            ) from error


@cache
def _check_choice(checkpoint: Checkpoint, tokenizer: str, model: str) -> None:
    """Compare the chosen tokenizer with the model; once, as long as the signatures of both stay the same."""
    check_fit(checkpoint.tokenizer(), checkpoint.config(), what=checkpoint.name_tokenizer())
