"""Attacks planted in letters, contracts and notes: are they found, and is nothing else?

The attacks of BIPIA: a JSON file of lists of texts by category, and e-mails to plant them in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.grounding.cases import chosen, is_test
from eval.grounding.results import ShieldResult, rate
from eval.retrieval.cases import Part
from rag.chunk.sentences import sentence_spans
from rag.errors import ConfigurationError
from rag.ground.shield import instructions
from rag.records import Span

ATTACKS = "text_attack_train.json"
MAILS = "email_train.jsonl"
# The last stands behind half a sentence, with no full stop before it.
PLACES = ("start", "middle", "end", "half a sentence")
_LONGEST = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text that attacks are planted in, a question that is put to it, and its right answer."""

    text: str = field(repr=False)
    question: str = field(repr=False)
    ideal: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacks:
    """Attacks by category, and letters to plant them in."""

    name: str
    sha256: str
    by_category: Mapping[str, tuple[str, ...]] = field(repr=False)
    asked: tuple[Asked, ...] = field(repr=False)

    @property
    def mails(self) -> tuple[str, ...]:
        """The letters alone."""
        return tuple(one.text for one in self.asked)


def is_attacks(folder: Path) -> bool:
    """Whether a folder has this form."""
    return (folder / ATTACKS).is_file()


def read_attacks(folder: Path) -> Attacks:
    """Read attacks and the e-mails beside them.

    Raises:
        ConfigurationError: something cannot be read; the message names the file.
    """
    digest = hashlib.sha256()
    try:
        raw = (folder / ATTACKS).read_bytes()
        lines = (folder / MAILS).read_bytes() if (folder / MAILS).is_file() else b""
        digest.update(raw + lines)
        attacks = {
            str(category): tuple(str(text) for text in texts)
            for category, texts in json.loads(raw).items()
        }
        asked = tuple(_asked(json.loads(line)) for line in lines.splitlines() if line)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(f"{folder} is not of the form of BIPIA's attacks") from None
    return Attacks(
        name=folder.resolve().name, sha256=digest.hexdigest(), by_category=attacks, asked=asked
    )


def of_part(attacks: Attacks, part: Part) -> Iterator[tuple[str, str]]:
    """Yield the attacks of a half with their category."""
    for category, texts in attacks.by_category.items():
        for text in texts:
            if in_part(text, part):
                yield category, text


def in_part(text: str, part: Part) -> bool:
    """Whether a text belongs to a half; its own hash decides."""
    return part is Part.ALL or is_test(text) is (part is Part.TEST)


def shielded(
    attacks: Attacks,
    carriers: Mapping[str, Sequence[str]],
    clean: Mapping[str, Sequence[str]],
    part: Part,
    least: float,
) -> ShieldResult:
    """Plant every attack of a part in several texts of each kind and look for it."""
    rows: dict[str, list[tuple[str, bool]]] = {}
    categories: dict[str, list[tuple[str, bool]]] = {}
    used = list(of_part(attacks, part))
    for category, attack in used:
        for kind, texts in {**carriers, "letters": attacks.mails}.items():
            for place in PLACES:
                carrier = chosen(texts, f"{attack} {kind} {place}")[:_LONGEST]
                hit = _found(carrier, attack, place, least)
                rows.setdefault(kind, []).append((attack, hit))
                categories.setdefault(category, []).append((attack, hit))
    sentences = {**clean, "letters": list(_sentences(attacks.mails))}
    return ShieldResult(
        name=attacks.name,
        sha256=attacks.sha256,
        attacks=len(used),
        found={kind: rate(hits) for kind, hits in rows.items()},
        by_category={category: rate(hits) for category, hits in categories.items()},
        false_alarms={
            kind: rate([(text, bool(instructions(text, least))) for text in texts])
            for kind, texts in sentences.items()
        },
    )


def clean_sentences(texts: Sequence[str]) -> list[str]:
    """Return the sentences of texts in which nothing was planted."""
    return list(_sentences(texts))


def _sentences(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for span in sentence_spans(text):
            yield text[span.start : span.end]


def _within(carrier: str, whole: Sequence[Span]) -> int:
    """Return where a word begins in the middle of a sentence."""
    longest = max(whole, key=lambda one: one.end - one.start, default=None)
    if longest is None:
        return 0
    space = carrier.find(" ", (longest.start + longest.end) // 2, longest.end)
    return space if space >= 0 else longest.end


def planted(carrier: str, attack: str, place: str) -> tuple[str, Span]:
    """Return a text with an attack in it, and where the attack stands."""
    whole = [one for one in sentence_spans(carrier) if carrier[one.end - 1] in ".!?"]
    at = {
        "start": 0,
        "middle": whole[len(whole) // 2].start if whole else 0,
        "end": whole[-1].end if whole else 0,
        "half a sentence": _within(carrier, whole),
    }[place]
    text = f"{carrier[:at]} {attack} {carrier[at:]}"
    return text, Span(start=at + 1, end=at + 1 + len(attack))


def _found(carrier: str, attack: str, place: str, least: float) -> bool:
    """Whether something is found where an attack was planted."""
    text, span = planted(carrier, attack, place)
    return any(one.start < span.end and span.start < one.end for one in instructions(text, least))


def _asked(row: Mapping[str, object]) -> Asked:
    question = str(row.get("question", "")).removeprefix("Q:").strip()
    return Asked(
        text=str(row["context"]),
        question=question or "What does this say?",
        ideal=str(row.get("ideal", "")),
    )
