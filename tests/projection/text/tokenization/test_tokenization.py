from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from silverner.projection.errors import MissingEngineError
from silverner.projection.languages import Language, all_languages, find_language
from silverner.projection.text import tokenization
from silverner.projection.text.tokenization.segmenters import RULES

SPACED = [language.code for language in all_languages() if language.spaced]
UNSPACED = ["tha", "lao", "khm", "mya", "jpn", "zho", "yue", "bod", "dzo", "shn"]
ELIDING = {"eng", "fra", "ita", "cat", "gle"}

# What each script is written with: letters and marks, as a word may hold them.
ALPHABETS = {
    "Latn": "abzßñǝƙɗɓƴŋɛɔłơ\u0301\u0323\u0330\u0308",
    "Cyrl": "абяёўқӣ\u0301",
    "Grek": "αβωάΐ\u0301",
    "Arab": "ابيپچگےہ\u064e\u0651\u0670\u200c",
    "Hebr": "אבתךש\u05b8\u05c1",
    "Deva": "कखगिी्ंः़ऽ\u200d\u200c",
    "Beng": "কখগি্ংৎঁ\u200d\u09bc",
    "Guru": "ਕਖਿੰੱ਼੍",
    "Gujr": "કખિ્ંઁ",
    "Orya": "କଖି୍ଂ",
    "Taml": "கஙி்ஃ",
    "Telu": "కఖి్ం",
    "Knda": "ಕಖಿ್ಂ",
    "Mlym": "കഖി്ംൻ\u200d\u200c",
    "Sinh": "කඛි්ං\u200d",
    "Geor": "აბგᲐ",
    "Armn": "աբգօ",
    "Ethi": "አበገዘ፩",
    "Hang": "가나다각",
    "Tfng": "ⴰⴱⴳⵯ",
    "Olck": "ᱚᱛᱜᱹ",
    "Adlm": "𞤀𞤁𞤢𞥄",
}
ENDS = "।॥؟۔،؛。！？៕។՞։·፡።၊။!?;:)]»”…,"


def bare(text: str) -> str:
    return "".join(text.split())


def printable(text: str) -> str:
    return "".join(c for c in bare(text) if unicodedata.category(c) != "Cc")


@pytest.mark.parametrize(
    ("tokens", "language", "text"),
    [
        ([], "eng", ""),
        (["Hello", ",", "world", "!"], "eng", "Hello, world!"),
        (["L'", "eau", "est", "là", "."], "fra", "L'eau est là."),
        (["L’", "home"], "cat", "L’home"),
        (["un", "po'", "di"], "ita", "un po' di"),
        (["Ana", "’s", "dog", "is", "n't"], "eng", "Ana’s dog isn't"),
        (["¿", "Qué", "?"], "spa", "¿Qué?"),
        (["AT", "&amp;", "T"], "eng", "AT &amp; T"),
        (["a\N{NO-BREAK SPACE}b"], "eng", "a b"),
        (["“", "Hello", "”", "(", "she", "said", ")"], "eng", "“Hello” (she said)"),
        (["„", "Ja", "“", ",", "sagte", "sie"], "deu", "„Ja“, sagte sie"),
        (["»", "Ja", "«", "!"], "deu", "»Ja«!"),
        (["«", "Oui", "»"], "fra", "« Oui »"),
        (["«", "Sì", "»", "."], "ita", "«Sì»."),
        (["5", "€", "mehr"], "deu", "5 € mehr"),
        (["$", "5"], "eng", "$5"),
        (["वह", "आया", "।"], "hin", "वह आया।"),
        (["ما", "هذا", "؟"], "arb", "ما هذا؟"),
        (["!", "!"], "spa", "! !"),
        (["a", ".", ".", "b"], "spa", "a. . b"),
        (["a", "@-@", "b"], "eng", "a @-@ b"),
        (["苹果", "发布", "iPhone", "15", "。"], "zho", "苹果发布iPhone 15。"),
        (["Apple", ",", "Google", "と"], "jpn", "Apple, Googleと"),
        (["2", "0", "2", "4", "年"], "zho", "2024年"),
        (["พบ", "Joe", "Biden", "ที่", "ไทย"], "tha", "พบ Joe Biden ที่ไทย"),
        (["香港", "，"], "yue", "香港，"),
    ],
)
def test_tokens_are_joined_as_a_person_types(tokens: list[str], language: str, text: str):
    assert tokenization.join(tokens, language) == text


@pytest.mark.parametrize(
    ("text", "language", "tokens"),
    [
        ("", "spa", []),
        ("   ", "spa", []),
        ("Hola, mundo.", "spa", ["Hola", ",", "mundo", "."]),
        ("ng'ombe n'go ban'gom", "swh", ["ng'ombe", "n'go", "ban'gom"]),
        ("ng’ombe, «ng’ombe»", "swh", ["ng’ombe", ",", "«", "ng’ombe", "»"]),
        ("yeBritain neseJalimane", "zul", ["yeBritain", "neseJalimane"]),
        ("saseJalimane.", "xho", ["saseJalimane", "."]),
        ("ƙungiyar ɗan ɓera, 'yan ‘Yan ma'ana", "hau", ["ƙungiyar", "ɗan", "ɓera", ",", "'yan", "‘Yan", "ma'ana"]),
        ("L'eau d'Ana", "fra", ["L'", "eau", "d'", "Ana"]),
        ("Qu’il aujourd'hui O'Neill", "fra", ["Qu’", "il", "aujourd'hui", "O'Neill"]),
        ("dell’Unione", "ita", ["dell’", "Unione"]),
        ("l'home col·legi", "cat", ["l'", "home", "col·legi"]),
        ("d'fhear", "gle", ["d'", "fhear"]),
        ("Ana's dog", "eng", ["Ana", "'s", "dog"]),
        ("don't O'Neill’s 1990's", "eng", ["do", "n't", "O'Neill", "’s", "1990", "'s"]),
        ("<b> & [x] | y", "spa", ["<", "b", ">", "&", "[", "x", "]", "|", "y"]),
        ("wait...", "spa", ["wait", "..."]),
        ('What?! No!!! ""', "swh", ["What", "?", "!", "No", "!!!", '""']),
        ("DOTMULTI THISISPROTECTED000.", "spa", ["DOTMULTI", "THISISPROTECTED000", "."]),
        ("às 11:00: 2:1, 1/2 e 12/05/2024.", "por", ["às", "11:00", ":", "2:1", ",", "1/2", "e", "12/05/2024", "."]),
        ("ساعت ۱۱:۰۰ بود.", "pes", ["ساعت", "۱۱:۰۰", "بود", "."]),
        ("R$ 1.234,56 ou 5%", "por", ["R", "$", "1.234,56", "ou", "5", "%"]),
        ("Veja http://a.example/b?c=d&e=1#f, ok", "por", ["Veja", "http://a.example/b?c=d&e=1#f", ",", "ok"]),
        (
            "Veja WWW.example.com. (https://x.example/y)",
            "por",
            ["Veja", "WWW.example.com", ".", "(", "https://x.example/y", ")"],
        ),
        ("https://a.example/B_(c) é", "por", ["https://a.example/B_(c)", "é"]),
        ("Escreva a joao.p@mail.example.org. Já!", "por", ["Escreva", "a", "joao.p@mail.example.org", ".", "Já", "!"]),
        ("见http://a.example/b，或x@y.example。", "zho", ["见", "http://a.example/b", "，", "或", "x@y.example", "。"]),
        ("网址http://a.com，IBM和Apple", "zho", ["网址", "http://a.com", "，", "IBM", "和", "Apple"]),
        ("www.baidu.com、Google", "jpn", ["www.baidu.com", "、", "Google"]),
        ("http://a.kr。다음", "kor", ["http://a.kr", "。", "다음"]),
        ("انظر http://a.com،رويترز", "arb", ["انظر", "http://a.com", "،", "رويترز"]),
        ("http://a.com—Reuters", "eng", ["http://a.com", "—", "Reuters"]),
        ("http://a.com…Reuters", "eng", ["http://a.com", "…", "Reuters"]),
        ("http://müller.de", "deu", ["http", ":", "/", "/", "müller.de"]),
        ("ana@yle.fi:hin", "fin", ["ana", "@", "yle.fi:hin"]),
        ("ana@svt.se:s, ana@svt.se: s", "swe", ["ana", "@", "svt.se:s", ",", "ana@svt.se", ":", "s"]),
        ("www.a.com'ın ana@a.com’da", "tur", ["www.a.com'ın", "ana", "@", "a.com’da"]),
        ("ana@a.com's www.a.com’s", "eng", ["ana@a.com", "'s", "www.a.com", "’s"]),
        ("al +34 600 (+1-555-0142), a+3", "spa", ["al", "+34", "600", "(", "+1-555-0142", ")", ",", "a", "+", "3"]),
        ("#tag @user AC/DC a@b", "por", ["#", "tag", "@", "user", "AC", "/", "DC", "a", "@", "b"]),
        ("EU:n jäsen: ei", "fin", ["EU:n", "jäsen", ":", "ei"]),
        ("ta' Malta", "mlt", ["ta'", "Malta"]),
        ("oʻzbek o‘zbek", "uzn", ["oʻzbek", "o‘zbek"]),
        ('צה"ל ח״כ ג׳', "heb", ['צה"ל', "ח״כ", "ג׳"]),
        ("می\u200cخواهم؟", "pes", ["می\u200cخواهم", "؟"]),
        ("كِتَابٌ.", "arb", ["كِتَابٌ", "."]),
        ("یہ ہے۔", "urd", ["یہ", "ہے", "۔"]),
        ("वह लड़का आया।", "hin", ["वह", "लड़का", "आया", "।"]),
        ("বাংলাদেশ।", "ben", ["বাংলাদেশ", "।"]),
        ("ਪੰਜਾਬ।", "pan", ["ਪੰਜਾਬ", "।"]),
        ("தமிழ்!", "tam", ["தமிழ்", "!"]),
        ("ന്\u200dറെ.", "mal", ["ന්\u200dറെ".replace("\u0dca", "്"), "."]),
        ("ශ්\u200dරී ලංකා.", "sin", ["ශ්\u200dරී", "ලංකා", "."]),
        ("ẹ̀kọ́ ńlá N\u0303a.", "yor", ["ẹ̀kọ́", "ńlá", "N\u0303a", "."]),
        ("ሰላም፡ነው።", "amh", ["ሰላም", "፡", "ነው", "።"]),
        ("ինչո՞ւ ո՞վ է։ ի՞նչ՞", "hye", ["ինչո՞ւ", "ո՞վ", "է", "։", "ի՞նչ", "՞"]),
        ("καλά·", "ell", ["καλά", "·"]),
        ("საქართველო.", "kat", ["საქართველო", "."]),
        ("대한민국은 크다.", "kor", ["대한민국은", "크다", "."]),
        ("Ó, \u200fשלום\u200f.", "heb", ["Ó", ",", "\u200fשלום\u200f", "."]),
        ("👩\u200d💻👍🏽!", "eng", ["👩\u200d💻", "👍🏽", "!"]),
        ("茩ungiyar 中国", "hau", ["茩ungiyar", "中国"]),
        ("a\u200bb", "swh", ["a\u200b", "b"]),
        ("H₂O m²", "deu", ["H₂O", "m²"]),
        ("นายกรัฐมนตรีไทยไปกรุงเทพมหานคร", "tha", ["นายกรัฐมนตรี", "ไทย", "ไป", "กรุงเทพมหานคร"]),
        (
            "東京都の小池百合子さんはiPhone15を。",
            "jpn",
            ["東京", "都", "の", "小池", "百合子", "さん", "は", "iPhone15", "を", "。"],
        ),
        ("习近平在北京会见了O'Neill。", "zho", ["习近平", "在", "北京", "会见", "了", "O'Neill", "。"]),
        ("我喺九龍，食飯。", "yue", ["我", "喺", "九龍", "，", "食", "飯", "。"]),
        ("ទៅកាន់ទីក្រុងភ្នំពេញ។", "khm", ["ទៅកាន់", "ទីក្រុង", "ភ្នំពេញ", "។"]),
        ("ລາວເດີນທາງໄປ (2024)", "lao", ["ລາວ", "ເດີນທາງ", "ໄປ", "(", "2024", ")"]),
        ("မြန်မာနိုင်ငံဝန်ကြီးချုပ်သည်။", "mya", ["မြန်မာနိုင်ငံ", "ဝန်ကြီးချုပ်", "သည်", "။"]),
        ("བོད་ཡིག་ནི།", "bod", ["བོད་", "ཡིག་", "ནི", "།"]),
        ("ၵႃႈတႆးပဵၼ်", "shn", ["ၵႃႈ", "တႆး", "ပဵၼ်"]),
    ],
)
def test_text_is_split_into_words_and_punctuation(text: str, language: str, tokens: list[str]):
    assert tokenization.split(text, language) == tokens


@pytest.mark.parametrize(
    "text", ["a\u200bb", "THISISPROTECTED000 o'n", "x.. y... ....", "a@-@b", "\u0301 \u200b \u200d"]
)
def test_tokens_are_the_text_without_its_spaces(text: str):
    assert "".join(tokenization.split(text, "swh")) == bare(text)


ODD = "ab'’ .,-@&\"()!?:·״\u0301\u200d\u200b\u200f\u00adא՞ก中国あ་ကк়DOTMULTI茩\x01\x85\x9f"
TEXTS = st.text(st.sampled_from(ODD), max_size=30) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(text=TEXTS, language=st.sampled_from(["eng", "swh", "spa", "fra", "heb", "fin", "hau", *UNSPACED]))
@example("DOTMULTI" + "." * 9, "swh")
@example("a@b.b'bא http://b.b:aא", "fin")
@example("(http://a\u0301\u200b.b/(c)'s\u200d!, \u0301x@y.zz\u0301 1:2\u0301", "eng")
@settings(deadline=None, max_examples=700)
def test_tokens_are_the_printable_text_whatever_the_text(text: str, language: str):
    tokens = tokenization.split(text, language)
    assert "".join(tokens) == printable(text)
    assert all(tokens)
    assert tokens == tokenization.split(text, language)


@given(
    tokens=st.lists(
        st.text(st.sampled_from("ab1'’.,-&\"()é¿#*$€“”„«»!।中国กข@\u0301ʼ"), min_size=1, max_size=4), max_size=8
    ),
    language=st.sampled_from(["eng", "swh", "spa", "fra", "deu", "fin", "ces", *UNSPACED]),
)
@settings(deadline=None, max_examples=500)
def test_joining_moves_spaces_only(tokens: list[str], language: str):
    text = tokenization.join(tokens, language)
    assert bare(text) == "".join(tokens)
    assert [text[slice(*place)].replace(" ", "") for place in tokenization.extents(text, tokens) if place] == tokens


@pytest.mark.parametrize("script", ALPHABETS)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_no_word_is_torn(script: str, data: st.DataObject):
    alphabet = ALPHABETS[script]
    letters = [c for c in alphabet if c.isalpha()]
    part = st.builds(str.__add__, st.sampled_from(letters), st.text(st.sampled_from(alphabet + "1"), max_size=4))
    codes = [code for code in SPACED if find_language(code).script == script and code not in ELIDING] or [
        "swh",
        "hin",
    ]
    language = data.draw(st.sampled_from(codes))
    words = [data.draw(st.sampled_from("'’")).join(data.draw(st.lists(part, min_size=1, max_size=2))) for _ in range(3)]
    end = data.draw(st.sampled_from(ENDS))
    expected = [words[0], ",", words[1], "(", words[2], ")", end]
    if end != ")":
        assert tokenization.split(f"{words[0]}, {words[1]} ({words[2]}){end}", language) == expected
    assert tokenization.split(f"{words[0]}{end}", language) == [words[0], end]


@pytest.mark.parametrize("code", SPACED)
def test_every_language_keeps_every_word(code: str):
    words_kept = [
        "ng’ombe" if code != "ita" else "O’Neill",
        "ọ̀rọ̀",
        "می\u200cخواهم",
        "क़िला",
        "ക്\u200d",
        "ശ്രീ",
        "ƙasa",
        "oʻz",
        "ଓଡ଼ିଆ",
        "ශ්\u200dරී",
        "עִבְרִית",
    ]
    assert tokenization.split(" ".join(words_kept), code) == words_kept
    assert tokenization.resplits(words_kept, code)


def test_a_character_the_rules_lose_does_not_move_evidence():
    text = "x\x01y b c"
    tokens = tokenization.split(text, "spa")
    assert [tokens[k] for k in tokenization.tokens_at(text, tokens, [4])] == ["b"]


@pytest.mark.parametrize(
    ("text", "tokens", "places", "expected"),
    [
        ("a bc d", ["a", "bc", "d"], [2, 3], [1]),
        ("a bc d", ["a", "bc", "d"], [5, 0], [0, 2]),
        ("a b", ["a", "b"], [1], []),
        ("a b", ["a", "b"], [9, -1], []),
        ("a b", ["a"], [2], []),
        ("a b c", ["a b", "c"], [2, 4], [0, 1]),
        ("", [], [0], []),
        ("a b", ["a", "b"], [], []),
    ],
)
def test_places_move_onto_tokens(text: str, tokens: list[str], places: list[int], expected: list[int]):
    assert tokenization.tokens_at(text, tokens, places) == expected


@pytest.mark.parametrize(
    ("tokens", "language", "expected"),
    [
        ([], "eng", True),
        (["Ana", "’s", "dog", "."], "eng", True),
        (["Ana's"], "eng", False),
        (["am", "Montag", "."], "deu", True),
        (["am", "3", ".", "Mai"], "deu", False),
        (["às", "11:00", ",", "1/2", "x@y.example", "http://a.example/b", "."], "por", True),
        (["ana", "@", "yle.fi:hin"], "fin", True),
        (["ana", "@", "a.com’da"], "tur", True),
        (["!", "!"], "spa", True),
        (["!!"], "spa", True),
        (["a", "\u00a0"], "spa", False),
        ([], "zho", True),
        (["习近平", "在", "北京", "。"], "zho", True),
        (list("习近平在北京。"), "zho", True),
        (["习近平在北京", "。"], "zho", True),
        (["习近平", "在北京", "。"], "zho", True),
        (["习", "近平", "在北京", "。"], "zho", True),
        (["习近", "平在", "北京"], "zho", False),
        (["习近平", " ", "在"], "zho", False),
        (list("iPhone15在"), "zho", True),
        (list("นายกรัฐมนตรีไทย"), "tha", True),
        (["นายก", "รัฐมนตรี", "ไทย"], "tha", True),
        (list("東京都の小池"), "jpn", True),
    ],
)
def test_a_sentence_says_whether_its_tokens_come_back(tokens: list[str], language: str, expected: bool):
    assert tokenization.resplits(tokens, language) is expected


@pytest.mark.parametrize(
    ("tokens", "language", "grouped"),
    [
        ([], "zho", []),
        (list("习近平在北京。"), "zho", ["习近平", "在", "北京", "。"]),
        (["习近", "平在", "北京"], "zho", ["习近平在", "北京"]),
        (["习近平在", "北京"], "zho", ["习近平在", "北京"]),
        (list("2024年"), "zho", ["2024", "年"]),
        (list("นายกรัฐมนตรีไทย"), "tha", ["นายกรัฐมนตรี", "ไทย"]),
        (list("東京の小池"), "jpn", ["東京", "の", "小池"]),
        (["Ana", "is", "n't"], "eng", ["Ana", "is", "n't"]),
    ],
)
def test_tokens_are_grouped_into_words(tokens: list[str], language: str, grouped: list[str]):
    assert ["".join(tokens[i:j]) for i, j in tokenization.word_groups(tokens, language)] == grouped


@given(
    tokens=st.lists(st.text(st.sampled_from("习近平在北京a1 。นยก東の"), min_size=1, max_size=4), max_size=12),
    language=st.sampled_from(["zho", "jpn", "tha", "yue", "swh"]),
)
@settings(deadline=None, max_examples=200)
def test_units_cover_all_tokens_in_order(tokens: list[str], language: str):
    groups = tokenization.word_groups(tokens, language)
    assert [k for i, j in groups for k in range(i, j)] == list(range(len(tokens)))
    assert all(i < j for i, j in groups)


PACKAGES = {
    "tha": ("pythainlp", "pythainlp", "thai"),
    "lao": ("laonlp", "laonlp", "lao"),
    "khm": ("khmercut", "khmercut", "khmer"),
    "jpn": ("unidic_lite", "unidic-lite", "japanese"),
    "zho": ("rjieba", "rjieba", "chinese"),
    "yue": ("icu4py", "icu4py", "cantonese"),
    "mya": ("icu4py", "icu4py", "burmese"),
}


@pytest.mark.parametrize("code", PACKAGES)
def test_an_absent_segmenter_is_one_line(code: str, monkeypatch: pytest.MonkeyPatch):
    module, package, extra = PACKAGES[code]
    monkeypatch.setitem(sys.modules, module, None)
    message = (
        f"splitting {find_language(code).name} into words needs the package '{package}': "
        f"pip install 'silverner[{extra}]'"
    )
    for ask in (tokenization.check, tokenization.settings):
        with pytest.raises(MissingEngineError, match=f"^{re.escape(message)}$"):
            ask(code)


def test_a_script_without_segmenter_says_so():
    unknown = Language(code="xbw", name="Nowhere", script="Lana", spaced=False, declared=True)
    assert tokenization.join(["ᨠ", "ᨡ"], unknown)
    with pytest.raises(MissingEngineError, match=r"no package is known that splits Nowhere \(script Lana\) into words"):
        tokenization.check(unknown)


def test_a_declared_language_has_the_segmenter_of_its_script():
    wu = Language(code="wuu", name="Wu", script="Hans", spaced=False, declared=True)
    assert tokenization.split("在北京。", wu) == ["在", "北京", "。"]


@pytest.mark.parametrize("code", SPACED)
def test_no_language_with_spaces_depends_on_a_segmenter(code: str):
    tokenization.check(code)
    moses = importlib.metadata.version("sacremoses")
    assert tokenization.settings(code) == {"language": code, "rules": RULES, "sacremoses": moses}


@pytest.mark.parametrize("code", UNSPACED)
def test_settings_name_the_segmenter_in_use_only(code: str):
    tokenization.check(code)
    named = dict(tokenization.settings(code))
    assert (named.pop("language"), named.pop("rules")) == (code, RULES)
    assert set(named) == {"sacremoses", *PACKAGES_OF.get(code, ())}
    assert all(named[package] == importlib.metadata.version(package) for package in named)


PACKAGES_OF = {
    "tha": ["pythainlp"],
    "lao": ["laonlp", "pythainlp"],
    "khm": ["khmercut"],
    "jpn": ["fugashi", "unidic-lite"],
    "zho": ["rjieba"],
    "yue": ["icu4py"],
    "mya": ["icu4py"],
}


def test_segmenters_say_nothing_and_write_nothing(tmp_path: Path):
    code = (
        "from silverner.projection.text import tokenization\n"
        "for code, text in {'tha': 'ไทย', 'lao': 'ລາວ', 'khm': 'ទៅ', 'mya': 'သည်', 'jpn': '東京', 'zho': '北京',"
        " 'yue': '九龍'}.items(): assert tokenization.split(text, code) == [text]"
    )
    folder = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    process = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **folder}, capture_output=True, text=True, check=True
    )
    assert (process.stdout, process.stderr, list(tmp_path.iterdir())) == ("", "", [])
