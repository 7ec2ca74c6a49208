"""What a method of adaptation declares: name, description, options, and what it changes before training.

A method is a frozen dataclass. Its fields are the options of the command line that it takes, made by
:func:`~silverner.students.strategies.option.option`. Its :meth:`~AdaptationMethod.change` alters model or tokenizer::

    @dataclass(frozen=True, kw_only=True)
    class Lowercase(AdaptationMethod):
        name = "lowercase"
        summary = "the tokenizer lower-cases the text"

        def change(self, masked, text):
            return Change(tokenizer=lower_casing(masked.tokenizer))

The command line imports every method for its help, so none imports numpy, torch or the like at its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from silverner.students.strategies.option import TakesOptions

if TYPE_CHECKING:
    from silverner.students.adapt.adaptation_text import AdaptationText
    from silverner.students.adapt.masked_model import MaskedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a method has changed.

    :param tokenizer: The tokenizer from now on; ``None`` if it is the same.
    :param new_rows: Ids of subwords whose embeddings are new; they learn at a rate of their own.
    :param facts: What results and card say of it: names and values of JSON.
    """

    tokenizer: Any = None
    new_rows: tuple[int, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AdaptationMethod(TakesOptions):
    """How a model is specialised. By default: it is trained on the masked words of the text, and nothing else."""

    name: ClassVar[str]
    """Its name on the command line."""
    summary: ClassVar[str]
    """What becomes of the model, in one line for help and README."""
    epochs: ClassVar[float] = 20.0
    """How long the model is trained afterwards, unless the user says it."""

    @property
    def changes_model(self) -> bool:
        """Whether it changes anything before the training."""
        return type(self).change is not AdaptationMethod.change

    def change(self, masked: MaskedModel, text: AdaptationText) -> Change:
        """Change a model before it is trained; the same text and seed make the same change.

        :param masked: The model; its weights are changed in place.
        :param text: The text of the language.
        :returns: What has changed.
        :raises SilvernerError: when the method has no use for this model or text.
        """
        return Change()
