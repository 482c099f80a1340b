"""Rules that say who answers a question, by its words, its asker and where its evidence is from."""

from __future__ import annotations

from collections.abc import Sequence

from rag.embed.bm25 import terms
from rag.records import Evidence, Question
from rag.settings import TierRule


class Rule:
    """A rule made ready to be held against questions."""

    def __init__(self, rule: TierRule) -> None:
        self.answer = rule.answer
        self.why = rule.why
        self._rule = rule
        self._words = [frozenset(terms(words)) for words in rule.words]

    def matches(self, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Whether everything the rule states holds."""
        rule = self._rule
        asked = frozenset(terms(question.text))
        if rule.words and not any(words and words <= asked for words in self._words):
            return False
        if rule.groups and question.principal.groups.isdisjoint(rule.groups):
            return False
        return not rule.sources or any(one.source in rule.sources for one in evidence)
