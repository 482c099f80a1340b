"""One text of a document while it is being redacted, and how its shadow is read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter

import regex

from rag.errors import SkipDocument
from rag.records import Finding, Span
from rag.redact.analysis import Analysis, regions
from rag.redact.merge import merge
from rag.redact.policy import FORGED, Action, Policy, Reason
from rag.redact.shadow import BLANK, Shadow
from rag.redact.tokens import PSEUDONYM, TOKEN

# File names write "MRN_00482913", where a pattern sees one word.
_UNDERSCORED = regex.compile(r"[^\W_]_+[^\W_]")
_NAME_HYPHEN = regex.compile(r"(?<=\p{L})-(?=\d)|(?<=\d)-(?=\p{L})")
_TELLING = regex.compile(r"[^\W_]")


class Field:
    """A text, what was found in it so far, and what of that nobody has looked around yet.

    What the policy leaves is not among what was found, so that it hides nothing; it is noted in
    `left`. A token in the text is kept where the text is `trusted`: it was redacted before, or
    is a question. Elsewhere a pseudonym is a forgery, which is found and replaced like an
    identifier, and other tokens are text like any.
    """

    __slots__ = (
        "_kept", "_policy", "found", "is_name", "left", "new", "plain", "single", "text", "wanted",
    )  # fmt: skip

    def __init__(
        self,
        text: str,
        policy: Policy,
        *,
        kinds: Collection[str] = (),
        is_name: bool = False,
        trusted: bool = False,
        everything: bool = False,
    ) -> None:
        """Take a text as it stands.

        Args:
            text: What is redacted.
            policy: What is done with each kind.
            kinds: Those that there are, in findings and in tokens.
            is_name: Whether it is a title or a file name, which are written in their own way.
            trusted: Whether its tokens were made here.
            everything: Whether what the policy keeps is looked for too, to say so.
        """
        self.text = text
        self.is_name = is_name
        self.found: list[Finding] = []
        # What was found before findings that overlap became one: an identifier that was joined
        # with its neighbours stands elsewhere alone.
        self.single: list[Finding] = []
        self.new: list[Span] = []
        self.left: dict[tuple[str, int, int], tuple[Finding, Reason]] = {}
        self.wanted = None if everything else policy.wanted(kinds)
        self._policy = policy
        self._kept: list[Span] = []
        self.plain = Shadow(text)
        for match in (TOKEN if trusted else PSEUDONYM).finditer(self.plain.text):
            span = self.plain.source(*match.span())
            if not trusted:
                self.found.append(Finding(kind=FORGED, start=span.start, end=span.end, score=1.0))
            elif match["value"] or match["kind"] in kinds:
                self._kept.append(span)

    def __repr__(self) -> str:
        return f"<Field of {len(self.text)} characters, {len(self.found)} findings>"

    def shadow(self) -> Shadow:
        """Return the text as recognizers shall see it now."""
        found = [Span(start=one.start, end=one.end) for one in self.found]
        return Shadow(self.text, [*found, *self._kept])

    def add(self, findings: Iterable[Finding]) -> bool:
        """Add findings that are acted on and not covered yet; say whether there were any.

        Raises:
            SkipDocument: if the policy drops a document that holds such a kind.
        """
        fresh = [one for one in findings if self._acted_on(one) and not self._covered(one)]
        if fresh:
            self.found = merge(self.text, [*self.found, *fresh])
            self.single += fresh
            self.new += [Span(start=one.start, end=one.end) for one in fresh]
        return bool(fresh)

    def take_new(self) -> list[Span]:
        """Return what was added since this was last asked."""
        taken, self.new = self.new, []
        return taken

    def _acted_on(self, finding: Finding) -> bool:
        reason = self._policy.reason_to_leave(finding, self.text)
        if reason is not None:
            self.left[finding.kind, finding.start, finding.end] = (finding, reason)
            return False
        if self._policy.action(finding.kind) is Action.DROP:
            raise SkipDocument(f"it holds {finding.kind}: its policy keeps it out of the index")
        return True

    def _covered(self, finding: Finding) -> bool:
        """Say whether a finding lies in what was found, or touches a token that is kept."""
        index = bisect_right(self.found, finding.start, key=attrgetter("start")) - 1
        inside = index >= 0 and finding.end <= self.found[index].end
        after = bisect_right(self._kept, finding.start, key=attrgetter("end"))
        return inside or (after < len(self._kept) and self._kept[after].start < finding.end)


def read(
    analysis: Analysis, field: Field, shadow: Shadow, near: Sequence[int] | None = None
) -> list[Finding]:
    """Return what the recognizers find in a shadow, or near some places of it, in the source."""
    length = len(shadow.text)
    around = None if near is None else regions(_spans(near), length)
    found = analysis.find(shadow.text, around, field.wanted)
    words = shadow.text.replace("_", " ")
    if field.is_name:
        words = _NAME_HYPHEN.sub(" ", words)
        found += analysis.find(words, around, field.wanted) if words != shadow.text else []
    elif words != shadow.text:
        joints = [one.start() for one in _UNDERSCORED.finditer(shadow.text)]
        found += analysis.find(words, regions(_spans(joints), length), field.wanted)
    return [piece for one in found for piece in pieces(shadow, one)]


def _spans(places: Iterable[int]) -> list[Span]:
    return [Span(start=place, end=place + 1) for place in places]


def pieces(shadow: Shadow, finding: Finding) -> Iterable[Finding]:
    """Return a finding in the source's characters, without what is blanked inside it."""
    start = finding.start
    for piece in shadow.text[finding.start : finding.end].split(BLANK):
        if _TELLING.search(piece):
            span = shadow.source(start, start + len(piece))
            yield Finding(kind=finding.kind, start=span.start, end=span.end, score=finding.score)
        start += len(piece) + 1
