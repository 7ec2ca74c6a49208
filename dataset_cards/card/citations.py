"""The works a corpus builds on, and how their authors ask to be cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from silverner.dataset_cards.facts import LanguageFacts
from silverner.projection.alignment import ALIGNERS
from silverner.projection.labelling import LABELLERS
from silverner.projection.registry import Registry
from silverner.projection.translation import TRANSLATORS
from silverner.projection.translation.glossary import GLOSSARIES

_REGISTRIES: Mapping[str, Sequence[Registry[Any]]] = {
    "translator": [TRANSLATORS],
    "back_translator": [TRANSLATORS],
    "inserter": [TRANSLATORS],
    "labeller": [LABELLERS],
    "aligner": [ALIGNERS],
    "glosses": [GLOSSARIES, TRANSLATORS],
}
"""Where the engines of a section are: one name can mean several engines, each with authors of its own."""

_EASYPROJECT = (
    "Chen, Jiang, Ritter and Xu 2023: Frustratingly Easy Label Projection for Cross-lingual Transfer. "
    "Findings of ACL. arXiv 2211.15613"
)
_BY_METHOD = {
    "projection": "Politov, Shkalikov, Jäkel and Färber 2025: Revisiting Projection-based Data Transfer for Cross-"
    "Lingual Named Entity Recognition in Low-Resource Languages. NoDaLiDa/Baltic-HLT. arXiv 2501.18750",
    "marked": _EASYPROJECT,
    "inserted": "Le, Chen, Ritter and Xu 2024: Constrained Decoding for Cross-lingual Label Projection. ICLR. arXiv "
    "2402.03131",
}
"""References by method."""

BY_NAME = {
    "nllb": "NLLB Team et al. 2022: No Language Left Behind: Scaling Human-Centered Machine Translation. arXiv "
    "2207.04672",
    "easyproject": _EASYPROJECT,
    "labelpigeon": "Thennal, Biemann and Hatzel 2026: Just Use XML: Revisiting Joint Translation and Label Projection. "
    "arXiv 2603.12021",
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
"""References by a part of the name of a model or data set."""


def references(facts: LanguageFacts) -> list[str]:
    """List the works that one language of a corpus builds on.

    :param facts: The language.
    :returns: References for the method, the engines, the models and the text.
    """
    by_method = _BY_METHOD.get(facts.method.name, _BY_METHOD["projection"])
    by_engine = [reference for section, engine in facts.engines for reference in _of_engine(section, engine)]
    names = [name.lower() for name in (*(model.name for model in facts.models), *facts.text_datasets)]
    by_name = [reference for name in names for part, reference in BY_NAME.items() if part in name]
    return list(dict.fromkeys([by_method, *by_engine, *by_name]))


def _of_engine(section: str, engine: str) -> list[str]:
    """Read the citation that an engine declares; an engine of a package that is not installed has none."""
    registries = _REGISTRIES.get(section, [])
    citations = [registry.get(engine).citation for registry in registries if engine in registry.names()]
    return [citation for citation in citations if citation is not None]
