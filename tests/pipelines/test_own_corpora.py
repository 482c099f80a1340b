"""The list of identifiers beside each sample corpus is whole, and none of them is left."""

from __future__ import annotations

import re

import pytest

from eval.redaction.identifiers import load_identifiers
from eval.redaction.run import evaluate
from pipelines.corpora import NAMES, identifiers_file
from pipelines.eval_redaction import measured_policy
from pipelines.own_corpora import HEAD, OwnCorpora, own_corpora
from rag.redact.engine import PresidioRedactor
from rag.redact.policy import Policies
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tagger.model import TaggerNames
from rag.settings import RedactSettings

# Ranges that nobody has, reserved for examples: whatever looks so was put there as an identifier.
RESERVED = {
    "EMAIL_ADDRESS": r"[\w.+-]+@(?:[\w-]+\.)*example\.(?:org|com|net)",
    "PHONE_NUMBER": r"\b020 ?7946 ?0\d{3}\b|\b07700 900\d{3}\b|\b555[ -]01\d\d\b",
    "IP_ADDRESS": r"\b192\.0\.2\.\d+\b",
    "CREDIT_CARD": r"\b(?:\d{4} ){3}\d{4}\b",
    "US_SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "MEDICAL_RECORD_NUMBER": r"(?<=MRN )\d+",
    "IBAN_CODE": r"(?<=IBAN )[A-Z]{2}\d\d [\dA-Z ]{8,}\d\d",
    "PERSON": r"(?<=Mr |Ms |Dr )(?!Ms )[^\W\d_][\w'-]+|(?<=Mrs |Dr[.] )[^\W\d_][\w'-]+",
}


@pytest.fixture(scope="module")
def own() -> OwnCorpora:
    return own_corpora()


def test_all_48_documents_are_measured(own):
    texts = [one for corpus in own.corpora for one in corpus.documents if HEAD not in one.id]
    assert len(texts) == len(own.parsed) == 48


@pytest.mark.parametrize("name", NAMES)
def test_every_listed_spelling_stands_in_a_document(own, name):
    texts = [document.parsed.text for id_, document in own.parsed.items() if id_.startswith(name)]
    values = {value for one in load_identifiers(identifiers_file(name)) for value in one.values}
    there = {value for value in values if any(value in text for text in texts)}
    assert values - there == set()


@pytest.mark.parametrize("kind", sorted(RESERVED))
def test_nothing_that_is_reserved_for_examples_is_missing_from_the_list(own, kind):
    missing = []
    for labelled in (one for corpus in own.corpora for one in corpus.documents):
        for match in re.finditer(RESERVED[kind], labelled.text):
            inside = [one for one in labelled.spans if one.start <= match.start() < one.end]
            missing += [] if inside else [(labelled.id, match.start(), match[0])]
    assert missing == []


@pytest.mark.slow
def test_no_identifier_is_left(own):
    """With the packaged name model, under the policy that acts on every kind."""
    policy = measured_policy("all")
    redactor = PresidioRedactor(
        RedactSettings(),
        Pseudonyms(bytes(32)),
        TaggerNames(),
        policies=Policies(default="all", by_reference={"all": policy}),
    )
    left = []
    for corpus in own.corpora:
        result = evaluate(own.found_by(redactor), corpus)
        assert result.failed == ()
        misses = [miss for score in result.scores for miss in score.misses]
        left += [(miss.document, miss.kind, miss.start) for miss in misses]
    assert left == []
