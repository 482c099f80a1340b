"""The terms of a model, by its family as we know it; what its file claims can only lower them.

A header is written by whoever made the file. So a family is recognised by name and architecture
together, a claim that contradicts the family is said, and a model whose name goes on in words
that its publisher does not use may be somebody else's, with terms of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

from rag.models.gguf import printable
from rag.models.records import GgufHeader, Licence, LicenceClass

_BETWEEN_WORDS = re.compile(r"[\s_/:()\[\]-]+")
_PUBLISHER = re.compile(
    r"(meta-llama|mistralai|google|microsoft|tiiuae|deepseek-ai|openai|stabilityai"
    r"|black-forest-labs|sentence-transformers|qwen)-(?=[a-z])"
)
# What the names of a publisher's own models go on with, beside a family's own words.
_SIZE = r"[ae]?\d+(\.\d+)?[bmk]?|\d+x\d+(\.\d+)?b|a\d+(\.\d+)?b|v\d+(\.\d+)*"
_KIND = r"instruct|chat|it|base|text|reasoning|thinking|preview|pt|hf|mini|small|medium|large|turbo"
_FORM = r"gguf|imatrix|qat|awq|gptq|fp8|f32|f16|bf16|i?q\d[a-z0-9]*|k|s|m|l|xs|xxs|0|1"
_OWN = re.compile(f"{_SIZE}|{_KIND}|{_FORM}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a file says of itself that bears on its terms."""

    architecture: str
    names: tuple[str, ...]
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Models of one publisher under the same terms."""

    name: str
    names: tuple[re.Pattern[str], ...]
    words: frozenset[str]
    architectures: frozenset[str]
    claims: frozenset[str]
    licence: str
    kind: LicenceClass
    watch: str
    terms: str
    checked: str

    def rest(self, name: str) -> str | None:
        """Return what follows the family's name in a model's, None if it is another's."""
        for pattern in self.names:
            match = pattern.match(name)
            if match and (match.end() == len(name) or name[match.end()] in "-."):
                return name[match.end() :].strip("-.")
        return None


def claims_of(header: GgufHeader) -> Claims:
    """Return what a GGUF header claims."""
    parts = ("general.basename", "general.size_label", "general.finetune")
    built = "-".join(text for part in parts if (text := header.text(part)))
    claim = header.text("general.license")
    if claim.lower() in ("", "other"):
        claim = header.text("general.license.name") or claim
    return Claims(
        architecture=header.architecture,
        names=tuple(name for name in (header.name, built) if name),
        licence=claim,
    )


def licence_of(claims: Claims) -> Licence:
    """Return the terms of a model; unknown where its family is, never more than is known."""
    found = _recognised(claims)
    if found is None:
        return _unknown(claims)
    family, rest = found
    doubts = _doubts(family, rest, claims)
    lowered = bool(doubts) and family.kind is LicenceClass.OSI
    return Licence(
        family=family.name,
        name=family.licence,
        kind=LicenceClass.UNKNOWN if lowered else family.kind,
        watch=family.watch,
        checked=family.checked,
        source=family.terms,
        doubts=doubts,
    )


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """Return the families that are known from the start, the most particular first."""
    text = (files("rag.models") / "licences.yaml").read_text(encoding="utf-8")
    return tuple(_family(row) for row in yaml.safe_load(text))


def _family(row: dict[str, object]) -> Family:
    def listed(key: str) -> list[str]:
        found = row.get(key, [])
        return [str(one) for one in found] if isinstance(found, list) else []

    checked = row["checked"]
    return Family(
        name=str(row["family"]),
        names=tuple(re.compile(pattern) for pattern in listed("names")),
        words=frozenset(listed("words")),
        architectures=frozenset(listed("architectures")),
        claims=frozenset(listed("claims")),
        licence=str(row["licence"]),
        kind=LicenceClass(str(row["class"])),
        watch=str(row["watch"]),
        terms=str(row.get("terms", "")),
        checked=checked.isoformat() if isinstance(checked, dt.date) else str(checked),
    )


def _recognised(claims: Claims) -> tuple[Family, str] | None:
    """Return the family of the first name that has one, and what follows in that name."""
    for name in claims.names:
        words = _BETWEEN_WORDS.sub("-", name.lower()).strip("-")
        publisher = _PUBLISHER.match(words)
        words = words[publisher.end() :] if publisher else words
        for family in families():
            rest = family.rest(words)
            if rest is not None:
                return family, rest
    return None


def _unknown(claims: Claims) -> Licence:
    doubts = []
    if stated := _stated(claims):
        doubts.append(f"it claims `{stated}`, which nobody but its file says")
    return Licence(
        family="",
        name="",
        kind=LicenceClass.UNKNOWN,
        watch="Not one of the known families: find its terms with its publisher.",
        checked="",
        doubts=tuple(doubts),
    )


def _doubts(family: Family, rest: str, claims: Claims) -> tuple[str, ...]:
    doubts = []
    if claims.architecture not in family.architectures:
        doubts.append(f"its name is of {family.name}, its architecture is not")
    strange = [word for word in rest.split("-") if word and not _own(family, word)]
    if strange:
        doubts.append(
            f"its name goes on with `{printable('-'.join(strange), most=60)}`: perhaps somebody "
            "else's model, with terms of its own"
        )
    claim = claims.licence.lower()
    if claim and claim not in family.claims:
        doubts.append(f"it claims `{_stated(claims)}`, its family is under {family.licence}")
    return tuple(doubts)


def _own(family: Family, word: str) -> bool:
    return word in family.words or _OWN.fullmatch(word) is not None


def _stated(claims: Claims) -> str:
    return printable(claims.licence, most=80)
