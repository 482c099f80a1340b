"""A prompt's template: read from a file, checked at once, told by name, version and hash.

name: ours
version: 1
system: ...        # for models that chat: what never changes, so that servers keep it read
user: ...          # with {evidence} and {question}
completion: ...    # instead of both, for models that continue a text
evidence: "[{n}] {title}: {text}"
"""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import yaml

from rag.errors import ConfigurationError

SHIPPED: tuple[str, ...] = ("plain", "clinic", "law", "finance", "reader")
# The one sentence that says that the evidence holds no answer.
REFUSAL = "Not in these documents."

_TEXTS = ("system", "user", "completion", "evidence")
_KEYS = frozenset({"name", "version", *_TEXTS})
_FIELDS = {
    "system": frozenset({"sentences", "refusal"}),
    "user": frozenset({"evidence", "question"}),
    "completion": frozenset({"evidence", "question"}),
    "evidence": frozenset({"n", "text", "title"}),
}
_NEEDED = {
    "user": frozenset({"evidence", "question"}),
    "completion": frozenset({"evidence", "question"}),
    "evidence": frozenset({"n", "text"}),
}
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTemplate:
    """What a model is told, with places for evidence and question.

    Of a model that chats, `system` and `user`; of one that continues a text, `completion`.
    """

    name: str
    version: int
    evidence: str = field(repr=False)
    system: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    completion: str = field(default="", repr=False)

    @property
    def fingerprint(self) -> str:
        """Name, version and hash: what answers, audit and runs say of it."""
        texts = "\0".join(getattr(self, name) for name in _TEXTS)
        return f"{self.name}-{self.version}-{hashlib.sha256(texts.encode()).hexdigest()[:8]}"


def load_template(reference: str, *, base: Path | None = None) -> PromptTemplate:
    """Load a shipped template by name, or one from a file.

    Raises:
        ConfigurationError: There is none, or it is not understood.
    """
    if reference in SHIPPED:
        place = files("rag.generate.prompts").joinpath("templates", f"{reference}.yaml")
        return _parsed(place.read_text(encoding="utf-8"), reference)
    path = (base or Path()) / reference
    if path.suffix not in (".yaml", ".yml"):
        raise ConfigurationError(
            f"`generate.template` names `{reference}`: it takes {', '.join(SHIPPED)} or the path "
            "of a .yaml file"
        )
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigurationError(f"{path} is too long for a template")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"`generate.template` names {path}, which cannot be read"
        ) from None
    return _parsed(text, str(path))


def _parsed(text: str, where: str) -> PromptTemplate:
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigurationError(f"the template {where} is not valid YAML") from None
    if not isinstance(values, dict):
        raise ConfigurationError(f"the template {where} is not a list of keys and values")
    unknown = sorted(str(key) for key in values.keys() - _KEYS)
    if unknown:
        raise ConfigurationError(f"the template {where} has an unknown key `{unknown[0]}`")
    chats, continues = "user" in values, "completion" in values
    if chats == continues or ("system" in values and continues):
        raise ConfigurationError(
            f"the template {where} needs either `user`, with or without `system`, or `completion`"
        )
    for name in _TEXTS:
        if name in values or name == "evidence":
            _check_places(values.get(name), name, where)
    if not isinstance(values.get("name"), str) or type(values.get("version")) is not int:
        raise ConfigurationError(f"the template {where} needs a `name` and a whole `version`")
    return PromptTemplate(**values)


def _check_places(text: object, name: str, where: str) -> None:
    """Refuse a text with places that are not filled, or without those that must be."""
    if not isinstance(text, str):
        raise ConfigurationError(f"`{name}` of the template {where} is not text")
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise ConfigurationError(f"`{name}` of the template {where} has a lone brace") from None
    found = {place for _, place, _, _ in parts if place is not None}
    plain = all(not spec and not conversion for _, _, spec, conversion in parts)
    if not plain or not found <= _FIELDS[name]:
        known = ", ".join(f"{{{one}}}" for one in sorted(_FIELDS[name]))
        raise ConfigurationError(f"`{name}` of the template {where} may only hold {known}")
    missing = sorted(_NEEDED.get(name, frozenset()) - found)
    if missing:
        raise ConfigurationError(f"`{name}` of the template {where} lacks {{{missing[0]}}}")
