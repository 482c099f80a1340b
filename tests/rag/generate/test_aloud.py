from __future__ import annotations

import pytest

from rag.generate.aloud import answer_aloud
from rag.ground.support import SupportGrounder
from rag.records import Begun, Draft, DraftSentence, Said, Verdict
from rag.settings import GroundSettings
from rag.testing.passages import BOILER, HEDGE, evidence, question

ASKED = question("How often is the boiler serviced?")
GIVEN = [evidence(1, BOILER), evidence(2, HEDGE)]
RIGHT = DraftSentence(text="The boiler is serviced every 14 months.", cites=(1,))
OTHER = DraftSentence(text="The hedge is cut twice a year.", cites=(2,))
WRONG = DraftSentence(text="The boiler is serviced every 3 months.", cites=(1,))


class Tells:
    """Writes these sentences one after the other; `draft` is what it stands by in the end."""

    model = "m"

    def __init__(self, *sentences, draft=None):
        self._sentences = sentences
        self._draft = Draft(sentences=sentences, model="m") if draft is None else draft
        self.told = 0

    def generate(self, _question, _evidence):
        return self._draft

    def tell(self, _question, _evidence, hear):
        for sentence in self._sentences:
            self.told += 1
            hear(sentence)
        return self._draft


class Quiet:
    """A generator that cannot be heard."""

    model = "q"

    def generate(self, _question, _evidence):
        return Draft(sentences=(RIGHT,), model="q")


def told(generator, grounder=None):
    heard = []
    grounder = grounder or SupportGrounder()
    _, checked = answer_aloud("model", generator, grounder, ASKED, GIVEN, heard.append)
    return heard, checked


def test_sentences_are_told_in_order_each_with_the_evidence_that_is_new():
    heard, checked = told(Tells(RIGHT, OTHER, RIGHT))
    assert heard[0] == Begun(tier="model", model="m")
    assert [one.sentence for one in heard[1:]] == list(checked.sentences)
    assert [[c.n for c in one.citations] for one in heard[1:]] == [[1], [2], []]
    assert tuple(c for one in heard[1:] for c in one.citations) == checked.citations


@pytest.mark.parametrize("unsupported", ["remove", "mark"])
def test_what_nothing_supports_is_never_told_before_the_answer(unsupported):
    grounder = SupportGrounder(GroundSettings(unsupported=unsupported))
    heard, checked = told(Tells(WRONG, RIGHT), grounder)
    assert [one.sentence.text for one in heard if isinstance(one, Said)] == [RIGHT.text]
    assert checked.verdict is Verdict.PARTIAL
    assert len(checked.sentences) == (2 if unsupported == "mark" else 1)


@pytest.mark.parametrize("sentences", [(), (RIGHT,), (RIGHT, WRONG, OTHER), (WRONG,)])
def test_the_answer_is_the_same_whether_somebody_hears(sentences):
    generator = Tells(*sentences)
    silent = answer_aloud("model", generator, SupportGrounder(), ASKED, GIVEN, None)
    assert generator.told == 0
    assert silent[1] == told(generator)[1]


def test_what_a_generator_takes_back_is_not_in_the_answer():
    heard, checked = told(Tells(RIGHT, OTHER, draft=Draft(sentences=(), model="m")))
    assert len(heard) == 3
    assert checked.verdict is Verdict.ABSTAINED
    assert checked.sentences == ()


def test_one_that_cannot_be_heard_answers_all_the_same():
    heard, checked = told(Quiet())
    assert heard == []
    assert checked.verdict is Verdict.GROUNDED


def test_who_stops_to_listen_ends_the_writing():
    generator = Tells(RIGHT, OTHER, RIGHT)

    def hear(one):
        if isinstance(one, Said):
            raise EOFError

    with pytest.raises(EOFError):
        answer_aloud("model", generator, SupportGrounder(), ASKED, GIVEN, hear)
    assert generator.told == 1
