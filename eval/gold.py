"""Where the answers stand in the documents as they are indexed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from eval.cases import Case, Expect, Gold
from eval.oracle import permitted
from eval.solver import Library
from rag.errors import ConfigurationError, NotFoundError, RefusedError
from rag.records import Principal, RedactedDocument, RedactedText, Span
from rag.redact.ranges import to_redacted

_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPassage:
    """The passage that answers a case, in the redacted text of its document."""

    document_id: str
    start: int
    end: int
    text: RedactedText = field(repr=False)

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Whether at least one character of that range belongs to this passage."""
        return document_id == self.document_id and start < self.end and self.start < end


def gold_passages(case: Case, library: Library) -> tuple[GoldPassage, ...]:
    """Return where a case's answer stands; nothing if the case has none."""
    return tuple(
        _passage(gold, library.named(gold.document, corpus=case.corpus)) for gold in case.gold
    )


def locate(text: str, quote: str) -> Span:
    """Return where `quote` stands in parsed text, whatever the white space.

    Raises:
        ConfigurationError: The quote does not stand there, or more than once.
    """
    pattern = re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
    found = [match.span() for match in pattern.finditer(text)] if quote.split() else []
    if len(found) != 1:
        raise ConfigurationError(f"the quote stands {len(found)} times in the document, not once")
    return Span(start=found[0][0], end=found[0][1])


def refuse_unfit(cases: Iterable[Case], library: Library) -> None:
    """Raise `ConfigurationError` with the list of cases that the documents do not bear out.

    Such a case has an unknown asker or document, a passage that is not where the case says, or
    permissions that contradict what it expects: a score over it would mean nothing.
    """
    unfit = []
    for case in cases:
        problem = _problem(case, library)
        if problem:
            unfit.append(f"{case.id}: {problem}")
    if unfit:
        more = f"; and {len(unfit) - _LISTED} more" if len(unfit) > _LISTED else ""
        listed = "; ".join(unfit[:_LISTED])
        raise ConfigurationError(f"{len(unfit)} cases do not fit the index: {listed}{more}")


def _problem(case: Case, library: Library) -> str:
    """Say what is wrong with a case, or nothing."""
    try:
        principal = library.principal(case.asker)
    except (RefusedError, NotFoundError):
        return f"`{case.asker}` is no known principal"
    problems = (_problem_of(gold, case, principal, library) for gold in case.gold)
    return next((problem for problem in problems if problem), "")


def _problem_of(gold: Gold, case: Case, principal: Principal, library: Library) -> str:
    try:
        document = library.named(gold.document, corpus=case.corpus)
    except NotFoundError:
        return "its document is not in the index"
    if not _stands_there(gold, document):
        return "its quote does not stand from `start` to `end` of its document"
    if permitted(principal, document) is (case.expect is Expect.FORBIDDEN):
        return f"`{case.asker}` may {'' if case.expect is Expect.FORBIDDEN else 'not '}read it"
    return ""


def _passage(gold: Gold, document: RedactedDocument) -> GoldPassage:
    span = to_redacted(document.redactions, gold.start, gold.end)
    return GoldPassage(
        document_id=document.id,
        start=span.start,
        end=span.end,
        text=document.text.cut(span.start, span.end),
    )


def _stands_there(gold: Gold, document: RedactedDocument) -> bool:
    """Whether what redaction left of the range is in the quote, piece by piece, and fills it.

    The parsed text is gone by now, so that the replaced characters cannot be compared.
    """
    passage = _passage(gold, document)
    if passage.end > len(document.text) or not passage.text.strip():
        return False
    pieces, quote = _kept_pieces(passage, document), "".join(gold.quote.split())
    if len(pieces) == 1:  # a pattern of a whole document takes long to be made
        return pieces[0] == quote
    return re.fullmatch(".*?".join(map(re.escape, pieces)), quote, re.DOTALL) is not None


def _kept_pieces(passage: GoldPassage, document: RedactedDocument) -> Sequence[str]:
    """Return the text between the replacements within a passage, without white space."""
    pieces = []
    at = passage.start
    for redaction in document.redactions:
        if redaction.end > passage.start and redaction.start < passage.end:
            pieces.append(document.text[at : max(at, redaction.start)])
            at = max(at, redaction.end)
    pieces.append(document.text[at : max(at, passage.end)])
    return ["".join(piece.split()) for piece in pieces]
