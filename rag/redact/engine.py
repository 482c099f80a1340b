"""The redactor: every text of a document in, pseudonyms in place of identifiers out.

For each text (body, title, name, metadata) the recognizers read a shadow of it. What they find
is blanked and its neighbourhood read again until nothing more is found, because taking out one
identifier may uncover another; a second run over the result therefore finds nothing. Values found
anywhere in a document are then replaced everywhere in it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files

from rag.errors import RedactionError
from rag.ports import NameModel
from rag.records import (
    Document,
    Element,
    Finding,
    RedactedDocument,
    RedactedText,
    Redaction,
)
from rag.redact.analysis import Analysis, check_language
from rag.redact.echoes import Echoes
from rag.redact.fields import Field, read
from rag.redact.mint import mint
from rag.redact.names import name_findings
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.ranges import to_redacted
from rag.redact.recognizers import sources
from rag.settings import RedactSettings

# What no pattern can find: said wherever a redaction is summed up, unless a name model finds it.
NOT_YET: tuple[str, ...] = ("person names", "organisations", "places named in running text")

# More rounds than any text needs; reaching it fails closed.
_ROUNDS = 12
_LIBRARIES = ("presidio-analyzer", "phonenumbers", "regex")


class PresidioRedactor:
    """Redacts with Presidio, our recognizers and a name model."""

    def __init__(
        self,
        settings: RedactSettings,
        pseudonyms: Pseudonyms,
        names: NameModel,
        allowed: tuple[str, ...] = (),
    ) -> None:
        check_language(settings.language)
        self._settings = settings
        self._pseudonyms = pseudonyms
        self._names = names
        self._allowed = allowed
        self._analysis: Analysis | None = None
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Changes with settings, recognizers, their libraries, plugins, name model and key."""
        digest = hashlib.sha256()
        parts = [self._settings.model_dump_json(), self._names.fingerprint]
        parts += [self._pseudonyms.fingerprint, *map(version, _LIBRARIES), *_code()]
        for name, point in sorted(sources(self._allowed).items()):
            release = point.dist.version if point.dist is not None else ""
            parts += [name, point.value, release]
        for part in parts:
            digest.update(hashlib.sha256(part.encode()).digest())
        return digest.hexdigest()[:32]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of identifiers it finds. Loads the recognizers."""
        return self.warm().kinds | self._names.kinds

    def warm(self) -> Analysis:
        """Load the recognizers; done on first use if not before."""
        with self._lock:
            if self._analysis is None:
                self._analysis = Analysis(
                    language=self._settings.language,
                    minimum_score=self._settings.minimum_score,
                    allowed=self._allowed,
                )
            return self._analysis

    def redact(self, document: Document) -> RedactedDocument:
        """Redact the text, the title, the name and the metadata, or raise `RedactionError`.

        A pseudonym that stands in the document already was not made here: it is replaced, so
        that no document can pass for another person's.
        """
        parsed = document.parsed
        fields = [
            Field(parsed.text, trusted=isinstance(parsed.text, RedactedText)),
            *(
                Field(text, is_name=True, trusted=isinstance(text, RedactedText))
                for text in (parsed.title, document.name, *parsed.metadata.values())
            ),
        ]
        minted = self._redact_together(fields, tenant=document.tenant)
        (text, redactions), (title, _), (name, _), *rest = minted
        return RedactedDocument(
            id=document.id,
            tenant=document.tenant,
            source=document.source,
            version=document.version,
            name=name,
            title=title,
            text=text,
            media_type=parsed.media_type,
            elements=tuple(_moved(element, redactions) for element in parsed.elements),
            redactions=redactions,
            acl=document.acl,
            metadata=dict(zip(parsed.metadata, [value for value, _ in rest], strict=True)),
        )

    def redact_text(self, text: str, *, tenant: str) -> RedactedText:
        """Redact a question or a name; pseudonyms in it are kept, so that one may ask by them."""
        [(redacted, _)] = self._redact_together([Field(text, trusted=True)], tenant=tenant)
        return redacted

    def _redact_together(
        self, fields: Sequence[Field], *, tenant: str
    ) -> list[tuple[RedactedText, tuple[Redaction, ...]]]:
        analysis = self.warm()
        echoes = Echoes()
        for one in fields:
            self._begin(analysis, one)
        for _ in range(_ROUNDS):
            for one in fields:
                self._settle(analysis, one)
                echoes.learn(one.text, one.found)
            echoed = [one.add(echoes.find(one.text)) for one in fields]
            if not any(echoed):
                return [
                    mint(one.text, one.found, self._pseudonyms, tenant=tenant) for one in fields
                ]
        raise RedactionError(f"identifiers were still found after {_ROUNDS} rounds")

    def _begin(self, analysis: Analysis, one: Field) -> None:
        """Read a whole text once."""
        if len(one.text) > self._settings.max_characters:
            raise RedactionError(
                f"the text has {len(one.text)} characters, more than `redact.max_characters`"
            )
        one.add(self._named(one.text))
        one.add(read(analysis, one.shadow(), is_name=one.is_name))

    def _settle(self, analysis: Analysis, one: Field) -> None:
        """Read what is near new findings again, until there are none."""
        for _ in range(_ROUNDS):
            if not one.new:
                return
            shadow = one.shadow()
            places = [shadow.place(span.start) for span in one.take_new()]
            one.add(read(analysis, shadow, is_name=one.is_name, near=places))
        raise RedactionError(f"identifiers were still found after {_ROUNDS} rounds")

    def _named(self, text: str) -> list[Finding]:
        """Return what the name model finds, or fail closed."""
        failure = ""
        found: list[Finding] = []
        try:
            minimum = self._settings.minimum_score
            found = name_findings(self._names, text, minimum_score=minimum)
        except RedactionError:
            raise
        except Exception as error:  # noqa: BLE001 a model may raise anything: fail closed
            failure = type(error).__name__
        if failure:
            raise RedactionError(f"the name model failed with {failure}: nothing was redacted")
        return found


def _moved(element: Element, redactions: Sequence[Redaction]) -> Element:
    """Return an element with its ranges in the redacted text."""
    span = to_redacted(redactions, element.start, element.end)
    headings = tuple(to_redacted(redactions, one.start, one.end) for one in element.headings)
    return replace(element, start=span.start, end=span.end, headings=headings)


def _code() -> list[str]:
    """Return the source of everything that decides what is found and how it is replaced."""
    package = files("rag.redact")
    return [
        entry.read_text(encoding="utf-8")
        for folder in (package, package / "recognizers")
        for entry in sorted(folder.iterdir(), key=lambda one: one.name)
        if entry.name.endswith(".py")
    ]
