from __future__ import annotations

from dataclasses import fields

from silverner.projection.scoring.evidence import (
    EVIDENCE_COLUMNS,
    NO_EVIDENCE,
    CorpusEvidence,
    SentenceEvidence,
    read_evidence,
)
from silverner.projection.spans import Span


def test_every_kind_of_evidence_of_a_sentence_has_a_column_of_its_own() -> None:
    assert len(set(EVIDENCE_COLUMNS)) == len(EVIDENCE_COLUMNS) == len(fields(SentenceEvidence)) - 1


def test_evidence_is_read_from_the_columns_by_their_names() -> None:
    corpus = CorpusEvidence(entities_are_predicted=True)
    columns = {
        "target.tagger_entities": [[{"start": 0, "end": 2, "label": "ORG"}], []],
        "source.tokens": [["no"], ["evidence"]],
        "target.cases": [["small"], ["capital"]],
    }
    first, second = read_evidence(columns, 2, corpus)
    assert first == SentenceEvidence(target_cases=["small"], tagger_entities=[Span(0, 2, "ORG")], corpus=corpus)
    assert second == SentenceEvidence(target_cases=["capital"], tagger_entities=[], corpus=corpus)


def test_without_columns_there_is_no_evidence() -> None:
    assert read_evidence({}, 2) == [NO_EVIDENCE, NO_EVIDENCE]
    assert read_evidence({"target.cases": []}, 0) == []
