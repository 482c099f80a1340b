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


def test_the_first_passage_is_quoted_whatever_is_asked():
    made = PassageGenerator(GenerateSettings(), object())
    draft = made.generate(question("Who won?"), [evidence(5, HEDGE), evidence(1, BOILER)])
    assert [(sentence.text, sentence.cites) for sentence in draft.sentences] == [(HEDGE, (5,))]
