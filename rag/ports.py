"""The seams: what each stage must offer, as Protocols of one to four methods.

Adapters do not inherit from these; a type checker and the contract suites in `rag.testing`
hold them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from rag.records import (
    UNNARROWED,
    Acl,
    Answer,
    Begun,
    Checked,
    Chunk,
    Document,
    Draft,
    DraftSentence,
    Embedded,
    Evidence,
    Finding,
    Found,
    Hit,
    IndexFacts,
    IndexRow,
    ListingGap,
    Narrowing,
    Original,
    Parsed,
    Principal,
    QueryVectors,
    Question,
    RedactedDocument,
    RedactedText,
    Redaction,
    Said,
    SourceItem,
    Surrounded,
)
from rag.store.filters import Filter


class Connector(Protocol):
    """Brings items in from one source, with their permissions."""

    @property
    def root(self) -> tuple[str, ...]:
        """The place below which everything it lists lies."""

    def items(self) -> Iterator[SourceItem | ListingGap]:
        """List what is there now; what is not listed and lies in no gap has been removed."""

    def fetch(self, item: SourceItem) -> bytes:
        """Return the item's bytes, or raise `SkipDocument` or `RetryError`."""


class Parser(Protocol):
    """Turns the bytes of one or several formats into text with structure."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The file name endings it reads, lower-case, with the dot."""

    def parse(self, data: bytes, name: str) -> Parsed:
        """Parse, or raise `SkipDocument` with a reason that holds nothing of the content."""


class NameModel(Protocol):
    """Finds what patterns cannot: persons, organisations, locations."""

    @property
    def fingerprint(self) -> str:
        """Changes when its findings may."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds it finds; empty for a model that finds nothing."""

    def find(self, text: str, near: Sequence[int] | None = None) -> Sequence[Finding]:
        """Return what it finds in `text`, or of that what may have changed near some places.

        A character of the private use area stands where something was taken out.
        """


class Redactor(Protocol):
    """Takes identifiers out of documents and questions, or fails closed."""

    def fingerprint_under(self, policy: str) -> str:
        """Changes when its output under this policy may: recognizers, name model, keys."""

    def redact(self, document: Document) -> RedactedDocument:
        """Redact the text, the title, the name and the metadata, or raise `SkipDocument`."""

    def redact_text(self, text: str, *, tenant: str) -> RedactedText:
        """Redact a question or a name with the same keyed pseudonyms as that tenant's documents."""

    def redact_outgoing(
        self, text: str, *, tenant: str, policies: Collection[str]
    ) -> tuple[RedactedText, tuple[Redaction, ...]]:
        """Redact once more what stands on documents under these policies; a redaction is a leak."""


class Vault(Protocol):
    """Keeps what tokens took the place of, encrypted."""

    def remember(self, document: RedactedDocument, originals: Sequence[Original]) -> None:
        """Keep all that was replaced in a document, in reading order of each part, or raise."""


class People(Protocol):
    """Knows whom the documents name, and tells pseudonyms alone."""

    def called(self, tenant: str, name: str) -> Sequence[str]:
        """Return the pseudonyms of those whom a shorter name, such as a family name, may mean."""


class Chunker(Protocol):
    """Cuts a redacted document into passages with exact character ranges."""

    @property
    def fingerprint(self) -> str:
        """Changes when its cuts may."""

    def chunk(self, document: RedactedDocument) -> Sequence[Chunk]:
        """Return the passages in reading order."""


class Embedder(Protocol):
    """Makes dense and sparse vectors of passages and questions."""

    @property
    def fingerprint(self) -> str:
        """Changes when its vectors may."""

    @property
    def dimensions(self) -> int:
        """The length of a dense vector."""

    def embed(self, chunks: Sequence[Chunk]) -> Sequence[Embedded]:
        """Embed passages, in the given order."""

    def embed_question(
        self, text: RedactedText, *, words: RedactedText | None = None
    ) -> QueryVectors:
        """Embed a question; search by words may be given more of them."""


class Store(Protocol):
    """The index. Points are written unseen, then made live a document at a time."""

    def put(self, points: Sequence[Embedded]) -> None:
        """Write points of a new version; no search sees them yet."""

    def publish(self, document_id: str, version: str) -> None:
        """Make this version of a document the live one and remove every other."""

    def write(self, points: Sequence[Embedded]) -> None:
        """Put documents with all their points, and publish each: faster than in two steps."""

    def grant(self, document_id: str, acl: Acl) -> None:
        """Change who may read a document, without embedding it again."""

    def remove(self, document_id: str) -> None:
        """Remove every point of a document."""

    def search(self, query: QueryVectors, *, readable: Filter, limit: int) -> Sequence[Hit]:
        """Search dense and sparse, each under `readable`, fused, best first."""

    def versions(self) -> Mapping[str, Mapping[str, int]]:
        """Count the points of every document by version, live or not: for verification."""

    def rows(self) -> Iterator[IndexRow]:
        """Read every point without its vectors, live or not: for verification."""

    def read(self, document_id: str) -> Sequence[Embedded]:
        """Return the live points of a document with their vectors, without text: for copying."""

    def facts(self) -> IndexFacts:
        """Say what the index is and holds."""

    def count(self, within: Filter | None = None) -> int:
        """Count points, live or not: all of them, or those of a filter."""

    def scrub(self) -> bool:
        """Take what was removed out of the index's files; say whether that can be done from here.

        It may take seconds, in which nobody can search.
        """

    def close(self) -> None:
        """Make what was written durable and let go of the index."""


class Reranker(Protocol):
    """Says how well passages answer a question by reading both together."""

    def scores(self, question: RedactedText, passages: Sequence[str]) -> Sequence[float]:
        """Return one score a passage, the higher the better."""


class Generator(Protocol):
    """Writes sentences that cite numbered evidence."""

    @property
    def model(self) -> str:
        """Which model answers, as it stands in answers, audit and reports."""

    def generate(self, question: Question, evidence: Sequence[Evidence]) -> Draft:
        """Answer from the evidence alone, or return a draft without sentences."""


@runtime_checkable
class Telling(Protocol):
    """A generator whose sentences can be had while it writes."""

    def tell(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        hear: Callable[[DraftSentence], None],
    ) -> Draft:
        """Answer, and hand over each sentence of the draft as soon as it is written.

        The draft decides: one without sentences takes back what was handed over.
        """


class Checking(Protocol):
    """The check of one answer, sentence by sentence."""

    def take(self, sentence: DraftSentence) -> Said | None:
        """Check the next sentence; return it with its citations if evidence supports it."""

    def result(self) -> Checked:
        """Return what was supported of all that was taken, and the verdict."""


class Grounder(Protocol):
    """Checks each sentence of a draft against the evidence it cites."""

    def checking(self, evidence: Sequence[Evidence]) -> Checking:
        """Begin to check an answer while it is written."""

    def check(self, draft: Draft, evidence: Sequence[Evidence]) -> Checked:
        """Keep what is supported, with exact quotes, and give the verdict."""


class AuditLog(Protocol):
    """An append-only record that shows when it was changed."""

    def append(self, event: str, facts: Mapping[str, object]) -> str:
        """Record an event durably and return its id. Facts hold ids, hashes and counts only."""

    def verify(self) -> int:
        """Return the number of entries, or raise `ConfigurationError` at the first broken one."""


class ReidentifyService(Protocol):
    """What the REST API needs to tell originals."""

    def reidentify(
        self, tokens: Sequence[str], principal: Principal, reason: str
    ) -> Mapping[str, str]:
        """Return what every pseudonym stands for, on the record, or raise `RefusedError`."""


Hear: TypeAlias = Callable[[Begun | Said], None]
"""Takes what is told of an answer while it is written; what it raises ends the writing."""


class AnswerService(Protocol):
    """What the REST API needs of the rest of the system."""

    def ask(
        self,
        text: str,
        principal: Principal,
        narrowing: Narrowing = UNNARROWED,
        hear: Hear | None = None,
    ) -> Answer:
        """Answer a question as `principal` may have it answered.

        Who hears is told sentences while they are written; the answer alone counts in the end.
        """

    def search(
        self, text: str, principal: Principal, narrowing: Narrowing = UNNARROWED, *, limit: int
    ) -> Found:
        """Return the passages that may answer a question, of those that `principal` may read."""

    def document(self, document_id: str, principal: Principal) -> RedactedDocument:
        """Return a document as it is indexed, or raise `NotFoundError`."""

    def passage(self, document_id: str, start: int, end: int, principal: Principal) -> Surrounded:
        """Return a passage with what is around it, or raise `NotFoundError` or `OutsideError`."""

    def authenticate(self, api_key: str) -> Principal:
        """Return whose key it is, or raise `RefusedError`."""

    def ready(self) -> Mapping[str, bool]:
        """Say of each part whether it can serve."""
