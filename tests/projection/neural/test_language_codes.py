from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES as M2M100
from transformers.models.mbart50.tokenization_mbart50 import FAIRSEQ_LANGUAGE_CODES as MBART50
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES as NLLB

from silverner.projection.errors import UsageError
from silverner.projection.neural.language_codes import LanguageToken, language_token, language_tokens

XTREME = "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur"
MASAKHANER = "bam ewe fon hau ibo kin lug luo mos nya sna swa tsn twi wol xho yor zul"


class Bilingual:
    """A tokenizer as far as its language tokens go."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._vocabulary = {token: k for k, token in enumerate(["a", "</s>", "▁es_", *tokens])}

    def get_vocab(self) -> dict[str, int]:
        return self._vocabulary


class Multilingual(Bilingual):
    src_lang = "x"


FAMILIES = {
    "nllb": Multilingual([*NLLB, "en_XX"]),
    "m2m100": Multilingual(f"__{code}__" for code in M2M100["m2m100"]),
    "mbart50": Multilingual(MBART50),
    "madlad": Bilingual(["<2es>", "<2zh>", "<2zh_Latn>", "<2sr_Latn>", "<2sr>", "<2sw>", "<2translate>"]),
    "opus": Bilingual([">>es<<", ">>es_AR<<", ">>pt_BR<<", ">>pt<<", ">>swa<<"]),
    "tatoeba": Bilingual([">>cmn_Hant<<", ">>cmn_Hans<<", ">>yue_Hant<<", ">>spa<<", ">>pes_Latn<<", ">>pes<<"]),
}


@pytest.mark.parametrize(
    ("family", "language", "code"),
    [
        ("nllb", "spa", "spa_Latn"),
        ("nllb", "es", "spa_Latn"),
        ("nllb", "sw", "swh_Latn"),
        ("nllb", "swa", "swh_Latn"),
        ("nllb", "zho", "zho_Hans"),
        ("nllb", "yue", "yue_Hant"),
        ("nllb", "ara", "arb_Arab"),
        ("nllb", "arz", "arz_Arab"),
        ("nllb", "msa", "zsm_Latn"),
        ("nllb", "lav", "lvs_Latn"),
        ("nllb", "fas", "pes_Arab"),
        ("nllb", "aze", "azj_Latn"),
        ("nllb", "aka", "aka_Latn"),
        ("nllb", "twi", "twi_Latn"),
        ("nllb", "tl", "tgl_Latn"),
        ("nllb", "srp", "srp_Cyrl"),
        ("nllb", "he", "heb_Hebr"),
        ("m2m100", "swh", "sw"),
        ("m2m100", "spa", "es"),
        ("m2m100", "yor", "yo"),
        ("mbart50", "swh", "sw_KE"),
        ("mbart50", "zho", "zh_CN"),
        ("mbart50", "eng", "en_XX"),
        ("madlad", "spa", "es"),
        ("madlad", "zho", "zh"),
        ("madlad", "srp", "sr"),
        ("opus", "spa", "es"),
        ("opus", "por", "pt"),
        ("opus", "swh", "swa"),
        ("tatoeba", "zho", "cmn_Hans"),
        ("tatoeba", "yue", "yue_Hant"),
        ("tatoeba", "fas", "pes"),
    ],
)
def test_a_language_finds_its_token(family: str, language: str, code: str) -> None:
    result = language_token(FAMILIES[family], language, model="m")
    assert result is not None
    assert result.code == code


@pytest.mark.parametrize(
    ("family", "code", "token", "forced"),
    [
        ("nllb", "zho_Hant", "zho_Hant", True),
        ("m2m100", "zh", "__zh__", True),
        ("m2m100", "__zh__", "__zh__", True),
        ("mbart50", "zh_CN", "zh_CN", True),
        ("madlad", "zh_Latn", "<2zh_Latn>", False),
        ("opus", "pt_BR", ">>pt_BR<<", False),
        ("opus", ">>pt_BR<<", ">>pt_BR<<", False),
    ],
)
def test_the_models_own_code_may_be_given(family: str, code: str, token: str, forced: bool) -> None:
    result = language_token(FAMILIES[family], "spa", model="m", code=code)
    assert result == LanguageToken(token.strip("_<>2") if not token[0].isalpha() else token, token, forced)


@pytest.mark.parametrize("language", [*XTREME.split(), "vi", "yo", "zh", *MASAKHANER.split()])
def test_nllb_knows_every_language_of_the_studies(language: str) -> None:
    assert language_token(FAMILIES["nllb"], language, model="m") is not None


@pytest.mark.parametrize("code", NLLB)
def test_every_code_of_nllb_is_found_by_its_own_language(code: str) -> None:
    result = language_token(FAMILIES["nllb"], code[:3], model="m")
    assert result is not None
    assert result.code[:3] == code[:3]


def test_only_the_style_with_most_tokens_counts() -> None:
    assert len(language_tokens(FAMILIES["nllb"])) == len(NLLB)
    assert [token.code for token in language_tokens(FAMILIES["opus"])] == ["es", "es_AR", "pt", "pt_BR", "swa"]
    assert language_tokens(Bilingual(["spa_Latn", "__es__"])) == []


@pytest.mark.parametrize(
    ("family", "language", "code", "message"),
    [
        (
            "nllb",
            "pcm",
            None,
            "the model 'm' has no language code for 'pcm' (Nigerian Pidgin); it knows ace_Arab, ace_",
        ),
        ("nllb", "bbj", None, "for 'bbj' (Ghomala); it knows"),
        ("nllb", "pcm", None, "and 190 more; nearby: pag_Latn, pan_Guru, pap_Latn, pbt_Arab"),
        ("nllb", "spa", "es", "has no language code for 'es'; it knows ace_"),
        ("nllb", "zho", "zh", "and 190 more; nearby: zho_Hans, zho_Hant; choose another model"),
        ("opus", "deu", None, "'deu' (German); it knows es, es_AR, pt, pt_BR, swa; choose another model, or name a"),
        ("m2m100", "tel", None, "'tel' (Telugu)"),
    ],
)
def test_a_language_the_model_does_not_know(family: str, language: str, code: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        language_token(FAMILIES[family], language, model="m", code=code)


def test_a_model_without_tokens_is_told_nothing() -> None:
    assert language_token(Bilingual([]), "spa", model="m") is None
    with pytest.raises(UsageError, match="the model 'm' has no language codes, so it cannot be given 'spa_Latn'"):
        language_token(Bilingual([]), "spa", model="m", code="spa_Latn")
