"""Rows of an embedding for the pieces of a new tokenizer: FOCUS (Dobler and de Melo 2023), by the package deepfocus.

A piece that the old tokenizer has keeps its row. Every other is a mean of such rows, weighed by how alike the pieces
are in the text (fastText vectors of pieces). A piece that is not in the text gets the mean of the rows of its old
pieces, where the package would draw a random one.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.registry import require_package

_LEAST_READ = 5_000_000
"""Pieces that fastText reads at least, passing over a short text more often than the three times of the paper.

On 2,000 sentences of Yoruba, rows that were left out are then more like the true ones: cosine 0.32 instead of 0.22.
"""


def require_deepfocus() -> None:
    """Check that the packages of FOCUS are installed.

    :raises MissingEngineError: when one is not.
    """
    for package in ("deepfocus", "fasttext"):
        require_package(package, "focus")


class FocusRows:
    """Makes rows for the pieces of a new tokenizer from rows for those of an old one."""

    def __init__(self, old: Any, new: Any, sentences: Sequence[Sequence[str]]) -> None:
        """Learn vectors of the new pieces.

        :param old: The tokenizer of the model.
        :param new: The tokenizer that replaces it.
        :param sentences: The tokens of each sentence of the text.
        :raises UsageError: when the tokenizers have no piece of the text in common.
        """
        self._old, self._new = old, new
        self._lines = [" ".join(new.tokenize(" ".join(sentence))) for sentence in sentences]
        in_text = {piece for line in self._lines for piece in line.split(" ")}
        old_pieces = old.get_vocab()
        ids = new.get_vocab()
        self.kept = {k: old_pieces[piece] for piece, k in ids.items() if piece in old_pieces}
        """Ids of pieces that the old tokenizer has too: new and old."""
        self.new_ids = sorted({*ids.values()} - self.kept.keys())
        """Ids of the other pieces."""
        if not in_text & old_pieces.keys():
            raise UsageError(
                "the model has no piece of this text, so its rows say nothing of it; give it the script first: "
                "silverner adapt transliterate"
            )
        self._not_in_text = [piece for piece in new.convert_ids_to_tokens(self.new_ids) if piece not in in_text]

    def of(self, rows: Any) -> Any:
        """Make the rows.

        :param rows: The rows of the old pieces, a tensor.
        :returns: The rows of the new pieces.
        """
        rows = rows.detach().cpu()
        new_rows = rows.new_zeros(len(self._new), rows.shape[1])
        if len(self._not_in_text) < len(self.new_ids):
            new_rows[:] = self._focus(rows.float())
        new_rows[list(self.kept)] = rows[list(self.kept.values())]
        vocabulary = self._new.get_vocab()
        for piece in self._not_in_text:
            text = self._new.convert_tokens_to_string([piece]).strip().removeprefix("##")
            parts = self._old(text, add_special_tokens=False)["input_ids"]
            new_rows[vocabulary[piece]] = rows[parts].mean(dim=0) if parts else rows.mean(dim=0)
        return new_rows

    def of_bias(self, bias: Any) -> Any:
        """Make the numbers that a head adds to its scores.

        :param bias: Those of the old pieces, a tensor.
        :returns: Those of the new pieces; of a piece that the old tokenizer lacks their mean.
        """
        new_bias = bias.detach().mean().repeat(len(self._new))
        new_bias[list(self.kept)] = bias.detach()[list(self.kept.values())]
        return new_bias

    def _focus(self, rows: Any) -> Any:
        """Call the package, without its progress bars."""
        from deepfocus import FOCUS

        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            return FOCUS(
                target_tokenizer=self._new,
                source_tokenizer=self._old,
                source_embeddings=rows,
                fasttext_model_path=str(_vectors(self._lines, Path(folder))),
                verbosity="silent",
            )


def _vectors(lines: Iterable[str], folder: Path) -> Path:
    """Learn vectors of pieces with the settings of deepfocus, on one thread, so that they are the same every time."""
    import fasttext

    text, vectors = folder / "pieces.txt", folder / "vectors.bin"
    text.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    number = sum(line.count(" ") + 1 for line in lines)
    model = fasttext.train_unsupervised(
        str(text),
        model="cbow",
        dim=100,
        neg=10,
        epoch=max(3, _LEAST_READ // number),
        minCount=1,
        bucket=100_000,
        thread=1,
        verbose=0,
    )
    model.save_model(str(vectors))
    return vectors
