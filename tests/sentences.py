"""A sentence in every language the shipped recipes build: a person, a place and an organisation, in its own script.

Written for these tests (CC0) without a native speaker's eye: they are there to be split, joined and carried through the
chain, not to be read.
"""

SENTENCES = {
    "afr": "Ana het Nairobi in Kenia saam met die Rooi Kruis besoek.",
    "arb": "زارت آنا نيروبي في كينيا مع الصليب الأحمر.",
    "bam": "Ana taara Nairobi Kenya jamana na ni Croix-Rouge ye.",
    "ben": "আনা রেড ক্রসের সাথে কেনিয়ার নাইরোবি গিয়েছিলেন।",
    "bul": "Ана посети Найроби в Кения с Червения кръст.",
    "cat": "L'Ana va visitar Nairobi, a Kenya, amb la Creu Roja i la col·legi.",
    "deu": "Ana besuchte Nairobi in Kenia mit dem Roten Kreuz.",
    "ell": "Η Άννα επισκέφθηκε το Ναϊρόμπι της Κένυας με τον Ερυθρό Σταυρό.",
    "est": "Ana külastas Punase Ristiga Nairobit Keenias.",
    "eus": "Anak Nairobi bisitatu zuen Kenyan Gurutze Gorriarekin.",
    "ewe": "Ana ɖi tsa yi Nairobi le Kenya kple Atitsoga Dzĩ ƒe habɔbɔ.",
    "fin": "Ana kävi Nairobissa Keniassa Punaisen Ristin kanssa.",
    "fon": "Ana yì Nairobi ɖò Kenya kpódó Croix-Rouge kpán.",
    "fra": "Ana a visité Nairobi, au Kenya, avec l'équipe de la Croix-Rouge.",
    "glg": "Ana visitou Nairobi, en Kenya, coa Cruz Vermella.",
    "hau": "Ana ta ziyarci Nairobi a ƙasar Kenya tare da ƙungiyar Red Cross, in ji ɗan'uwanta.",
    "heb": 'אנה ביקרה בניירובי שבקניה עם הצלב האדום וצה"ל.',
    "hin": "आना ने रेड क्रॉस के साथ केन्या के नैरोबी का दौरा किया।",
    "hrv": "Ana je posjetila Nairobi u Keniji s Crvenim križem.",
    "hun": "Ana a Vöröskereszttel meglátogatta Nairobit Kenyában.",
    "ibo": "Ana gara Nairobi na Kenya, ya na ndị Red Cross, ụbọchị ọhụrụ.",
    "ind": "Ana mengunjungi Nairobi di Kenya bersama Palang Merah.",
    "ita": "Ana ha visitato Nairobi in Kenya con l'aiuto della Croce Rossa.",
    "jav": "Ana ngunjungi Nairobi ing Kenya bareng Palang Merah.",
    "jpn": "アナは赤十字と一緒にケニアのナイロビを訪れた。",
    "kat": "ანა წითელ ჯვართან ერთად ეწვია ნაირობის კენიაში.",
    "kaz": "Ана Қызыл Крестпен бірге Кениядағы Найробиге барды.",
    "kin": "Ana yasuye Nairobi muri Kenya hamwe na Croix-Rouge.",
    "kor": "아나는 적십자와 함께 케냐의 나이로비를 방문했다.",
    "lug": "Ana yakyalira Nairobi mu Kenya ne Red Cross n'ab'omukago.",
    "luo": "Ana nolimo Nairobi e piny Kenya gi Red Cross.",
    "mal": "ആന റെഡ് ക്രോസിനൊപ്പം കെനിയയിലെ നെയ്‌റോബി സന്ദർശിച്ചു.",
    "mar": "आनाने रेड क्रॉससोबत केनियातील नैरोबीला भेट दिली.",
    "mos": "Ana kẽnga Nairobi Kenya soolmẽ ne Croix-Rouge.",
    "mya": "အာနာသည် ကြက်ခြေနီနှင့်အတူ ကင်ညာနိုင်ငံ နိုင်ရိုဘီမြို့သို့ သွားခဲ့သည်။",
    "nld": "Ana bezocht Nairobi in Kenia met het Rode Kruis.",
    "nya": "Ana anapita ku Nairobi m'dziko la Kenya ndi Red Cross.",
    "pes": "آنا با صلیب سرخ از نایروبی در کنیا دیدن می‌کند.",
    "por": "A Ana visitou Nairóbi, no Quénia, com a Cruz Vermelha.",
    "rus": "Анна посетила Найроби в Кении с Красным Крестом.",
    "sna": "Ana akashanyira Nairobi muKenya neRed Cross.",
    "spa": "Ana visitó Nairobi, en Kenia, con la Cruz Roja.",
    "swh": "Ana alitembelea Nairobi nchini Kenya na Msalaba Mwekundu, kisha akanunua ng'ombe.",
    "tam": "அனா செஞ்சிலுவைச் சங்கத்துடன் கென்யாவின் நைரோபிக்குச் சென்றார்.",
    "tel": "అనా రెడ్ క్రాస్‌తో కలిసి కెన్యాలోని నైరోబీని సందర్శించింది.",
    "tgl": "Binisita ni Ana ang Nairobi sa Kenya kasama ang Red Cross.",
    "tha": "อนาเดินทางไปไนโรบีในเคนยากับสภากาชาด",
    "tsn": "Ana o ne a etela Nairobi kwa Kenya le Red Cross.",
    "tur": "Ana, Kızılhaç ile Kenya'nın Nairobi kentini ziyaret etti.",
    "twi": "Ana kɔsraa Nairobi wɔ Kenya ne Red Cross kuw no.",
    "urd": "آنا نے ریڈ کراس کے ساتھ کینیا کے نیروبی کا دورہ کیا۔",
    "vie": "Ana đã thăm Nairobi ở Kenya cùng Hội Chữ thập đỏ.",
    "wol": "Ana demoon na Nairobi ca Kenya ak Croix-Rouge.",
    "xho": "UAna watyelela iNairobi eKenya kunye neRed Cross yeBritain.",
    "yor": "Ana ṣàbẹ̀wò sí Nairobi ní Kẹ́ńyà pẹ̀lú Àgbélébùú Pupa.",
    "zho": "安娜和红十字会一起访问了肯尼亚的内罗毕。",
    "zsm": "Ana melawat Nairobi di Kenya bersama Palang Merah.",
    "zul": "U-Ana wavakashela iNairobi eKenya neRed Cross saseJalimane.",
}


def ten(code: str) -> list[str]:
    """Ten sentences: the language's own, and what else may stand around one."""
    plain = SENTENCES[code]
    bare = plain.rstrip(".。।።۔။")
    return [
        plain,
        bare,
        f"{bare}?",
        f"({bare})",
        f"“{bare}”",
        f"{bare} 2026",
        f"{bare}: 1.5 %",
        f"NASA - {bare}",
        f"{bare} 🎉",
        plain.replace("Ana", "ANA"),
    ]
