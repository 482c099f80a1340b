from __future__ import annotations

import pytest

from rag.generate.passage import PassageGenerator
from rag.settings import GenerateSettings
from rag.testing.generator_contract import GeneratorContract
from rag.testing.passages import BOILER, HEDGE, evidence, question


class TestPassageGenerator(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return PassageGenerator(GenerateSettings(), object())

    def test_no_sentence_is_empty(self, generator):
        """Whatever is first is quoted: its text is that of a passage, which is never empty."""
        draft = generator.generate(question("?"), [evidence(1, BOILER)])
        assert [sentence.text for sentence in draft.sentences] == [BOILER]


def test_the_first_passage_is_quoted_whatever_is_asked():
    made = PassageGenerator(GenerateSettings(), object())
    draft = made.generate(question("Who won?"), [evidence(5, HEDGE), evidence(1, BOILER)])
    assert [(sentence.text, sentence.cites) for sentence in draft.sentences] == [(HEDGE, (5,))]
