import pytest

from eval.library import Remembered
from rag.errors import NotFoundError


class Counting:
    """A library that counts what it is asked for."""

    def __init__(self, library):
        self.library = library
        self.asked = []

    def principal(self, asker):
        self.asked.append(asker)
        return self.library.principal(asker)

    def named(self, name, *, corpus):
        self.asked.append((corpus, name))
        return self.library.named(name, corpus=corpus)

    def document(self, document_id):
        self.asked.append(document_id)
        return self.library.document(document_id)

    def redacted(self, text):
        return self.library.redacted(text)


def test_each_thing_is_looked_up_once_and_passed_on_as_it_is(world):
    counting = Counting(world.library)
    remembered = Remembered(counting)
    for _ in range(3):
        assert remembered.principal("nurse") == world.library.principal("nurse")
        assert remembered.document("d-dose") is world.library.documents["d-dose"]
        for corpus in ("clinic", "bank"):
            found = remembered.named("office/fees.txt", corpus=corpus)
            assert found is world.library.documents["d-fees"]
    assert counting.asked == [
        "nurse",
        "d-dose",
        ("clinic", "office/fees.txt"),
        ("bank", "office/fees.txt"),
    ]


def test_what_is_not_there_is_not_remembered(world):
    remembered = Remembered(world.library)
    with pytest.raises(NotFoundError):
        remembered.document("d-late")
    world.library.documents["d-late"] = world.library.documents["d-dose"]
    assert remembered.document("d-late") is world.library.documents["d-dose"]
