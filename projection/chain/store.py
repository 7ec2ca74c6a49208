"""The shard store: finished work on disk or on a remote file system, found again by signature.

A program that is killed leaves no half-written file (:mod:`~silverner.projection.chain.files`), but a disk can damage
a file later. So every file of the store has its hash: shards and the number of rows are sealed
(:mod:`~silverner.projection.chain.sealed`), and an artefact has the hash in its name. Several programs can use one
store: they write the same bytes under the same names.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from silverner.projection.chain.files import file_hash, remove_temporaries, temporary_file
from silverner.projection.chain.sealed import seal, unseal
from silverner.projection.chain.store_files import LocalFiles, StoreFiles
from silverner.projection.chain.store_url import StoreUrl
from silverner.projection.errors import DataError, OutputError

LOG = logging.getLogger("silverner")
LAYOUT = 2
"""Version of the layout; part of the path, so an old store is never misread."""
_SHARD_NAME = re.compile(r"([0-9]{6}|[1-9][0-9]{6,11})\.shard")


class ShardStore:
    """Shards, artefacts and counts of stages, below one folder or one URL."""

    def __init__(self, place: Path | StoreUrl) -> None:
        """Use a folder, which is made when something is written, or a remote file system.

        :param place: The folder or the URL.
        :raises UsageError: when nobody knows such a kind of file system.
        :raises MissingEngineError: when its package is not installed.
        """
        self._files = _files_at(place)

    def __str__(self) -> str:
        """Return where the store is, without a password."""
        return self._files.shown(self.root)

    @property
    def root(self) -> Path:
        """The local folder; for a remote store, what must be on this machine: artefacts and temporary files."""
        return self._files.folder

    @property
    def models(self) -> Path:
        """The local folder for converted models."""
        return self._files.models

    def is_seen_here(self) -> bool:
        """Tell whether this machine can see the store, as far as that is known without asking another one."""
        return self._files.is_seen_here()

    def check(self) -> None:
        """Check that the store answers, and that its work can be used.

        :raises OutputError: when a remote file system does not answer, or all work is of a newer version.
        """
        names = self._files.names(self.root.parent)
        layouts = {int(name[1:]) for name in names if re.fullmatch(r"v[0-9]{1,9}", name)}
        if layouts and LAYOUT not in layouts and max(layouts) > LAYOUT:
            raise OutputError(
                f"a newer version of silverner wrote the store {self._files.shown(self.root.parent)} (layout "
                f"{max(layouts)}; this version reads layout {LAYOUT}): install that version, or choose another place "
                "with --store"
            )

    def remove_temporaries(self) -> None:
        """Remove what killed programs were writing here."""
        remove_temporaries(self.root, folders=True)
        for folder in self.root.glob("*/"):
            remove_temporaries(folder, folders=True)

    def folder(self, stage: str, signature: str) -> Path:
        """Return the folder of a stage with a signature."""
        return self.root / f"{stage}-{signature}"

    def shard(self, stage: str, signature: str, index: int) -> Path:
        """Return the path of a shard."""
        return self.folder(stage, signature) / f"{index:06d}.shard"

    def write_shard(self, path: Path, table: pa.Table) -> None:
        """Write one shard.

        :param path: As :meth:`shard` gives it.
        :param table: Its rows.
        :raises OutputError: when it cannot be written.
        """
        content = pa.BufferOutputStream()
        pq.write_table(table, content, compression="zstd")
        self._files.write(path, seal(content.getvalue().to_pybytes()))

    def read_shard(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        """Read one shard.

        :param path: As :meth:`shard` gives it.
        :param columns: The columns wanted; all if left out.
        :returns: Its rows.
        :raises OutputError: when the file is damaged, with what to do.
        """
        (table,) = self.read_shards([path], [columns])
        return table

    def read_shards(self, paths: Sequence[Path], columns: Sequence[list[str] | None]) -> Iterator[pa.Table]:
        """Read several shards, from a remote store at the same time.

        :param paths: As :meth:`shard` gives them.
        :param columns: Of each the columns wanted, as in :meth:`read_shard`.
        :returns: The rows of each.
        :raises OutputError: as in :meth:`read_shard`.
        """
        contents = self._files.read_several(paths)
        for path, columns_of_shard in zip(paths, columns, strict=True):
            try:
                content = unseal(next(contents))
                why: object = "its content is not what was written"
                table = None if content is None else pq.read_table(pa.BufferReader(content), columns=columns_of_shard)
            except OutputError:
                raise
            except (OSError, DataError, pa.ArrowException) as error:
                table, why = None, error
            if table is None:
                raise OutputError(
                    f"the stored shard {self._files.shown(path)} cannot be read ({why}); run again: it is made again"
                )
            yield table

    def has_shard(self, path: Path) -> bool:
        """Tell whether a shard is there and whole; a damaged one is named in the log, and counts as not there.

        :param path: As :meth:`shard` gives it.
        """
        return self._read_sealed(path) is not None

    def count_shards(self, stage: str, signature: str, *, most: int) -> int:
        """Count the shards that are there, of the first ``most``; their content is not read."""
        return len(self._shards(stage, signature, most=most))

    def whole_shards(self, stage: str, signature: str, *, most: int) -> set[int]:
        """Return the numbers of the shards that are there and whole, of the first ``most``; see :meth:`has_shard`."""
        present = self._shards(stage, signature, most=most)
        return {index for index in sorted(present) if self.has_shard(self.shard(stage, signature, index))}

    def _shards(self, stage: str, signature: str, *, most: int) -> set[int]:
        """Return the numbers of the shards that are there, of the first ``most``."""
        numbers = map(_SHARD_NAME.fullmatch, self._files.names(self.folder(stage, signature)))
        return {int(number[1]) for number in numbers if number is not None and int(number[1]) < most}

    def discard_shards(self, stage: str, signature: str) -> None:
        """Remove shards that nobody needs any more; those of a remote store stay there."""
        for index in self._shards(stage, signature, most=sys.maxsize):
            self._files.discard(self.shard(stage, signature, index))

    def write_rows(self, stage: str, signature: str, rows: int) -> None:
        """Write how many rows the shards of the source have together: it says that they are complete."""
        self._write_number(self.folder(stage, signature) / "rows", rows)

    def rows(self, stage: str, signature: str) -> int | None:
        """Return that number; ``None`` where the shards are not complete, or the number is damaged."""
        return self._read_number(self.folder(stage, signature) / "rows")

    def write_halved_batches(self, artefact: Path, count: int) -> None:
        """Write how many batches of a model were halved while an artefact was made.

        :param artefact: As :meth:`artefacts` gives it.
        :param count: Their number.
        """
        self._write_number(artefact.with_name(f"{artefact.name}.halved"), count)

    def halved_batches(self, artefact: Path) -> int:
        """Return that number; 0 where none was written."""
        return self._read_number(artefact.with_name(f"{artefact.name}.halved")) or 0

    def _write_number(self, path: Path, number: int) -> None:
        self._files.write(path, seal(str(number).encode()))

    def _read_number(self, path: Path) -> int | None:
        content = self._read_sealed(path)
        return int(content) if content is not None and re.fullmatch(rb"[0-9]{1,15}", content) else None

    def add_artefact(self, stage: str, signature: str, write: Callable[[Path], None], *, kind: str) -> Path:
        """Write an artefact under a name that holds its hash.

        :param stage: The stage.
        :param signature: Its signature before fitting.
        :param write: Writes it to the path it is given.
        :param kind: How its name begins: artefacts of several kinds can lie side by side.
        :returns: Its path.
        :raises OutputError: when it cannot be written.
        """
        folder = self.folder(stage, signature)
        with temporary_file(folder / kind) as temporary:
            write(temporary)
            path = folder / f"{kind}-{file_hash(temporary)}"
            self._files.publish(temporary, path)
        return path

    def artefacts(self, stage: str, signature: str, *, kind: str) -> list[Path]:
        """List the artefacts of a kind, in the order of their names; nothing is read."""
        folder = self.folder(stage, signature)
        return [
            folder / name for name in sorted(self._files.names(folder)) if re.fullmatch(f"{kind}-[0-9a-f]{{64}}", name)
        ]

    def has_artefact(self, path: Path) -> bool:
        """Tell whether an artefact is there and whole; a damaged one is named in the log and removed.

        An artefact of a remote store is on this machine then.

        :param path: As :meth:`artefacts` gives it.
        """
        try:
            self._files.bring(path)
            if file_hash(path) == artefact_hash(path):
                return True
            why: object = "its content is not what was written"
        except FileNotFoundError:
            return False
        except OutputError:
            raise  # the store does not answer
        except (OSError, DataError) as error:
            why = error
        LOG.warning("the stored artefact %s is damaged (%s) and not used", self._files.shown(path), why)
        self._files.discard(path)
        return False

    def _read_sealed(self, path: Path) -> bytes | None:
        """Read a sealed file; ``None`` when it is not there, or is damaged, which is logged."""
        try:
            content = unseal(self._files.read(path))
            why: object = "its content is not what was written"
        except FileNotFoundError:
            return None
        except OutputError:
            raise  # the store does not answer
        except (OSError, DataError) as error:
            content, why = None, error
        if content is None:
            LOG.warning("the stored file %s is damaged (%s); it is made again", self._files.shown(path), why)
        return content


def artefact_hash(path: Path) -> str:
    """Return the hash in the name of an artefact.

    :param path: As :meth:`ShardStore.artefacts` gives it.
    """
    return path.name.rpartition("-")[2]


def _files_at(place: Path | StoreUrl) -> StoreFiles:
    """Choose how the files of a store are read and written."""
    version = f"v{LAYOUT}"
    if isinstance(place, StoreUrl):
        from silverner.projection.chain.remote_files import RemoteFiles

        return RemoteFiles(place, version=version)
    return LocalFiles(place / version, models=place / "models")
