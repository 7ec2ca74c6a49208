"""Translates with any translation model of ``transformers``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from silverner.projection.chain.engine import EngineContext
from silverner.projection.languages import Language
from silverner.projection.neural.checkpoint import PrecisionChoice
from silverner.projection.translation.neural import NeuralTranslator, Output, TranslationModelSettings

if TYPE_CHECKING:
    from silverner.projection.translation.inserter import Inserter

NLLB, M2M100 = "facebook/nllb-200-distilled-600M", "facebook/m2m100_418M"

_SEARCH_SETTINGS = (
    "bad_words_ids",
    "begin_suppress_tokens",
    "bos_token_id",
    "decoder_start_token_id",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "encoder_repetition_penalty",
    "eos_token_id",
    "forced_bos_token_id",
    "length_penalty",
    "no_repeat_ngram_size",
    "pad_token_id",
    "renormalize_logits",
    "repetition_penalty",
    "sequence_bias",
    "suppress_tokens",
)
"""Search settings taken from a checkpoint; ``forced_eos_token_id`` would make a cut translation look complete."""


class Seq2Seq(NeuralTranslator):
    """Translate with an ``AutoModelForSeq2SeqLM`` of ``transformers``.

    Each family gets the languages as its documentation shows. NLLB, M2M100 and mBART get the token of the source
    language around the input, and the token of the target language at the beginning of the output. MADLAD and
    multilingual MarianMT get the token of the target language before the input. The original T5 gets its task in words.
    A bilingual MarianMT gets no language.
    """

    engine = "seq2seq"

    def _load(self) -> Any:
        return self._checkpoint.share(self.engine, self._load_for_all)

    def _load_for_all(self) -> Any:
        """Load the model as translators of all languages share it, with the search settings of the checkpoint."""
        model, _ = self._checkpoint.load("seq2seq")
        model.checkpoint_search = model.generation_config
        return model

    def _search(self, checkpoint_config: Any) -> Any:
        """Take the search settings of a checkpoint, without those that sample, cut or multiply its outputs."""
        from transformers import GenerationConfig, MBartTokenizer

        search = {
            name: value for name in _SEARCH_SETTINGS if (value := getattr(checkpoint_config, name, None)) is not None
        }
        if self._beams == 1:
            search = {name: value for name, value in search.items() if name not in {"early_stopping", "length_penalty"}}
        target = self._tokens[1]
        if target is not None and target.forced:
            # The first mBART starts decoding from the language token; later models begin their output with it.
            first = "decoder_start_token_id" if isinstance(self._tokenizer, MBartTokenizer) else "forced_bos_token_id"
            search[first] = self._tokenizer.convert_tokens_to_ids(target.token)
        config: Any = GenerationConfig  # its constructor has no types
        return config(num_beams=self._beams, do_sample=False, max_new_tokens=self._max_length, **search)

    def _generate(self, rows: Sequence[Sequence[int]]) -> list[Output]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        # Not as an argument of ``generate``: it would fill unset values from the checkpoint again. And for each batch:
        # the model may have translated into another language meanwhile.
        self._model.generation_config = settings = self._search(self._model.checkpoint_search)
        device = self._model.device
        ids = pad_sequence([torch.tensor(row) for row in rows], True, self._tokenizer.pad_token_id or 0)
        lengths = torch.tensor([[len(row)] for row in rows])
        mask = (torch.arange(ids.shape[1]) < lengths).long()
        with torch.inference_mode():
            outputs = self._model.generate(input_ids=ids.to(device), attention_mask=mask.to(device)).tolist()
        ends = settings.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        # Decoding starts from the first token, which is the end token in some families.
        return [self._output(row[1:], ends) for row in outputs]


class Seq2SeqSettings(TranslationModelSettings):
    """Any translation model of ``transformers``."""

    extra = "neural"
    licence = "Apache-2.0"
    gives_probabilities = True

    precision: PrecisionChoice = Field(
        default="auto",
        description="type of weights and activations; auto is bfloat16 on a GPU that computes in it, else float32",
    )
    prefix: str | None = Field(
        default=None, description="text before every input; by default the one that the model's family needs"
    )

    def build(self, context: EngineContext) -> Seq2Seq:
        """Make the translator."""
        return Seq2Seq(prefix=self.prefix, **self.options(context))

    def inserter(self, context: EngineContext) -> Inserter:
        """Make the engine that inserts markers into a translation."""
        from silverner.projection.translation.inserter import Inserter  # which is a translator of this module

        return Inserter(prefix=self.prefix, **self.options(context))

    def reversed(self) -> Self:
        """Exchange the codes of the languages, and remove the prefix, because it is for one direction."""
        return super().reversed().model_copy(update={"prefix": None})

    @classmethod
    def names_for(cls, language: Language) -> tuple[str, ...]:
        """Name the families of models that know the language."""
        return tuple(family for family in ("nllb", "m2m100") if getattr(language, family))

    @classmethod
    def suggestion(cls, *, source: Language, target: Language) -> str | None:
        """Suggest the smallest model that knows both languages."""
        if source.nllb and target.nllb:
            return f"{{engine: seq2seq, model: {NLLB}}}   # NLLB: no commercial use"
        return f"{{engine: seq2seq, model: {M2M100}}}" if source.m2m100 and target.m2m100 else None
