"""The closed vocabularies of the Hub's dataset metadata, as its documentation lists them."""

from __future__ import annotations

_LICENCES = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m
afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5
cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0
wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0
isc h-research intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openrail++ osl-3.0
postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2
llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community gemma unknown other
"""
LICENCES = frozenset(_LICENCES.split())
"""Identifiers a card's ``license`` may have."""

SIZES = (
    ("n<1K", 10**3),
    ("1K<n<10K", 10**4),
    ("10K<n<100K", 10**5),
    ("100K<n<1M", 10**6),
    ("1M<n<10M", 10**7),
    ("10M<n<100M", 10**8),
    ("100M<n<1B", 10**9),
    ("1B<n<10B", 10**10),
)
"""Names of ``size_categories``, each with the number of rows it ends before."""

VOCABULARY: dict[str, frozenset[str]] = {
    "license": LICENCES,
    "annotations_creators": frozenset(
        {"found", "crowdsourced", "expert-generated", "machine-generated", "no-annotation", "other"}
    ),
    "language_creators": frozenset({"found", "crowdsourced", "expert-generated", "machine-generated", "other"}),
    "multilinguality": frozenset({"monolingual", "multilingual", "translation", "other"}),
    "task_categories": frozenset({"token-classification"}),
    "task_ids": frozenset({"named-entity-recognition"}),
    "size_categories": frozenset(name for name, _ in SIZES) | {"10B<n<100B", "100B<n<1T", "n>1T"},
}
"""What the keys of the front matter may hold; of tasks, what a corpus of this project can be."""


def size_category(rows: int) -> str:
    """Name the size of a data set.

    :param rows: Its rows.
    :returns: One of the ``size_categories``.

    >>> size_category(999), size_category(1000), size_category(250_000)
    ('n<1K', '1K<n<10K', '100K<n<1M')
    """
    return next((name for name, end in SIZES if rows < end), "10B<n<100B")
