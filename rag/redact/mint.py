"""The only place where text becomes `RedactedText`.

Everything behind the redactor takes `RedactedText` alone, so whoever wants to know that no raw
text gets there has these three functions to read (and `RedactedText.cut` and `.joined`, which
make redacted text of redacted text).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import RedactionError
from rag.records import Finding, RedactedText, Redaction
from rag.redact.actions import Replacer


def mint(
    text: str, findings: Sequence[Finding], replacer: Replacer
) -> tuple[RedactedText, tuple[Redaction, ...]]:
    """Replace each finding by its token; findings are in order and do not overlap."""
    pieces: list[str] = []
    redactions: list[Redaction] = []
    position = length = 0
    for finding in findings:
        if not position <= finding.start < finding.end <= len(text):
            raise RedactionError(f"a {finding.kind} finding is out of order or out of the text")
        kept = text[position : finding.start]
        token = replacer.token(finding.kind, text[finding.start : finding.end])
        length += len(kept)
        pieces += (kept, token)
        redactions.append(
            Redaction(
                kind=finding.kind,
                start=length,
                end=length + len(token),
                source_start=finding.start,
                source_end=finding.end,
                score=finding.score,
            )
        )
        length += len(token)
        position = finding.end
    pieces.append(text[position:])
    return RedactedText("".join(pieces)), tuple(redactions)


def stored(text: str) -> RedactedText:
    """Take text that was minted, stored and read back: `rag.state`, kept runs, fakes and tests."""
    return RedactedText(text)


def ours(text: str) -> RedactedText:
    """Take words that never stood in a document: a glossary's, for `rag.retrieve.rewrite`."""
    return RedactedText(text)
