"""Whom an operator means who types a name, an identifier or a pseudonym: never told again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rag.errors import ConfigurationError
from rag.ports import People
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.tokens import PSEUDONYM
from rag.state.erasures import Erasures

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The pseudonyms of one person or thing; `perhaps` are those that a shorter name leads to."""

    tokens: tuple[str, ...]
    perhaps: tuple[str, ...] = ()


class Subjects:
    """Finds the pseudonyms of a tenant by what they stand for."""

    def __init__(
        self,
        *,
        tenant: str,
        pseudonyms: Pseudonyms,
        kinds: Collection[str],
        people: People,
        erasures: Erasures,
    ) -> None:
        self._tenant = tenant
        self._pseudonyms = pseudonyms
        self._kinds = kinds
        self._people = people
        self._erasures = erasures

    def meant(self, text: str) -> Subject:
        """Return who is meant; nobody, if nothing here is known by that."""
        text = text.strip()
        if not text or len(text) > _LONGEST or not text.isprintable():
            raise ConfigurationError(
                f"a subject is a pseudonym, a name or an identifier of {_LONGEST} characters"
                " at most"
            )
        token = text if text.startswith("[") else f"[{text}]"
        if PSEUDONYM.fullmatch(token):
            return Subject(tokens=(token,))
        made = {
            self._pseudonyms.token(tenant=self._tenant, kind=kind, value=text)
            for kind in self._kinds
        }
        known = self._erasures.known_pseudonyms(self._tenant, made)
        if not known:  # without `keep_originals` the vault knows none
            known = {one for one in made if self._erasures.mentioning(self._tenant, [one])}
        perhaps = set(self._people.called(self._tenant, text)) - known
        return Subject(tokens=tuple(sorted(known)), perhaps=tuple(sorted(perhaps)))
