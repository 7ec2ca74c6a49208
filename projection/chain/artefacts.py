"""The artefacts of fitting stages: what a stage learned from the whole corpus.

Some engines cannot learn the same a second time, so a published corpus holds their artefacts. Such an artefact can be
the file of a stranger: it is used when its hash is the recorded one and its content fits the corpus. It is stored under
a name of its own, so that it is used for that corpus folder alone.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silverner.projection.chain.files import file_hash
from silverner.projection.chain.reports import HALVED_BATCH, counting_events
from silverner.projection.chain.stage import Batch, is_repeatable
from silverner.projection.chain.store import ShardStore, artefact_hash
from silverner.projection.errors import DataError

LOG = logging.getLogger("silverner")
_FITTED, _RECORDED = "artefact", "recorded"


@dataclass(frozen=True, slots=True)
class RecordedArtefact:
    """An artefact that a published corpus holds.

    :param path: The file.
    :param sha256: Its hash, as the manifest records it.
    """

    path: Path
    sha256: str


class Artefacts:
    """Finds the artefact of a fitting stage, or lets the stage learn."""

    def __init__(self, store: ShardStore, recorded: Mapping[str, RecordedArtefact]) -> None:
        """Use a store, and what a corpus holds.

        :param store: Where artefacts are.
        :param recorded: Artefacts of a corpus, by the name that :func:`artefact_name` gives.
        """
        self._store, self._recorded = store, recorded
        self._used: dict[str, Path] = {}

    def find(self, stage: Any, signature: str) -> Path | None:
        """Find the artefact of a stage by its name; its content is not read.

        :param stage: The stage.
        :param signature: Its signature before fitting.
        :returns: Its path; ``None`` while there is none.
        """
        name = artefact_name(stage, signature)
        if name in self._used:
            return self._used[name]
        recorded = self._recorded_for(stage, signature)
        paths = self._stored(stage, signature)
        return next((path for path in paths if recorded is None or artefact_hash(path) == recorded.sha256), None)

    def make(
        self,
        stage: Any,
        signature: str,
        batches: Callable[[], Iterable[Batch]],
        *,
        fit: Callable[[Path], None] | None = None,
    ) -> Path:
        """Find the artefact of a stage and verify it; if there is none, take the recorded one, or fit the stage.

        :param stage: The stage.
        :param signature: Its signature before fitting.
        :param batches: Reads the whole corpus.
        :param fit: Fits the stage, and writes what it learned to a file; by default from the batches.
        :returns: The path of the artefact.
        :raises SilvernerError: when the stage cannot be fitted.
        """
        recorded = self._recorded_for(stage, signature)
        paths = self._stored(stage, signature)
        used = None
        if recorded is not None:
            used = self._first_whole([path for path in paths if artefact_hash(path) == recorded.sha256])
            used = used or self._adopt(stage, signature, recorded, batches)
        used = used or self._first_whole(self._store.artefacts(stage.name, signature, kind=_FITTED))
        if used is None:
            if (recorded or paths) and not is_repeatable(stage):
                LOG.warning("%s: fitted again; its result can differ from the earlier one", stage.name)
            write = fit or (lambda temporary: stage.fit(batches(), temporary))
            with counting_events() as counts:
                used = self._store.add_artefact(stage.name, signature, write, kind=_FITTED)
            if halved := counts[HALVED_BATCH]:
                self._store.write_halved_batches(used, halved)
        self._used[artefact_name(stage, signature)] = used
        return used

    def _recorded_for(self, stage: Any, signature: str) -> RecordedArtefact | None:
        """Return the recorded artefact of a stage, unless the stage can learn the same again by itself."""
        return None if is_repeatable(stage) else self._recorded.get(artefact_name(stage, signature))

    def _stored(self, stage: Any, signature: str) -> list[Path]:
        """List the stored artefacts of a stage; without a recorded one, only those that were fitted here are used."""
        kinds = (_FITTED,) if self._recorded_for(stage, signature) is None else (_FITTED, _RECORDED)
        return [path for kind in kinds for path in self._store.artefacts(stage.name, signature, kind=kind)]

    def _first_whole(self, paths: Iterable[Path]) -> Path | None:
        return next((path for path in paths if self._store.has_artefact(path)), None)

    def _adopt(
        self, stage: Any, signature: str, recorded: RecordedArtefact, batches: Callable[[], Iterable[Batch]]
    ) -> Path | None:
        """Copy a recorded artefact into the store; ``None`` when it is not what was recorded, or does not fit."""

        def copy_checked(temporary: Path) -> None:
            if recorded.path.is_symlink() or not recorded.path.is_file():
                raise DataError("there is no such file")
            shutil.copyfile(recorded.path, temporary)
            if file_hash(temporary) != recorded.sha256:
                raise DataError("its content is not what the manifest records")
            stage.load(temporary)
            check = getattr(stage, "check_fitted", None)
            if check is not None:
                check(batches())

        try:
            path = self._store.add_artefact(stage.name, signature, copy_checked, kind=_RECORDED)
        except DataError as error:
            LOG.warning("%s: %s is not used: %s", stage.name, recorded.path, error)
            return None
        LOG.info("%s: nothing is fitted: %s is used, as the manifest there records it", stage.name, recorded.path)
        return path


def artefact_name(stage: Any, signature: str) -> str:
    """Return the name under which an artefact is published.

    :param stage: The stage.
    :param signature: Its signature before fitting.
    """
    return f"{stage.name}-{signature}.artefact"
