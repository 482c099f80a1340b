"""What every generator must do, as tests that the tests of an adapter inherit.

A new adapter needs five lines::

    class TestMyGenerator(GeneratorContract):
        @pytest.fixture
        def generator(self):
            return MyGenerator(GenerateSettings(), encoder)
"""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

import pytest

from rag.ports import Generator
from rag.testing.passages import BOILER, HEDGE, evidence, question

ASKED = question("How often is the boiler serviced?")


class GeneratorContract:
    """It says nothing without evidence, and cites only what it was given."""

    @pytest.fixture
    def generator(self) -> Generator:
        """Return a generator that is ready."""
        raise NotImplementedError

    def test_without_evidence_it_writes_nothing(self, generator: Generator) -> None:
        assert generator.generate(ASKED, []).sentences == ()

    def test_it_answers_from_evidence_that_answers(self, generator: Generator) -> None:
        draft = generator.generate(ASKED, [evidence(1, BOILER), evidence(2, HEDGE)])
        assert any("14 months" in sentence.text for sentence in draft.sentences)

    def test_it_cites_by_number_and_not_by_position(self, generator: Generator) -> None:
        draft = generator.generate(ASKED, [evidence(7, BOILER), evidence(3, HEDGE)])
        assert draft.sentences
        for sentence in draft.sentences:
            assert sentence.cites
            assert set(sentence.cites) <= {3, 7}

    def test_no_sentence_is_empty(self, generator: Generator) -> None:
        draft = generator.generate(ASKED, [evidence(1, BOILER), evidence(2, HEDGE)])
        assert all(sentence.text.strip() for sentence in draft.sentences)

    def test_evidence_of_white_space_is_borne(self, generator: Generator) -> None:
        draft = generator.generate(ASKED, [evidence(1, " \n "), evidence(2, BOILER)])
        assert {n for sentence in draft.sentences for n in sentence.cites} <= {1, 2}

    def test_the_same_question_gets_the_same_draft(self, generator: Generator) -> None:
        given = [evidence(1, BOILER), evidence(2, HEDGE)]
        assert generator.generate(ASKED, given) == generator.generate(ASKED, given)

    def test_the_draft_names_the_model(self, generator: Generator) -> None:
        assert generator.model
        assert generator.generate(ASKED, [evidence(1, BOILER)]).model == generator.model
        assert generator.generate(ASKED, []).model == generator.model
