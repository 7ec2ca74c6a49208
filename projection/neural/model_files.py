"""Files of a model, in a folder or in the Hub's cache: whether all are there and whole, and a hash of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from silverner.projection.errors import MissingFileError, NotDownloadedError
from silverner.projection.neural.unsafe_model import ADAPTER, ADAPTER_WEIGHTS, INDEX, indexed_files
from silverner.projection.readers.hub import is_offline_id

_TOKENIZER_FILES = (
    *("tokenizer.json", "vocab.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model", "source.spm"),
    *("spm.model", "tokenizer.model"),
)
"""A tokenizer has at least one of these files; without any, transformers would make up an empty tokenizer."""
_TOKENIZER_ONLY = " --include '*.json' --include '*.model' --include '*.txt'"
"""Ends the command that fetches a model, where its weights, which are gigabytes, are not needed."""
_WEIGHTS = {".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".ot", ".onnx"}


def check_all_there(checks: Iterable[Callable[[], None]]) -> None:
    """Make several checks, and name all that is missing in one error.

    :param checks: Each raises :class:`~silverner.projection.errors.MissingFileError` for what is missing.
    :raises MissingFileError: naming all of it.
    """
    missing: list[MissingFileError] = []
    for check in checks:
        try:
            check()
        except MissingFileError as error:
            missing.append(error)
    if missing:
        can_be_fetched = all(isinstance(error, NotDownloadedError) for error in missing)
        kind = NotDownloadedError if can_be_fetched else MissingFileError
        raise kind("; ".join(dict.fromkeys(map(str, missing)))) from missing[0]


def check_tokenizer_files(name: str, *, revision: str | None = None) -> None:
    """Check that a model has a tokenizer: always in a folder, for an id only when the Hub is offline.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :raises MissingFileError: when none of its files is there.
    """
    if _is_readable(name) and not any(_local_file(name, file, revision) for file in _TOKENIZER_FILES):
        raise MissingFileError(
            f"the model {name!r} has no tokenizer beside it (none of {', '.join(_TOKENIZER_FILES)})"
            f"{fetch_hint(name, revision)}"
        )


def check_weight_files(name: str, *, revision: str | None = None) -> None:
    """Check that a model has whole weights: always in a folder, for an id only when the Hub is offline.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :raises SilvernerError: when a file is missing, or the weights or their index are broken.
    """
    if not _is_readable(name):
        return
    weights, index = (_local_file(name, file, revision) for file in ("model.safetensors", INDEX))
    if weights is None and index is None:
        raise MissingFileError(
            f"the model {name!r} has no weights as safetensors (model.safetensors); pickled weights are not read"
            f"{fetch_hint(name, revision)}"
        )
    for _ in _weight_shapes(name, revision, weights, index):
        pass


def count_parameters(name: str, *, revision: str | None = None) -> int | None:
    """Count the parameters of a model on this machine by the headers of its files; no weights are read.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: Their number; ``None`` for a model that is not here, or has no safetensors.
    :raises SilvernerError: when a file is missing, or the weights or their index are broken.
    :raises ImportError: when a package that reads weights is not installed.
    """
    from huggingface_hub.errors import HFValidationError

    try:
        weights, index = (_local_file(name, file, revision) for file in ("model.safetensors", INDEX))
    except HFValidationError:  # there is no such folder, and it is no id
        return None
    if weights is None and index is None:
        return None
    return sum(map(math.prod, _weight_shapes(name, revision, weights, index)))


def _weight_shapes(name: str, revision: str | None, weights: Path | None, index: Path | None) -> Iterator[list[int]]:
    """Return the shape of every tensor of a model, whose weights are one file, or those that an index names."""
    if weights is not None:
        yield from _shapes(weights)
    elif index is not None:
        for shard in indexed_files(name, index):
            if (part := _local_file(name, shard, revision)) is None:
                raise MissingFileError(f"the model {name!r} lacks {shard}, which {INDEX} names; fetch or copy it again")
            yield from _shapes(part)


def _is_readable(name: str) -> bool:
    """Tell whether the files of a model are on this machine, or must be, because nothing can be fetched."""
    from huggingface_hub import constants

    return Path(name).is_dir() or constants.HF_HUB_OFFLINE


def _local_file(name: str, file: str, revision: str | None) -> Path | None:
    """Find a file of a model in its folder, or in the cache of the Hub."""
    from huggingface_hub import try_to_load_from_cache

    folder = Path(name)
    if folder.is_dir():
        return folder / file if (folder / file).is_file() else None
    cached = try_to_load_from_cache(name, file, revision=revision)
    return Path(cached) if isinstance(cached, str) else None


def _shapes(path: Path) -> list[list[int]]:
    """Read the shapes of the tensors in a file of weights, without the weights.

    :raises MissingFileError: when the file is broken, for example by an interrupted download.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return [file.get_slice(key).get_shape() for key in file.keys()]  # noqa: SIM118 - it is no mapping
    except (SafetensorError, OSError) as error:
        raise MissingFileError(f"the weights {path} are broken ({error}); fetch or copy them again") from error


def fetch_hint(name: str, revision: str | None) -> str:
    """Write the command that fetches a model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: Text to end an error message with; empty for a folder.
    """
    if Path(name).is_dir():
        return ""
    option = "" if revision in {None, "main"} else f" --revision {revision}"
    return f" - name the folder of a model, or fetch it once while online: hf download {name}{option}"


def model_signature(name: str, *, revision: str | None = None, config: str = "config.json") -> str:
    """Identify the exact weights of a model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :param config: For an id: a file that every model of this kind has.
    :returns: The hash of a folder's files, or the commit of the cached snapshot.
    :raises MissingFileError: when there is no folder and no snapshot, and none can be fetched.
    """
    return _signature(name, revision, config, _is_model_file)


def tokenizer_signature(name: str, *, revision: str | None = None) -> str:
    """Identify the tokenizer that lies beside a model; the weights do not count.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: The hash of a folder's files, or the commit of the cached snapshot.
    :raises MissingFileError: when there is no folder and no snapshot, and none can be fetched.
    """
    return _signature(name, revision, "tokenizer_config.json", _is_tokenizer_file, only=_TOKENIZER_ONLY)


def adapter_signature(name: str, *, revision: str | None = None) -> str:
    """Identify an adapter.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: The hash of a folder's files, or the commit of the cached snapshot.
    :raises MissingFileError: when there is no folder and no snapshot, and none can be fetched.
    """
    return _signature(name, revision, ADAPTER, _is_model_file)


def adapter_files(name: str, *, revision: str | None = None) -> tuple[Path, Path]:
    """Find the files of an adapter.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :returns: Its configuration and its weights.
    :raises MissingFileError: when one is missing, or the weights are broken.
    """
    if not Path(name).is_dir():
        return _downloaded(name, ADAPTER, revision), _downloaded(name, ADAPTER_WEIGHTS, revision)
    for file in (ADAPTER, ADAPTER_WEIGHTS):
        if not Path(name, file).is_file():
            raise MissingFileError(f"the adapter {name!r} has no {file}; pickled weights are not read")
    _shapes(Path(name, ADAPTER_WEIGHTS))
    return Path(name, ADAPTER), Path(name, ADAPTER_WEIGHTS)


def _signature(name: str, revision: str | None, file: str, counts: Callable[[Path], bool], *, only: str = "") -> str:
    """Hash the files of a folder that count, or find the commit of the snapshot that has a file."""
    folder = Path(name)
    if folder.is_dir():
        files = sorted(p for p in folder.rglob("*") if p.is_file() and counts(p.relative_to(folder)))
        facts = tuple((p, p.stat().st_size, p.stat().st_mtime_ns) for p in files)
        return _folder_hash(folder, facts)
    return _downloaded(name, file, revision, only=only).parent.name


def _downloaded(name: str, file: str, revision: str | None, *, only: str = "") -> Path:
    """Fetch a file of a model on the Hub, or find it in the cache."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(name, file, revision=revision))
    except HFValidationError as error:
        raise MissingFileError(
            f"there is no folder {name!r}, and it is no name of a model on the Hub, such as org/model; name a folder"
        ) from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if isinstance(error, LocalEntryNotFoundError):
            reason = "and the Hub cannot be reached"  # the library's message has three lines
        raise (NotDownloadedError if is_offline_id(name) else MissingFileError)(
            f"no folder and no cached model {name!r} (revision {revision}), {reason}{fetch_hint(name, revision)}{only}"
        ) from error


def _is_model_file(path: Path) -> bool:
    """Tell whether a file decides the output of a model; its card and traces of a download do not."""
    return not any(part.startswith(".") for part in path.parts) and path.suffix.lower() != ".md"


def _is_tokenizer_file(path: Path) -> bool:
    """Tell whether a file may decide the subwords: weights do not, and are gigabytes."""
    return _is_model_file(path) and path.suffix.lower() not in _WEIGHTS


@cache
def _folder_hash(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash the files of a folder; cached as long as none of them changes, since weights are gigabytes."""
    digest = hashlib.sha256()
    for path, _, _ in files:
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
