"""What a corpus builds on, and how its authors ask to be cited."""

from __future__ import annotations

from silverner.dataset_cards.facts.corpus import LanguageFacts

_EASYPROJECT = (
    "Chen, Jiang, Ritter and Xu 2023: Frustratingly Easy Label Projection for Cross-lingual Transfer. "
    "Findings of ACL. arXiv 2211.15613"
)
_WORKS = {
    "projection": "Politov, Shkalikov, Jäkel and Färber 2025: Revisiting Projection-based Data Transfer for Cross-"
    "Lingual Named Entity Recognition in Low-Resource Languages. NoDaLiDa/Baltic-HLT. arXiv 2501.18750",
    "marked": _EASYPROJECT,
    "eflomal": "Östling and Tiedemann 2016: Efficient Word Alignment with Markov Chain Monte Carlo. The Prague "
    "Bulletin of Mathematical Linguistics 106",
    "simalign": "Jalili Sabet, Dufter, Yvon and Schütze 2020: SimAlign: High Quality Word Alignments without "
    "Parallel Training Data using Static and Contextualized Embeddings. Findings of EMNLP",
    "awesome": "Dou and Neubig 2021: Word Alignment by Fine-tuning Embeddings on Parallel Corpora. EACL. arXiv "
    "2101.08231",
    "apertium": "Forcada et al. 2011: Apertium: a free/open-source platform for rule-based machine translation. "
    "Machine Translation 25",
}
"""By method and engine."""

NAMED = {
    "nllb": "NLLB Team et al. 2022: No Language Left Behind: Scaling Human-Centered Machine Translation. arXiv "
    "2207.04672",
    "easyproject": _EASYPROJECT,
    "xlm-roberta": "Conneau et al. 2020: Unsupervised Cross-lingual Representation Learning at Scale. ACL. arXiv "
    "1911.02116",
    "bert-base": "Devlin, Chang, Lee and Toutanova 2019: BERT: Pre-training of Deep Bidirectional Transformers for "
    "Language Understanding. NAACL. arXiv 1810.04805",
    "masakhaner2": "Adelani et al. 2022: MasakhaNER 2.0: Africa-centric Transfer Learning for Named Entity "
    "Recognition. EMNLP",
    "conll2003": "Tjong Kim Sang and De Meulder 2003: Introduction to the CoNLL-2003 Shared Task: Language-"
    "Independent Named Entity Recognition. CoNLL",
    "xtreme": "Hu et al. 2020: XTREME: A Massively Multilingual Multi-task Benchmark for Evaluating Cross-lingual"
    " Generalisation. ICML. arXiv 2003.11080; its names: Pan et al. 2017: Cross-lingual Name Tagging "
    "and Linking for 282 Languages. ACL",
}
"""By what stands in the name of a model or data set."""


def works(facts: LanguageFacts) -> list[str]:
    """List the works one language of a corpus builds on.

    :param facts: The language.
    :returns: References: the method, the engines, the models, the text.
    """
    keys = ["marked" if facts.method == "marked" else "projection", *facts.engines]
    names = [name.lower() for name in (*(model.name for model in facts.models), *facts.sources)]
    found = [_WORKS[key] for key in keys if key in _WORKS]
    return list(dict.fromkeys([*found, *(work for name in names for key, work in NAMED.items() if key in name)]))
