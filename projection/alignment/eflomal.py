"""eflomal (Östling and Tiedemann 2016): a Bayesian statistical aligner that learns from the corpus alone."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from projection.alignment.aligner import AlignedPair
from projection.errors import DataError, EngineError, MissingEngineError
from projection.links import check_links, parse_pharaoh


class Eflomal:
    """Align with the ``eflomal`` package. It cannot be seeded: its links are stored, not made again."""

    learns = True

    def __init__(self, *, model: int = 3, prefix_length: int = 0) -> None:
        """Choose the model.

        :param model: 1 is IBM1, 2 adds an HMM, 3 adds fertility.
        :param prefix_length: Compare only this many letters of each word (a crude stemmer for small corpora); 0 is all.
        """
        self._model, self._prefix_length = model, prefix_length

    def settings(self) -> Mapping[str, object]:
        """Return the model and the version of the package."""
        self.check()
        version = importlib.metadata.version("eflomal")
        return {"engine": "eflomal", "model": self._model, "prefix": self._prefix_length, "version": version}

    def check(self) -> None:
        """Look for the package.

        :raises MissingEngineError: when it is not installed.
        """
        if importlib.util.find_spec("eflomal") is None:
            raise MissingEngineError(
                "the package 'eflomal' is not installed (it needs a C compiler): pip install 'silverner[eflomal]'"
            )

    def align(self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]) -> list[AlignedPair]:
        """Align a corpus in both directions.

        :param sources: Source tokens of every sentence.
        :param targets: Target tokens of every sentence.
        :returns: The links of every pair; all weigh 1, for eflomal gives no probabilities.
        :raises DataError: when there is nothing to align.
        :raises EngineError: when eflomal fails or answers for another number of sentences.
        """
        self.check()
        usable = [k for k, (s, t) in enumerate(zip(sources, targets, strict=True)) if s and t]
        if not usable:
            raise DataError("eflomal has nothing to align: no sentence pair has tokens on both sides")
        pairs = [AlignedPair([], []) for _ in sources]
        with tempfile.TemporaryDirectory(prefix="silverner-") as folder:
            lines = self._run(Path(folder), [sources[k] for k in usable], [targets[k] for k in usable])
        for k, (forward, reverse) in zip(usable, lines, strict=True):
            pairs[k] = AlignedPair(parse_pharaoh(forward), parse_pharaoh(reverse))
            for links in pairs[k]:
                check_links(links, len(sources[k]), len(targets[k]), where=f"eflomal, pair {k}")
        return pairs

    def _run(
        self, folder: Path, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[tuple[str, str]]:
        """Call the package; it speaks in files."""
        import eflomal

        options: dict[str, Any] = {"source_prefix_len": self._prefix_length, "target_prefix_len": self._prefix_length}
        forward, reverse = folder / "forward", folder / "reverse"
        try:
            eflomal.Aligner(model=self._model, **options).align(
                [_line(tokens) for tokens in sources],
                [_line(tokens) for tokens in targets],
                links_filename_fwd=str(forward),
                links_filename_rev=str(reverse),
            )
            lines = [path.read_text(encoding="utf-8").splitlines() for path in (forward, reverse)]
        except (OSError, ValueError, RuntimeError) as error:
            raise EngineError(f"eflomal failed on {len(sources)} sentence pairs: {error}") from error
        if {len(side) for side in lines} != {len(sources)}:
            raise EngineError(f"eflomal answered for {len(lines[0])} of {len(sources)} sentence pairs")
        return list(zip(*lines, strict=True))


def _line(tokens: Sequence[str]) -> str:
    """Join tokens by spaces, any white space inside a token replaced, so that eflomal counts the same tokens."""
    return " ".join("_".join(token.split()) or "_" for token in tokens) + "\n"
