"""The tokenizer of another model: which one a model reads its text with, and whether the two fit together.

A checkpoint that was tuned from another one can lie beside a tokenizer that is not the one it was tuned with. A model
takes any numbers for subwords, so that the wrong tokenizer gives wrong text and no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from silverner.projection.errors import UsageError
from silverner.projection.neural.model_files import check_tokenizer_files, tokenizer_signature
from silverner.projection.neural.unsafe_model import refuse_unsafe_model

LEAST_SHARE = 0.9
"""A tokenizer with fewer subwords than this share of the model's rows is that of another model. Models have some rows
more than subwords, because their number was rounded up."""
_SPECIAL = ("pad", "bos", "eos")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizerChoice:
    """The tokenizer that a model is used with, where it is not simply the one beside the model.

    :param name: A folder, or an id on the Hub.
    :param revision: For an id: branch, tag or commit.
    :param legacy_behaviour: For NLLB: whether the code of the language stands behind the text, as before April 2023;
        ``None`` leaves this to the tokenizer's own files.
    """

    name: str
    revision: str | None = None
    legacy_behaviour: bool | None = None

    def settings(self) -> Mapping[str, object]:
        """Return what decides the subwords: the hash of the tokenizer's files, and where the code stands."""
        signature = tokenizer_signature(self.name, revision=self.revision)
        return {"files": signature, "legacy_behaviour": self.legacy_behaviour}

    def check(self) -> None:
        """Check that the tokenizer is there, and that it runs no code of its own.

        :raises SilvernerError: when it is missing, or has such code.
        """
        refuse_unsafe_model(self.name, revision=self.revision)
        tokenizer_signature(self.name, revision=self.revision)
        check_tokenizer_files(self.name, revision=self.revision)

    def options(self) -> dict[str, object]:
        """Return the options with which ``transformers`` loads it."""
        return {} if self.legacy_behaviour is None else {"legacy_behaviour": self.legacy_behaviour}

    def check_behaviour(self, tokenizer: Any) -> None:
        """Refuse ``legacy_behaviour`` for a tokenizer that would ignore it.

        :param tokenizer: The tokenizer that was loaded.
        :raises UsageError: when it is of another family than NLLB.
        """
        if self.legacy_behaviour is not None and type(tokenizer).__name__.removesuffix("Fast") != "NllbTokenizer":
            raise UsageError(
                f"legacy_behaviour: the tokenizer {self.name!r} is a {type(tokenizer).__name__}, and only NLLB's has "
                "such a behaviour; leave it out"
            )


def count_subwords(tokenizer: Any) -> int:
    """Count the rows that a tokenizer needs in a model: its highest number, and one.

    :param tokenizer: A tokenizer of ``transformers``.
    """
    return max(tokenizer.get_vocab().values(), default=-1) + 1


def check_rows(tokenizer: Any, rows: int, *, what: str) -> None:
    """Refuse a tokenizer with more subwords than the model has rows.

    :param tokenizer: The tokenizer.
    :param rows: The rows of the model's embeddings.
    :param what: Names the tokenizer and the model, for the message.
    :raises UsageError: when it has more.
    """
    if (subwords := count_subwords(tokenizer)) > rows:
        raise UsageError(f"{what} has {subwords} subwords and the model {rows}; it belongs to another model")


def check_fit(tokenizer: Any, config: Any, *, what: str) -> None:
    """Compare a tokenizer with the configuration of a model that it was chosen for.

    :param tokenizer: The tokenizer.
    :param config: The configuration.
    :param what: Names the tokenizer and the model, for the message.
    :raises UsageError: when the number of subwords or a special token differs.
    """
    rows = getattr(config, "vocab_size", None)
    if rows is not None:
        check_rows(tokenizer, rows, what=what)
        if (subwords := count_subwords(tokenizer)) < LEAST_SHARE * rows:
            raise UsageError(f"{what} has only {subwords} subwords and the model {rows}; it belongs to another model")
    for name in _SPECIAL:
        expected, actual = getattr(config, f"{name}_token_id", None), getattr(tokenizer, f"{name}_token_id", None)
        numbers = expected if isinstance(expected, list) else [expected]
        if actual is None and expected is not None and config.is_encoder_decoder:
            raise UsageError(f"{what} has no special token {name!r}, which the model needs; choose another tokenizer")
        if None not in {actual, expected} and actual not in numbers:
            raise UsageError(
                f"{what} has the special token {name!r} as number {actual}, and the model expects {numbers[0]}; it "
                "belongs to another model"
            )
