from __future__ import annotations

import re

import langcodes
import pytest
from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES as M2M100
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES as NLLB

from silverner.projection.errors import UsageError
from silverner.projection.languages import Language, all_languages, find_language, language_of, short_code

XTREME = (
    "af ar bg bn de el es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw ta te th tl tr ur vi"
)
XTREME += " yo zh"
MASAKHANER = "bam bbj ewe fon hau ibo kin lug luo mos nya pcm sna swa tsn twi wol xho yor zul"
STUDIED = [code for code in (*XTREME.split(), *MASAKHANER.split()) if code not in {"bbj", "pcm"}]
UNSPACED = {"bod", "dzo", "jpn", "khm", "lao", "mya", "shn", "tha", "yue", "zho"}


def test_the_studies_have_57_languages_and_the_table_has_them_all() -> None:
    assert len(STUDIED) == 57
    assert all(find_language(code).nllb in NLLB for code in STUDIED)
    assert [find_language(code).wikiann for code in XTREME.split()] == XTREME.split()
    assert [find_language(code).masakhaner for code in MASAKHANER.split()] == MASAKHANER.split()


def test_the_table_is_sorted_and_no_code_means_two_languages() -> None:
    codes = [language.code for language in all_languages()]
    assert codes == sorted(codes)
    every = [code for language in all_languages() for code in language.codes]
    assert len(every) == len(set(every))


def test_nllb_translates_every_language_of_the_table_it_says() -> None:
    ours = {language.nllb for language in all_languages() if language.nllb}
    assert ours <= set(NLLB)
    # What the table leaves out are second scripts of languages it has.
    assert {code[:3] for code in NLLB} == {code[:3] for code in ours}
    for language in all_languages():
        assert language.nllb is None or language.nllb == f"{language.code}_{language.script}"


def test_m2m100_knows_exactly_the_languages_the_table_says() -> None:
    ours = [language.m2m100 for language in all_languages() if language.m2m100]
    assert sorted(ours) == sorted(M2M100["m2m100"])


@pytest.mark.parametrize("language", all_languages(), ids=lambda language: language.code)
def test_the_registry_agrees(language: Language) -> None:
    assert langcodes.tag_is_valid(language.code)
    assert langcodes.Language.get(language.code).to_alpha3() in {*language.codes, "fas"}  # Dari is a kind of Persian
    assert langcodes.tag_is_valid(str(language.bcp47))
    assert short_code(language.code) in {language.short, language.code}
    registered = langcodes.Language.get(language.code).maximize().script
    assert language.script == registered or language.nllb, "where no model says otherwise, the registry's script"
    assert language.spaced == (language.code not in UNSPACED)
    assert language.iso1 is None or (len(language.iso1) == 2 and langcodes.tag_is_valid(language.iso1))


@pytest.mark.parametrize(
    ("code", "direction"),
    [("arb", "rtl"), ("heb", "rtl"), ("urd", "rtl"), ("pes", "rtl"), ("ydd", "rtl"), ("hau", "ltr"), ("jpn", "ltr")],
)
def test_the_script_says_the_direction(code: str, direction: str) -> None:
    assert find_language(code).direction == direction


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        ("eng", "eng", "English"),
        ("en", "eng", "English"),
        ("swa", "swh", "Swahili"),
        ("sw", "swh", "Swahili"),
        ("ara", "arb", "Arabic"),
        ("zh", "zho", "Chinese"),
        ("cmn", "zho", "Chinese"),
        ("zh-yue", "yue", "Cantonese"),
        ("no", "nob", "Norwegian Bokmål"),
        ("ekk", "est", "Estonian"),
        ("fil", "tgl", "Tagalog"),
        ("per", "pes", "Persian"),
        ("ger", "deu", "German"),
        ("chi", "zho", "Chinese"),
        ("iw", "heb", "Hebrew"),
        ("in", "ind", "Indonesian"),
        ("ji", "ydd", "Yiddish"),
        ("mo", "ron", "Romanian"),
        ("sh", "srp", "Serbian"),
        ("SPA", "spa", "Spanish"),
        ("zh-CN", "zho", "Chinese"),
        ("zh_CN", "zho", "Chinese"),
        ("zho_Hans", "zho", "Chinese"),
        ("cmn-Hans", "zho", "Chinese"),
        ("pt-BR", "por", "Portuguese"),
        ("en-US", "eng", "English"),
        ("ko-KR", "kor", "Korean"),
        ("sat_Olck", "sat", "Santali"),
        ("swahili", "swh", "Swahili"),
        ("Persian", "pes", "Persian"),
        ("Farsi", "pes", "Persian"),
        (" Chinese  (Simplified)", "zho", "Chinese"),
        ("Simplified Chinese", "zho", "Chinese"),
        ("Brazilian Portuguese", "por", "Portuguese"),
    ],
)
def test_a_language_is_found_by_every_code_it_goes_by(asked: str, code: str, name: str) -> None:
    assert (find_language(asked).code, find_language(asked).name) == (code, name)
    assert language_of(asked) is language_of(find_language(asked))


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("swahilli", "'swahilli' is not a language of the table; nearest: swh (Swahili);"),
        ("germn", "nearest: deu (German)"),
        ("nap", "'nap' is not a language of the table (Neapolitan); nearest: "),
        ("swj", "nearest: "),
        ("", "'' is not a language of the table; all: silverner languages"),
        ("12", "'12' is not a language of the table; all: silverner languages"),
        ("nap-IT", "'nap-IT' is not a language of the table"),
        ("Serbian (Runes)", "'Serbian (Runes)' is not a language of the table"),
        (
            "zho_Hant",
            "'zho_Hant' is Chinese in the script Hant, and the table has it in Hans; declare it in the recipe: "
            "declare: {zho_Hant: {name: Chinese (Hant), script: Hant}}",
        ),
        ("zh-TW", "is Chinese in the script Hant"),
        ("sr-Latn", "is Serbian in the script Latn, and the table has it in Cyrl"),
        ("sr-Latn", "{srp_Latn: {name: Serbian (Latn), script: Latn}}, and say there what your models call it"),
        ("Chinese (Traditional)", "is Chinese in the script Hant"),
        ("Kurdish", "'Kurdish' can be several languages; write one of ckb (Central Kurdish), kmr (Northern Kurdish)"),
        ("norwegian", "write one of nno (Norwegian Nynorsk), nob (Norwegian Bokmål)"),
        ("qqqqqqq", "declare it in the recipe: declare: {qqqqqqq: {name: NAME, script: Latn}}"),
    ],
)
def test_what_is_in_no_row_is_answered_with_the_nearest(code: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(hint)):
        find_language(code)


@pytest.mark.parametrize(
    ("code", "short"),
    [("swh", "sw"), ("spa", "es"), ("en", "en"), ("pcm", "pcm"), ("arb", "ar"), ("nob", "nb"), ("fa-AF", "fa")],
)
def test_the_short_code_is_what_tools_use(code: str, short: str) -> None:
    assert short_code(code) == short


def test_a_declared_language_puts_all_it_is_into_signatures() -> None:
    assert find_language("spa").key == "spa"
    mine = Language(code="qaa", name="Ours", declared=True)
    assert mine.key == {**mine.key, "code": "qaa", "name": "Ours", "spaced": True, "declared": True}
    assert mine.codes == ("qaa",)
