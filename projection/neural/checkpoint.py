"""Neural checkpoints: which weights, where and how exactly they run, and one clear line when something is missing."""

from __future__ import annotations

import hashlib
import importlib.util
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from silverner.projection.errors import EngineError, MissingEngineError, MissingFileError, UsageError

Kind = Literal["encoder", "seq2seq", "tagger"]
Precision = Literal["float32", "bfloat16", "float16"]
Device = Literal["auto", "cpu", "cuda"]

_TOKENIZERS = (
    *("tokenizer.json", "vocab.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model", "source.spm"),
    *("spm.model", "tokenizer.model"),
)
"""The files of which a tokenizer has at least one; without, transformers would make up an empty one."""

_CLASSES: dict[Kind, str] = {
    "encoder": "AutoModel",
    "seq2seq": "AutoModelForSeq2SeqLM",
    "tagger": "AutoModelForTokenClassification",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The weights of a model and how they run.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :param precision: Type of weights and activations. ``float16`` needs a GPU.
    :param device: ``cuda`` demands a GPU, ``cpu`` forbids it, ``auto`` takes one where there is one. It decides how
        fast a model is, not what it says, and is no part of :meth:`settings`.
    """

    name: str
    revision: str | None = None
    precision: Precision = "float32"
    device: Device = "auto"

    def settings(self) -> Mapping[str, object]:
        """Return what decides the model's numbers: the hash of the weights, the precision, and what computes them."""
        versions = {name: version(name).rpartition(".")[0] for name in ("torch", "transformers")}
        return {"model": model_signature(self.name, revision=self.revision), "precision": self.precision, **versions}

    def check(self) -> None:
        """Look for packages, weights and device, without loading anything.

        :raises SilvernerError: when one is missing.
        """
        need_neural()
        model_signature(self.name, revision=self.revision)
        self._check_files()
        self.place()

    def _check_files(self) -> None:
        """Look for weights and tokenizer: in a folder always, of an id where nothing can be fetched any more."""
        from huggingface_hub import constants, try_to_load_from_cache

        folder = Path(self.name)

        def there(file: str) -> Path | None:
            if folder.is_dir():
                return folder / file if (folder / file).is_file() else None
            found = try_to_load_from_cache(self.name, file, revision=self.revision)
            return Path(found) if isinstance(found, str) else None

        if not folder.is_dir() and not constants.HF_HUB_OFFLINE:
            return
        if not any(map(there, _TOKENIZERS)):
            raise MissingFileError(
                f"the model {self.name!r} has no tokenizer beside it (none of {', '.join(_TOKENIZERS)})"
                f"{_fetch(self.name, self.revision)}"
            )
        weights = there("model.safetensors")
        if weights is None and there("model.safetensors.index.json") is None:
            raise MissingFileError(
                f"the model {self.name!r} has no weights as safetensors (model.safetensors); pickled ones are not read"
                f"{_fetch(self.name, self.revision)}"
            )
        if weights is not None:
            _check_header(weights)

    def place(self) -> Any:
        """Choose the device.

        :returns: A ``torch.device``.
        :raises MissingEngineError: when a GPU is demanded, by device or precision, and there is none.
        """
        import torch

        gpu = torch.cuda.is_available()
        if self.device == "cuda" and not gpu:
            raise MissingEngineError(
                f"the model {self.name!r} shall run on a GPU (device: cuda), and torch sees none; say device: auto, or "
                "see what torch sees: python -c 'import torch; print(torch.version.cuda, torch.cuda.is_available())'"
            )
        if self.precision == "float16" and (self.device == "cpu" or not gpu):
            raise MissingEngineError(
                f"the model {self.name!r} cannot run in float16 without a GPU; say precision: bfloat16 or float32"
            )
        return torch.device("cuda" if gpu and self.device != "cpu" else "cpu")

    def tokenizer(self) -> Any:
        """Load the tokenizer alone.

        :returns: A tokenizer of ``transformers``.
        :raises MissingFileError: when it is neither in the folder nor in the cache nor can be fetched.
        """
        need_neural()
        from transformers import AutoTokenizer

        return self._load(lambda **more: _with_spaces(AutoTokenizer.from_pretrained, self.name, **more))

    def config(self) -> Any:
        """Load the configuration alone.

        :returns: A configuration of ``transformers``.
        :raises MissingFileError: when it is neither in the folder nor in the cache nor can be fetched.
        """
        need_neural()
        from transformers import AutoConfig

        return self._load(lambda **more: AutoConfig.from_pretrained(self.name, **more))

    def load(self, kind: Kind) -> tuple[Any, Any]:
        """Load model and tokenizer.

        :param kind: ``encoder`` (of an encoder-decoder its encoder alone), ``seq2seq`` or ``tagger``.
        :returns: The model in evaluation mode on its device, and its tokenizer.
        :raises MissingFileError: when the weights are neither in the folder nor in the cache nor can be fetched.
        :raises UsageError: when the checkpoint is no model of this kind.
        :raises EngineError: when the device has no room for it.
        """
        need_neural()
        import torch
        import transformers

        if multiprocessing.parent_process() is not None:
            torch.set_num_threads(1)  # workers that each take all cores wait for each other most of the time
        place, tokenizer = self.place(), self.tokenizer()
        options = {"dtype": getattr(torch, self.precision), "use_safetensors": True, "output_loading_info": True}
        auto = getattr(transformers, _CLASSES[kind])
        with no_bars():
            model, info = self._load(lambda **more: auto.from_pretrained(self.name, **options, **more))
        missing = sorted(key for key in info["missing_keys"] if "pooler" not in key)
        if missing:
            # transformers would go on with random numbers in their place.
            raise UsageError(
                f"{self.name!r} is a {model.config.model_type} checkpoint without the weights of a {kind} "
                f"({missing[0]} and {len(missing) - 1} more); it cannot be used as one"
            )
        known = max(tokenizer.get_vocab().values(), default=-1) + 1
        rows = model.get_input_embeddings().num_embeddings
        if known > rows:
            raise UsageError(
                f"the tokenizer beside {self.name!r} has {known} subwords and the model {rows}; it belongs to another"
            )
        if kind == "encoder" and model.config.is_encoder_decoder:
            model = model.get_encoder()
        try:
            return model.to(place).eval(), tokenizer
        except RuntimeError as error:
            raise EngineError(
                f"the model {self.name!r} does not fit on {place} in {self.precision}: {error}; say "
                "precision: bfloat16, or device: cpu"
            ) from error

    def _load(self, read: Any) -> Any:
        """Turn what transformers says of missing files into one line."""
        try:
            return read(revision=self.revision)
        except ImportError as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise MissingEngineError(
                f"the model {self.name!r} needs a package that is not installed ({reason}): pip install "
                "'silverner[neural]'"
            ) from error
        except Exception as error:  # a broken file makes the libraries raise whatever they stumble over
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise MissingFileError(
                f"cannot load the model {self.name!r} (revision {self.revision}): {reason}"
                f"{_fetch(self.name, self.revision)}"
            ) from error


@contextmanager
def no_bars() -> Iterator[None]:
    """Keep the library's progress bars away from our own."""
    import transformers

    logging: Any = transformers.utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _with_spaces(read: Any, name: str, **more: Any) -> Any:
    """Load a tokenizer so that it takes words one by one: byte-level BPE needs each to carry its space."""
    tokenizer = read(name, **more)
    if getattr(tokenizer, "add_prefix_space", None) is False:
        tokenizer = read(name, add_prefix_space=True, **more)
    return tokenizer


def need_neural() -> None:
    """Look for the packages neural engines need.

    :raises MissingEngineError: when one is not installed.
    """
    for package in ("torch", "transformers"):
        if importlib.util.find_spec(package) is None:
            raise MissingEngineError(f"the package {package!r} is not installed: pip install 'silverner[neural]'")


def _check_header(path: Path) -> None:
    """Open a file of weights, without reading them.

    :raises MissingFileError: when it is broken, as by a download that was cut off.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt"):
            pass
    except (SafetensorError, OSError) as error:
        raise MissingFileError(f"the weights {path} are broken ({error}); fetch or copy them again") from error


def _fetch(name: str, revision: str | None) -> str:
    """End a message with the command that fetches a model, where the name can be one on the Hub."""
    if Path(name).is_dir():
        return ""
    wanted = "" if revision in {None, "main"} else f" --revision {revision}"
    return f" - name the folder of a model, or fetch it once while online: hf download {name}{wanted}"


def model_signature(name: str, *, revision: str | None = None) -> str:
    """Name the exact weights of a model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: The hash of a folder's files, or the commit of the cached snapshot.
    :raises MissingFileError: when neither the folder nor a snapshot is there and none can be fetched.
    """
    folder = Path(name)
    if folder.is_dir():
        files = sorted(p for p in folder.rglob("*") if p.is_file() and _decides(p.relative_to(folder)))
        facts = tuple((p, p.stat().st_size, p.stat().st_mtime_ns) for p in files)
        return _folder_hash(folder, facts)
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(name, "config.json", revision=revision)).parent.name
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if isinstance(error, LocalEntryNotFoundError):
            reason = "and the Hub cannot be asked"  # the library's own words fill three lines
        raise MissingFileError(
            f"no folder and no cached model {name!r} (revision {revision}), {reason}{_fetch(name, revision)}"
        ) from error


def _decides(path: Path) -> bool:
    """Tell whether a file of a model decides what it says: its card and what downloading it left behind do not."""
    return not any(part.startswith(".") for part in path.parts) and path.suffix.lower() != ".md"


@cache
def _folder_hash(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash the files of a folder, once for as long as none of them changes: weights are gigabytes."""
    digest = hashlib.sha256()
    for path, _, _ in files:
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
