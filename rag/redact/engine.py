"""The redactor: every text of a document in, tokens in place of identifiers out.

For each text (body, title, name, metadata) the recognizers read a shadow of it. What they find,
and the document's policy acts on, is blanked and its neighbourhood read again until nothing more
is found, because taking out one identifier may uncover another; a second run over the result
therefore finds nothing. Values found anywhere in a document are then replaced everywhere in it.
"""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from operator import attrgetter

from rag.errors import ConfigurationError, RedactionError, SkipDocument
from rag.ports import NameModel, People, Vault
from rag.records import (
    Document,
    Element,
    Finding,
    RedactedDocument,
    RedactedText,
    Redaction,
)
from rag.redact.actions import Replacer, current_year, subject_of
from rag.redact.analysis import Analysis, check_language
from rag.redact.echoes import Echoes
from rag.redact.fields import Field, pieces, read
from rag.redact.kinds import KINDS
from rag.redact.language import other_language
from rag.redact.mint import mint
from rag.redact.names import name_findings
from rag.redact.originals import originals
from rag.redact.persons import PERSON, Persons
from rag.redact.policy import Policies, Policy
from rag.redact.pseudonyms import Pseudonyms
from rag.redact.ranges import to_redacted
from rag.redact.recognizers import sources
from rag.redact.report import Left, RedactionReport
from rag.redact.shadow import Shadow, folded
from rag.settings import RedactSettings

# What no pattern can find: said wherever a redaction is summed up, unless a name model finds it.
NOT_YET: tuple[str, ...] = ("person names", "organisations", "places named in running text")

# More rounds than any text needs; reaching it fails closed.
_ROUNDS = 12
_LIBRARIES = ("presidio-analyzer", "phonenumbers", "regex")


class PresidioRedactor:
    """Redacts with Presidio, our recognizers and a name model, as policies say."""

    def __init__(
        self,
        settings: RedactSettings,
        pseudonyms: Pseudonyms,
        names: NameModel,
        allowed: tuple[str, ...] = (),
        policies: Policies | None = None,
        vault: Vault | None = None,
        people: People | None = None,
    ) -> None:
        """Take note of what it is made of; the recognizers are loaded on first use.

        Args:
            settings: How identifiers are found.
            pseudonyms: Made of the installation's key.
            names: Finds what patterns cannot.
            allowed: The plugins that may be loaded.
            policies: What is done with each kind; without them, the one that settings name.
            vault: Keeps the originals of documents' pseudonyms, if they shall be kept.
            people: Knows whom a family name in a question may mean.
        """
        check_language(settings.language)
        self._settings = settings
        self._pseudonyms = pseudonyms
        self._names = names
        self._allowed = allowed
        self._policies = policies or _policies(settings)
        self._questions = self._policies.for_questions()
        self._vault = vault
        self._people = people
        self._kinds: frozenset[str] = frozenset()
        self._analysis: Analysis | None = None
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """What the output under the default policy depends on."""
        return self.fingerprint_under("")

    def policy(self, reference: str) -> Policy:
        """Return the policy that a document names; an empty name means the default one."""
        return self._policies.named(reference)

    def fingerprint_under(self, policy: str) -> str:
        """Changes with settings, recognizers, libraries, plugins, name model, key and this policy.

        Other policies do not change it. The year does, where it decides which years are told.
        """
        chosen = self._policies.named(policy)
        settings = self._settings.model_dump_json(exclude={"policy", "sources"})
        digest = hashlib.sha256()
        parts = [settings, self._names.fingerprint, chosen.digest, chosen.version]
        parts += [str(current_year())] if chosen.makes_years else []
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
        self.warm()
        return self._kinds

    def warm(self) -> Analysis:
        """Load the recognizers; done on first use if not before."""
        with self._lock:
            if self._analysis is None:
                analysis = Analysis(
                    language=self._settings.language,
                    minimum_score=self._settings.minimum_score,
                    allowed=self._allowed,
                    mrn_pattern=self._settings.mrn_pattern,
                )
                self._kinds = analysis.kinds | self._names.kinds
                _check_kinds(self._policies, self._kinds | KINDS.keys())
                self._analysis = analysis
            return self._analysis

    def redact(self, document: Document) -> RedactedDocument:
        """Redact the text, the title, the name and the metadata, or raise `SkipDocument`.

        A pseudonym that stands in the document already was not made here: it is replaced, so
        that no document can pass for another person's.
        """
        policy = self._policies.named(document.policy)
        self._check_language_of(document.parsed.text)
        return self._redacted(document, self._fields(document, policy), policy)

    def explain(self, document: Document) -> RedactionReport:
        """Redact as `redact` does, keep nothing, and say what of the text was left and why."""
        policy = self._policies.named(document.policy)
        self._check_language_of(document.parsed.text)
        fields = self._fields(document, policy, everything=True)
        made = self._redacted(document, fields, policy, kept=False)
        return RedactionReport(document=made, left=_left(fields[0], made), policy=policy)

    def _check_language_of(self, text: str) -> None:
        """Refuse what is plainly in a language that is not read: too little would be found."""
        language = None if self._settings.other_languages == "redact" else other_language(text)
        if language is not None:
            raise SkipDocument(
                f"its language is not read ({language}): see `redact.other_languages`"
            )

    def redact_text(self, text: str, *, tenant: str) -> RedactedText:
        """Redact a question or a name; tokens in it are kept, so that one may ask by them."""
        return self._trusted(text, self._questions, tenant, self._people)[0]

    def redact_outgoing(
        self, text: str, *, tenant: str, policies: Collection[str]
    ) -> tuple[RedactedText, tuple[Redaction, ...]]:
        """Redact what is about to leave, and say what would have leaked."""
        return self._trusted(text, self._policies.for_outgoing(policies), tenant)

    def _trusted(
        self, text: str, policy: Policy, tenant: str, people: People | None = None
    ) -> tuple[RedactedText, tuple[Redaction, ...]]:
        """Redact a text whose tokens were made here."""
        field = Field(text, policy, kinds=self.kinds | KINDS.keys(), trusted=True)
        self._find([field])
        replacer = Replacer(policy, self._pseudonyms, tenant=tenant, people=people)
        return mint(text, field.found, replacer)

    def _fields(
        self, document: Document, policy: Policy, *, everything: bool = False
    ) -> list[Field]:
        """Return every text of a document, the body first."""
        parsed = document.parsed
        names = (parsed.title, document.name, *parsed.metadata.values())
        kinds = self.kinds | KINDS.keys()
        return [
            Field(
                text,
                policy,
                kinds=kinds,
                is_name=place > 0,
                trusted=isinstance(text, RedactedText),
                everything=everything,
            )
            for place, text in enumerate((parsed.text, *names))
        ]

    def _redacted(
        self, document: Document, fields: Sequence[Field], policy: Policy, *, kept: bool = True
    ) -> RedactedDocument:
        """Find, replace and have the vault remember; `kept` says whether it shall."""
        persons = self._find(fields)
        values = [(f.kind, one.text[f.start : f.end]) for one in fields for f in one.found]
        replacer = Replacer(
            policy,
            self._pseudonyms,
            tenant=document.tenant,
            subject=subject_of(
                [(kind, persons.alias(one) if kind == PERSON else one) for kind, one in values],
                document.id,
            ),
            alias=persons.alias,
        )
        minted = [mint(one.text, one.found, replacer) for one in fields]
        (text, redactions), (title, _), (name, _), *rest = minted
        parsed = document.parsed
        made = RedactedDocument(
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
            policy=policy.digest,
        )
        if kept and self._vault is not None:
            texts = [one.text for one in fields]
            self._vault.remember(made, originals(made, texts, [done for _, done in minted]))
        return made

    def _find(self, fields: Sequence[Field]) -> Persons:
        """Find what is to be replaced in texts that belong together, and who is named there."""
        analysis = self.warm()
        echoes, persons = Echoes(), Persons()
        for one in fields:
            self._begin(analysis, one)
        for _ in range(_ROUNDS):
            for one in fields:
                self._settle(analysis, one)
                echoes.learn(one.text, [*one.found, *one.single])
                persons.learn(one.text, one.found)
            echoed = [_echo(one, echoes, persons) for one in fields]
            if not any(echoed):
                return persons
        raise RedactionError(f"identifiers were still found after {_ROUNDS} rounds")

    def _begin(self, analysis: Analysis, one: Field) -> None:
        """Read a whole text once."""
        if len(one.text) > self._settings.max_characters:
            raise RedactionError(
                f"the text has {len(one.text)} characters, more than `redact.max_characters`"
            )
        one.add(read(analysis, one, one.shadow()))
        one.add(self._named(one, one.shadow()))  # what is blanked now cannot confuse the model

    def _settle(self, analysis: Analysis, one: Field) -> None:
        """Read what is near new findings again, until there are none."""
        for _ in range(_ROUNDS):
            if not one.new:
                return
            shadow = one.shadow()
            places = [shadow.place(span.start) for span in one.take_new()]
            one.add([*self._named(one, shadow, places), *read(analysis, one, shadow, places)])
        raise RedactionError(f"identifiers were still found after {_ROUNDS} rounds")

    def _named(
        self, field: Field, shadow: Shadow, near: Sequence[int] | None = None
    ) -> list[Finding]:
        """Return what the name model finds, or fail closed."""
        if field.wanted is not None and self._names.kinds.isdisjoint(field.wanted):
            return []
        failure = ""
        found: list[Finding] = []
        minimum = self._settings.names_minimum_score
        try:
            found = name_findings(self._names, shadow.text, near, minimum_score=minimum)
        except (RedactionError, ConfigurationError):
            raise
        except Exception as error:  # noqa: BLE001 a model may raise anything: fail closed
            failure = type(error).__name__
        if failure:
            raise RedactionError(f"the name model failed with {failure}: nothing was redacted")
        return [piece for one in found for piece in pieces(shadow, one)]


def _echo(one: Field, echoes: Echoes, persons: Persons) -> bool:
    """Add where what was found stands elsewhere in a text; say whether it does."""
    shown = one.plain.text
    found = [*echoes.find(shown), *persons.find(shown, is_name=one.is_name)]
    echoed = [piece for each in found for piece in pieces(one.plain, each)]
    if len(shown) < len(one.text):
        # What does not show may hide in a word or part two: where it parts them, none of the two
        # stands alone in what is shown.
        echoed += echoes.find(folded(one.text))
    return one.add(echoed)


def _moved(element: Element, redactions: Sequence[Redaction]) -> Element:
    """Return an element with its ranges in the redacted text."""
    span = to_redacted(redactions, element.start, element.end)
    headings = tuple(to_redacted(redactions, one.start, one.end) for one in element.headings)
    return replace(element, start=span.start, end=span.end, headings=headings)


def _left(body: Field, made: RedactedDocument) -> tuple[Left, ...]:
    """Return what was found in the body and left, where it now stands; not what was covered."""
    left = []
    for finding, reason in body.left.values():
        after = bisect_right(body.found, finding.start, key=attrgetter("end"))
        if after < len(body.found) and body.found[after].start < finding.end:
            continue
        span = to_redacted(made.redactions, finding.start, finding.end)
        left.append(
            Left(
                kind=finding.kind,
                start=span.start,
                end=span.end,
                score=finding.score,
                reason=reason,
            )
        )
    return tuple(sorted(left, key=lambda one: (one.start, one.end, one.kind)))


def _policies(settings: RedactSettings) -> Policies:
    from rag.redact.policy_file import load_policies

    return load_policies(settings.sources.values(), default=settings.policy)


def _check_kinds(policies: Policies, known: frozenset[str]) -> None:
    """Refuse a policy that names what nothing finds: it would do nothing, silently."""
    from rag.redact.policy_file import check_kinds

    for policy in policies.by_reference.values():
        check_kinds(policy, known)


def _code() -> list[str]:
    """Return the source of everything that decides what is found and how it is replaced."""
    package = files("rag.redact")
    return [
        entry.read_text(encoding="utf-8")
        for folder in (package, package / "recognizers")
        for entry in sorted(folder.iterdir(), key=lambda one: one.name)
        if entry.name.endswith(".py")
    ]
