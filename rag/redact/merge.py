"""Many findings over one text become one list that does not overlap.

Recognizers overlap: nine digits may be an account, a passport and a routing number at once.
What any of them found must be covered, so overlapping findings become one that reaches over all
of them; its kind is that of the longest, then of the one with the higher score, then of the
more telling kind, so that the same text always gives the same result. Only a date or an age of no
special sort gives way to one that has been told apart, for which a policy may be stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import regex

from rag.records import Finding
from rag.redact.tokens import DATE_KINDS

# Where length and score are equal, the kind that stands first is taken; others follow by name.
KIND_PRIORITY: tuple[str, ...] = (
    "FORGED_PSEUDONYM",
    "EMAIL_ADDRESS",
    "IBAN_CODE",
    "CREDIT_CARD",
    "US_SSN",
    "UK_NHS",
    "US_MBI",
    "US_NPI",
    "MEDICAL_RECORD_NUMBER",
    "DATE_OF_BIRTH",
    "DOCKET_NUMBER",
    "ACCOUNT_NUMBER",
    "PHONE_NUMBER",
    "STREET_ADDRESS",
    "POSTAL_CODE",
    "PERSON",
)
_RANK = {kind: rank for rank, kind in enumerate(KIND_PRIORITY)}

_SPECIAL = {"DATE": DATE_KINDS - {"DATE"}, "AGE": frozenset({"AGE_OVER_89"})}

ADDRESS_KINDS = frozenset({"STREET_ADDRESS", "POSTAL_CODE"})
_BETWEEN_ADDRESS_PIECES = regex.compile(r"[\s,]{1,4}")


def _strength(finding: Finding) -> tuple[int, float, int, str]:
    """Order findings so that the smallest wins."""
    rank = _RANK.get(finding.kind, len(_RANK))
    return (finding.start - finding.end, -finding.score, rank, finding.kind)


def merge(text: str, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order, none overlapping, each character that was found covered."""
    groups: list[list[Finding]] = []
    end = 0
    for finding in sorted(findings, key=lambda one: (one.start, *_strength(one))):
        if groups and finding.start < end:
            groups[-1].append(finding)
        else:
            groups.append([finding])
        end = max(end, finding.end)
    return _join_addresses(text, [_one(group) for group in groups])


def _one(group: Sequence[Finding]) -> Finding:
    """Return what covers findings that overlap."""
    strongest = min(group, key=_strength)
    special = _SPECIAL.get(strongest.kind, frozenset())
    told = [one for one in group if one.kind in special]
    return Finding(
        kind=min(told or [strongest], key=_strength).kind,
        start=group[0].start,
        end=max(one.end for one in group),
        score=max(one.score for one in group),
    )


def _join_addresses(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Make one finding of the lines of one address, so that it has one pseudonym."""
    joined: list[Finding] = []
    for finding in findings:
        last = joined[-1] if joined else None
        if (
            last is not None
            and {last.kind, finding.kind} <= ADDRESS_KINDS
            and "STREET_ADDRESS" in {last.kind, finding.kind}
            and _BETWEEN_ADDRESS_PIECES.fullmatch(text, last.end, finding.start)
        ):
            score = max(last.score, finding.score)
            joined[-1] = replace(last, kind="STREET_ADDRESS", end=finding.end, score=score)
        else:
            joined.append(finding)
    return joined
