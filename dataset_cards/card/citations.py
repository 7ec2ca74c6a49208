"""What a corpus builds on, and how its authors ask to be cited."""

from __future__ import annotations

from silverner.dataset_cards.facts.corpus import LanguageFacts
from silverner.projection.alignment import ALIGNERS
from silverner.projection.labelling import LABELLERS
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES

_REGISTRIES = (TRANSLATORS, LABELLERS, ALIGNERS, GLOSSARIES)

_EASYPROJECT = (
    "Chen, Jiang, Ritter and Xu 2023: Frustratingly Easy Label Projection for Cross-lingual Transfer. "
    "Findings of ACL. arXiv 2211.15613"
)
_WORKS = {
    "projection": "Politov, Shkalikov, Jäkel and Färber 2025: Revisiting Projection-based Data Transfer for Cross-"
    "Lingual Named Entity Recognition in Low-Resource Languages. NoDaLiDa/Baltic-HLT. arXiv 2501.18750",
    "marked": _EASYPROJECT,
}
"""By method."""

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
    method = _WORKS["marked" if facts.method == "marked" else "projection"]
    names = [name.lower() for name in (*(model.name for model in facts.models), *facts.sources)]
    named = [work for name in names for key, work in NAMED.items() if key in name]
    return list(dict.fromkeys([method, *(work for name in facts.engines for work in _of_engine(name)), *named]))


def _of_engine(name: str) -> list[str]:
    """Ask the engine's own declaration; of a package that is not installed here nothing is known."""
    settings = (settings for registry in _REGISTRIES for one, settings in registry.items() if one == name)
    return [one.citation for one in settings if one.citation is not None]
