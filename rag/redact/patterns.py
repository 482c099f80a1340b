"""How recognizers of patterns are written and run.

An `Identifier` finds one kind by one or several `Shape`s. It is a Presidio recognizer, and
`adopted` makes one of Presidio's own pattern recognizers, so that both run by the same rules:

- what runs out of time raises, where Presidio logs it and leaves the text as it is;
- a weak check digit (one in ten random numbers passes) does not make a match certain;
- the label before a value is found with it and left in place: only the value is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Any

import regex
from presidio_analyzer import LocalRecognizer, RecognizerResult

# Seconds of processor time a recognizer may take over one window of text. The slowest needs a
# tenth of it on text that was made to be slow.
TIME_BUDGET = 5.0

# Scores. `LABELLED` says what it is itself; `WEAK` needs a word before it to count.
CERTAIN = 1.0
LABELLED = 0.85
LIKELY = 0.6
WEAK = 0.2
REJECTED = 0.0

# The words and signs that may stand between a label and its value.
_NUMBER_WORD = (
    r"(?:(?:numbers?|num|nos?|nr|ids?|identifiers?|identification|codes?|references?|refs?|n°|nº)"
    r"(?![^\W\d_])\.?|[#№])"
)
_SIGNS = r"[\s:;#=.|\"'(_*-]{0,6}"
_FILLER = rf"(?:[\s._-]{{0,3}}(?:{_NUMBER_WORD}|(?:is|was|are|of)(?![^\W_]))){{0,3}}{_SIGNS}"

START = r"(?<![^\W_])"
STOP = r"(?![^\W_])"

# A label may touch its value ("MRN00482913", "NINOAB123456C"), but is no part of a longer word;
# "mRNA1273" shows why letters count as the value's only before many digits.
_LABEL_END = r"(?:(?![^\W\d_])|(?=(?-i:[A-Z]{1,2}\d{5})))"

# A code of letters, digits and separators with at least four digits in it.
CODE = r"(?=(?:[A-Z/.-]*\d){4})[A-Z\d](?:[A-Z\d]|[/.-](?=[A-Z\d])){3,24}"

# Looks at a value, by its check digits for instance, and says how sure it is.
Rating = Callable[[str], float]


def checked(
    check: Callable[[str], bool], *, passed: float = CERTAIN, failed: float = REJECTED
) -> Rating:
    """Return the rating of a check that values pass or fail."""
    return lambda value: passed if check(value) else failed


def labelled(label: str, value: str, *, number_word: bool = False) -> str:
    """Return the pattern of a value behind its label; `number_word` asks for "no." or alike."""
    word = rf"[\s._-]{{0,3}}{_NUMBER_WORD}" if number_word else ""
    return rf"{START}(?:{label}){_LABEL_END}{word}{_FILLER}(?P<value>{value}){STOP}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way an identifier is written.

    The group `value` of the pattern, if it has one, is what is replaced. A `rating` looks at
    the value and gives its score; without one every match has `score`. A `hint` is something
    that is found fast and stands in every match or right beside it: a text without it is not
    searched further.
    """

    pattern: str
    hint: str = ""
    score: float = LABELLED
    rating: Rating | None = None
    flags: int = regex.IGNORECASE | regex.MULTILINE

    def rate(self, value: str) -> float:
        """Return how sure it is that `value` is what the shape stands for."""
        return self.score if self.rating is None else self.rating(value)


class Identifier(LocalRecognizer):  # type: ignore[misc]  # presidio's types are not followed
    """Finds one kind of identifier by its shapes and the words before it."""

    def __init__(self, kind: str, *shapes: Shape, context: Sequence[str] = ()) -> None:
        self.kind = kind
        self.shapes = [
            (
                shape,
                regex.compile(shape.pattern, shape.flags),
                regex.compile(shape.hint, shape.flags) if shape.hint else None,
            )
            for shape in shapes
        ]
        super().__init__(
            supported_entities=[kind],
            name=f"{kind} identifier",
            supported_language="en",
            context=list(context),
        )

    def load(self) -> None:
        """Nothing to load: the patterns were compiled when the recognizer was made."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 presidio's signature
        nlp_artifacts: object = None,  # noqa: ARG002 presidio's signature
    ) -> list[Any]:
        """Return the matches; raise `TimeoutError` where a pattern takes too long."""
        results = []
        for shape, compiled, hint in self.shapes:
            if hint is not None and hint.search(text, timeout=TIME_BUDGET) is None:
                continue
            group = "value" if "value" in compiled.groupindex else 0
            for match in matches(compiled, text):
                start, end = match.span(group)
                score = shape.rate(match[group])
                if start < end and score > REJECTED:
                    results.append(result(self, start, end, score))
        return results


def matches(compiled: regex.Pattern[str], text: str) -> Iterator[regex.Match[str]]:
    """Yield the matches of one window; raise `TimeoutError` when the budget is used up.

    The pattern's own clock stands still while a match is looked at, so both are watched.
    """
    end = thread_time() + TIME_BUDGET
    for match in compiled.finditer(text, timeout=TIME_BUDGET):
        if thread_time() > end:
            raise TimeoutError
        yield match


def result(recognizer: Any, start: int, end: int, score: float) -> Any:  # noqa: ANN401 presidio
    """Return a finding in Presidio's form, without the explanation that would hold patterns."""
    return RecognizerResult(
        entity_type=recognizer.supported_entities[0],
        start=start,
        end=end,
        score=score,
        recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
        },
    )


def adopted(
    recognizer: Any,  # noqa: ANN401 presidio's PatternRecognizer
    *,
    kind: str = "",
    passed: float = CERTAIN,
    failed: float = REJECTED,
    at_least: float = 0.0,
    hint: str = "",
) -> Identifier:
    """Run a Presidio pattern recognizer by our rules, patterns below `at_least` left out."""

    def shape(pattern: Any) -> Shape:  # noqa: ANN401 presidio's Pattern
        def rating(value: str) -> float:
            if recognizer.invalidate_result(value):
                return failed
            verdict = recognizer.validate_result(value)
            return pattern.score if verdict is None else passed if verdict else failed

        flags = recognizer.global_regex_flags
        return Shape(
            pattern=pattern.regex, score=pattern.score, rating=rating, flags=flags, hint=hint
        )

    return Identifier(
        kind or recognizer.supported_entities[0],
        *(shape(pattern) for pattern in recognizer.patterns if pattern.score >= at_least),
        context=recognizer.context or (),
    )
