from __future__ import annotations

from dataclasses import replace

import pytest

from rag.chunk.facets import facets_of_document
from rag.chunk.sections import SectionChunker
from rag.records import Facets
from rag.redact.mint import stored
from rag.settings import ChunkSettings
from rag.testing.layouts import handbook


def with_facts(**facts: str):
    return replace(handbook(), metadata={key: stored(value) for key, value in facts.items()})


def test_what_nothing_is_said_of_has_its_source_and_its_kind():
    assert facets_of_document(handbook()) == Facets(source="test", kind="text/plain")


def test_tags_stand_one_a_line_as_redaction_left_them():
    facets = facets_of_document(with_facts(tags="policy\nward 3\n[PERSON:k3f2mnop]"))
    assert facets.tags == {"policy", "ward 3", "[PERSON:k3f2mnop]"}


@pytest.mark.parametrize(
    ("facts", "first", "last"),
    [
        ({"modified": "2024-05-31"}, 20240531, 20240531),
        ({"modified": "2024-05-31", "dated": "2019-02-28"}, 20190228, 20190228),
        ({"dated": "2024"}, 20240101, 20241231),
        ({"modified": "[DATE=2024]"}, 20240101, 20241231),
        ({"modified": "[DATE=2024-02]"}, 20240201, 20240229),
        ({"modified": "[DATE=2024-03-09]"}, 20240309, 20240309),
        ({"dated": "[ADMISSION_DATE=2024]"}, 20240101, 20241231),
        ({"modified": "[DATE]"}, 0, 0),
        ({"modified": "[DATE:k3f2mnop]"}, 0, 0),
        ({"dated": "[DATE]", "modified": "2024-05-31"}, 0, 0),
        ({"modified": "2024-13-01"}, 0, 0),
        ({"modified": "0000"}, 0, 0),
        ({"modified": "[AGE=90+]"}, 0, 0),
        ({"modified": "yesterday"}, 0, 0),
    ],
)
def test_the_days_a_document_may_be_dated(facts, first, last):
    facets = facets_of_document(with_facts(**facts))
    assert (facets.first_day, facets.last_day) == (first, last)


def test_every_passage_has_the_facets_of_its_document():
    document = with_facts(tags="policy", modified="2024-05-31")
    chunks = SectionChunker(ChunkSettings()).chunk(document)
    assert {chunk.facets for chunk in chunks} == {facets_of_document(document)}
    assert len(chunks) > 1
