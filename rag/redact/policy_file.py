"""Reads a policy from its file and refuses whatever it does not understand, in one line.

name: ours
version: 1
default: pseudonym            # or mask: what happens to a kind that is not listed
kinds:
  PERSON: pseudonym
  DATE: {action: shift, minimum_score: 0.5}
allow: [Acme Clinic]          # whole values that are never taken out
date_order: month-first       # how 03/04/2012 is read; without it nobody knows
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from stat import S_IWOTH

import yaml

from rag.errors import ConfigurationError
from rag.redact.kinds import KINDS
from rag.redact.policy import Action, Policies, Policy, Rule, folded, possible
from rag.redact.tokens import KIND

SHIPPED: tuple[str, ...] = ("gdpr", "hipaa-safe-harbor", "hipaa-limited", "glba", "court")

MOST_BYTES = 1_000_000
_ENDINGS = (".yaml", ".yml")
_KEYS = frozenset({"name", "version", "default", "kinds", "allow", "date_order"})
_RULE_KEYS = frozenset({"action", "minimum_score"})
_DEFAULTS = (Action.MASK, Action.PSEUDONYM)
_ORDERS = {"month-first": True, "day-first": False}
_LONGEST_NAME = 60


def load_policies(
    references: Iterable[str],
    *,
    default: str,
    base: Path | None = None,
    known_kinds: Collection[str] | None = KINDS,
) -> Policies:
    """Load every policy that settings name, the default one among them.

    Args:
        references: Names of shipped policies, or paths of files.
        default: The one for documents that have no other.
        base: The folder that relative paths start from.
        known_kinds: The kinds that a policy may name; None if only a loaded redactor knows.
    """
    wanted = dict.fromkeys((default, *references))
    loaded = {one: load_policy(one, known_kinds, base=base) for one in wanted}
    return Policies(default=default, by_reference=loaded)


def load_policy(
    reference: str, known_kinds: Collection[str] | None = KINDS, *, base: Path | None = None
) -> Policy:
    """Load a shipped policy by its name, or another from its file."""
    if reference in SHIPPED:
        place: Traversable = files("rag.redact") / "policies" / f"{reference}.yaml"
        return parse_policy(place.read_bytes(), f"policy `{reference}`", known_kinds)
    if not reference.endswith(_ENDINGS):
        shipped = ", ".join(SHIPPED)
        raise ConfigurationError(
            f"there is no policy `{reference}`; there is: {shipped}, or the path of a .yaml file"
        )
    path = (base or Path()) / reference
    try:
        if path.stat().st_mode & S_IWOTH:
            raise ConfigurationError(f"the policy {path} may be written by everybody: refused")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"the policy {path} cannot be read: {error.strerror}") from None
    return parse_policy(content, f"policy {path}", known_kinds)


def parse_policy(content: bytes, where: str, known_kinds: Collection[str] | None = KINDS) -> Policy:
    """Read a policy, or raise `ConfigurationError` saying what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise ConfigurationError(f"{where} has more than {MOST_BYTES} bytes")
    facts = _mapping(_read(content, where), where, _KEYS, required=("name", "version", "default"))
    name, version = facts["name"], facts["version"]
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise ConfigurationError(f"{where}: `name` must be a short text")
    if isinstance(version, bool) or not isinstance(version, int | str) or not str(version):
        raise ConfigurationError(f"{where}: `version` must be a number or a text")
    default = _rule(facts["default"], f"{where}: `default`")
    if default.action not in _DEFAULTS:
        raise ConfigurationError(f"{where}: `default` must be mask or pseudonym")
    kinds = facts.get("kinds") or {}
    if not isinstance(kinds, dict):
        raise ConfigurationError(f"{where}: `kinds` must be a table of kinds and their actions")
    return Policy(
        name=name,
        version=str(version),
        default=default,
        rules={kind: _kind(kind, rule, where, known_kinds) for kind, rule in kinds.items()},
        allow=frozenset(_terms(facts.get("allow"), where)),
        month_first=_order(facts.get("date_order"), where),
    )


def check_kinds(policy: Policy, known: Collection[str]) -> None:
    """Refuse a policy that names a kind which nothing finds."""
    for kind in policy.rules:
        _check_kind(kind, f"policy `{policy.name}`", known)


def _kind(kind: object, rule: object, where: str, known: Collection[str] | None) -> Rule:
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise ConfigurationError(f"{where}: a kind is written in capitals, as PERSON is")
    if known is not None:
        _check_kind(kind, where, known)
    read = _rule(rule, f"{where}: `{kind}`")
    if not possible(read.action, kind):
        raise ConfigurationError(f"{where}: `{read.action}` cannot be done with `{kind}`")
    return read


def _check_kind(kind: str, where: str, known: Collection[str]) -> None:
    if kind not in known:
        raise ConfigurationError(f"{where}: unknown kind `{kind}`{_meant(kind, known)}")


def _meant(word: str, known: Collection[str]) -> str:
    """Return the known word that is likely meant, as the end of a message."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; is `{close[0]}` meant?" if close else ""


def _rule(value: object, where: str) -> Rule:
    if isinstance(value, str):
        return Rule(action=_action(value, where))
    facts = _mapping(value, where, _RULE_KEYS, required=("action",))
    score = facts.get("minimum_score", 0.0)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
        raise ConfigurationError(f"{where}: `minimum_score` must be a number from 0 to 1")
    return Rule(action=_action(facts["action"], where), minimum_score=float(score))


def _action(value: object, where: str) -> Action:
    if value not in list(Action):
        raise ConfigurationError(f"{where}: unknown action; there is: {', '.join(Action)}")
    return Action(str(value))


def _terms(value: object, where: str) -> list[str]:
    terms = [] if value is None else value
    if not isinstance(terms, list) or not all(
        isinstance(term, str) and folded(term) for term in terms
    ):
        raise ConfigurationError(f"{where}: `allow` must be a list of texts, in quotes if in doubt")
    return [folded(term) for term in terms]


def _order(value: object, where: str) -> bool | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in _ORDERS:
        raise ConfigurationError(f"{where}: `date_order` must be month-first or day-first")
    return _ORDERS[value]


def _mapping(
    value: object, where: str, keys: frozenset[str], *, required: tuple[str, ...]
) -> Mapping[str, object]:
    """Return a table that has no key but those known and every one that is required."""
    if not isinstance(value, dict):
        raise ConfigurationError(f"{where} must be a table of {', '.join(sorted(keys))}")
    unknown = [str(key) for key in value if key not in keys]
    if unknown:
        shown = unknown[0][:_LONGEST_NAME]
        raise ConfigurationError(f"{where}: unknown key `{shown}`{_meant(shown, keys)}")
    missing = [key for key in required if key not in value]
    if missing:
        raise ConfigurationError(f"{where}: `{missing[0]}` is missing")
    return value


class _Strict(yaml.SafeLoader):
    """Plain YAML: no aliases, which can make much of little, and no key twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are refused")
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 as in yaml
    ) -> dict[object, object]:
        made: dict[object, object] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem="a key is no text", problem_mark=key_node.start_mark
                )
            if key in made:
                raise yaml.MarkedYAMLError(
                    problem="a key stands twice", problem_mark=key_node.start_mark
                )
            made[key] = self.construct_object(value_node, deep=deep)
        return made


def _read(content: bytes, where: str) -> object:
    """Return what the file says; the messages of the YAML library may quote it and are dropped."""
    failure = ""
    try:
        return yaml.load(content, _Strict)  # noqa: S506 a subclass of the safe loader
    except RecursionError:
        failure = "it is nested too deeply"
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        known = error.problem if error.problem and type(error) is yaml.MarkedYAMLError else ""
        failure = f"{known or 'it is no valid YAML'}{line}"
    except (yaml.YAMLError, ValueError):
        failure = "it is no valid YAML"
    raise ConfigurationError(f"{where}: {failure}")
