"""How likely it is that something was missed in a document, by what can be counted in it.

risk is the weighted sum of six signs, each from 0 to 1:

    sparse      .25  1 - redactions per character / the median of its source; at least 0
    doubtful    .20  share of its redactions with a score below 0.6
    residue     .20  1 - 1/2 ** n for n pieces that still look like identifiers: long numbers,
                     a capitalised word beside the token of a person, a title before a word, an @
    unusual     .10  its rarest kind is in less than 5 % of the documents of its source: 1 for a
                     kind in hardly any, falling to 0 at 5 %
    unreviewed  .15  nothing of its source was ever checked
    changed     .10  something was, but under another policy, recognizers or name model

It orders documents; it is no probability.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rag.records import RedactedDocument
from rag.redact.tokens import TOKEN
from rag.review.records import Facts, History

WEIGHTS = {
    "sparse": 0.25,
    "doubtful": 0.20,
    "residue": 0.20,
    "unusual": 0.10,
    "unreviewed": 0.15,
    "changed": 0.10,
}
MEANINGS = {
    "sparse": "few redactions for its length",
    "doubtful": "low scores",
    "residue": "what looks like an identifier is left",
    "unusual": "unusual kinds",
    "unreviewed": "source never checked",
    "changed": "redaction changed since the last check",
}
LOW_SCORE = 0.6
_RARE = 0.05

# A token is set aside as one of these, so that its own letters and digits are not looked at.
_PERSON, _OTHER = "\x01", "\x02"
_PERSONS = frozenset({"PERSON", "PERSON_TITLE"})
_RESIDUE = re.compile(
    r"\d(?:[ .\-/]?\d){5,}"  # a long number
    rf"|[A-Z][\w'’-]+ {_PERSON}|{_PERSON} [A-Z][\w'’-]+"  # half a name
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof)\b\.? [A-Z]"
    r"|\w@\w"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """What is usual among the documents of one source."""

    density: float
    shares: dict[str, float]


def facts_of(document: RedactedDocument, *, fingerprint: str, source: str) -> Facts:
    """Count what tells something of a redacted document."""
    return Facts(
        document_id=document.id,
        version=document.version,
        fingerprint=fingerprint,
        source=source,
        characters=len(document.text),
        kinds=document.redaction_counts(),
        doubtful=sum(one.score < LOW_SCORE for one in document.redactions),
        residue=len(_RESIDUE.findall(_without_tokens(document.text))),
    )


def peers_of(documents: Sequence[Facts]) -> Peers:
    """Return what is usual among documents of one source."""
    holding = Counter(kind for one in documents for kind in one.kinds)
    return Peers(
        density=median(_density(one) for one in documents),
        shares={kind: count / len(documents) for kind, count in holding.items()},
    )


def signs_of(one: Facts, peers: Peers, history: History) -> dict[str, float]:
    """Return what speaks for looking at a document, each from 0 to 1."""
    usual = peers.density
    sparse = max(0.0, 1 - _density(one) / usual) if usual else float(not one.redactions)
    rarest = min((peers.shares.get(kind, 0.0) for kind in one.kinds), default=1.0)
    reviewed = bool(history.fingerprints)
    return {
        "sparse": sparse,
        "doubtful": one.doubtful / one.redactions if one.redactions else 0.0,
        "residue": 1 - 0.5**one.residue,
        "unusual": max(0.0, 1 - rarest / _RARE),
        "unreviewed": float(not reviewed),
        "changed": float(reviewed and one.fingerprint not in history.fingerprints),
    }


def risk_of(signs: dict[str, float]) -> float:
    """Return the risk of a document, from 0 to 1."""
    return sum(WEIGHTS[sign] * value for sign, value in signs.items())


def _density(one: Facts) -> float:
    return one.redactions / max(1, one.characters)


def _without_tokens(text: str) -> str:
    return TOKEN.sub(lambda token: _PERSON if token["kind"] in _PERSONS else _OTHER, text)
