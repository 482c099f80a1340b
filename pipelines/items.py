"""What a connector lists, as ingest sees it: whether it is known already, and its bytes."""

from __future__ import annotations

import hashlib

from pipelines.places import Places
from rag.errors import RetryError, SkipDocument
from rag.ports import Connector
from rag.records import Fact, SourceItem, Stage
from rag.state.register import Entry

UNREADABLE = "unreadable"
UNEXPECTED = "unexpected"
# What may be otherwise at the next run, though the document is the same.
RETRIED = frozenset({UNREADABLE, UNEXPECTED})


class Unreadable(SkipDocument):
    """The source did not hand the item over: tried again at the next run."""


def fetch(connector: Connector, item: SourceItem) -> bytes:
    """Return an item's bytes, or raise `Unreadable`."""
    try:
        return connector.fetch(item)
    except (SkipDocument, RetryError) as error:
        raise Unreadable(str(error)) from error


def facts_mark(places: Places, source: str, item: SourceItem) -> str:
    """Return a keyed hash of what else is indexed of an item: its source, tags and other facts.

    Not the day it was modified on: a file that was only touched is the same document.
    """
    facts = [f"{key}={value}" for key, value in item.metadata.items() if key != Fact.MODIFIED]
    content = "\0".join((source, *sorted(facts))).encode("utf-8", "surrogatepass")
    return places.mark(("facts", hashlib.sha256(content).hexdigest()))


def is_done(entry: Entry, item_version: str, fingerprint: str) -> bool:
    """Whether nothing has to be parsed, redacted or embedded for this item."""
    settled = entry.stage is Stage.LIVE or (
        entry.stage is Stage.FAILED and entry.failure not in RETRIED
    )
    return settled and entry.item_version == item_version and entry.fingerprint == fingerprint
