"""The tables of the state database."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

# One row a document of a source, whether it is live, on its way, or failed.
DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False, index=True),
    sa.Column("source", sa.String(120), nullable=False, index=True),
    # Keyed hashes of every folder above the item, so that what vanished below a folder is
    # found without any path, which may name a patient, in the database.
    sa.Column("places", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("item_version", sa.String(120), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("stage", sa.String(16), nullable=False, index=True),
    sa.Column("acl", sa.JSON, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("failure", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # The day that the source gives the document, as far as it does, and when it was first seen:
    # by these it is erased when its time is over.
    sa.Column("dated", sa.String(10), nullable=False),
    sa.Column("since", sa.String(32), nullable=False),
    sa.Column("changed", sa.String(32), nullable=False),
)

# The redacted text of a version. Two versions exist only between writing the new one and
# removing the old one, so that a reader finds the text of whichever version it was given.
CONTENTS = sa.Table(
    "contents",
    METADATA,
    sa.Column("document_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(120), nullable=False),
    sa.Column("elements", sa.JSON, nullable=False),
    sa.Column("redactions", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    # Who may read this version: not always who may read the next one.
    sa.Column("acl", sa.JSON, nullable=False),
    sa.Column("policy", sa.String(32), nullable=False),
)

# The packed vectors of a passage's tokens, by which candidates are ranked again: beside the text,
# so that they live and die with it.
PASSAGES = sa.Table(
    "passages",
    METADATA,
    sa.Column("document_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("tokens", sa.LargeBinary, nullable=False),
)

# What the vault keeps of the documents' originals, encrypted: see `rag.redact.vault`.

# One row a pseudonym: the spellings it stands for, under a key of its own, which is wrapped by
# the vault's key. A destroyed one stays, empty, so that it is never filled again.
VAULT_ENTRIES = sa.Table(
    "vault_entries",
    METADATA,
    sa.Column("tenant", sa.String(120), primary_key=True),
    sa.Column("token", sa.String(60), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key_id", sa.String(16), nullable=False, index=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("destroyed", sa.String(32), nullable=False),
)

# Where a pseudonym stands in a version of a document, and how it was written there: under the
# key of its entry, so that they can be read no longer than that.
VAULT_MENTIONS = sa.Table(
    "vault_mentions",
    METADATA,
    sa.Column("document_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("token", sa.String(60), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("vault_mentions_by_token", "tenant", "token"),
)

# By which shorter names a person may be asked for: keyed hashes, each leading to pseudonyms.
VAULT_LINKS = sa.Table(
    "vault_links",
    METADATA,
    sa.Column("tenant", sa.String(120), primary_key=True),
    sa.Column("link", sa.String(32), primary_key=True),
    sa.Column("token", sa.String(60), primary_key=True),
    sa.Index("vault_links_by_token", "tenant", "token"),
)

# What else was replaced in a version of a document, under a key of its own.
VAULT_DOCUMENTS = sa.Table(
    "vault_documents",
    METADATA,
    sa.Column("document_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False),
    sa.Column("key_id", sa.String(16), nullable=False, index=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

# One row a check of a version of a document by a person; without a verdict it is waited for.
REVIEWS = sa.Table(
    "reviews",
    METADATA,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False, index=True),
    sa.Column("document_id", sa.String(40), nullable=False, index=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("reviewer", sa.String(120), nullable=False),
    sa.Column("how", sa.String(8), nullable=False),
    sa.Column("risk", sa.Float, nullable=False),
    sa.Column("signs", sa.JSON, nullable=False),
    sa.Column("seed", sa.String(20), nullable=False),
    sa.Column("drawn", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("decided", sa.String(32), nullable=False),
    sa.Column("decided_by", sa.String(120), nullable=False),
)

# One row an erasure that was asked for: whoever holds the index does it, and leaves the
# certificate. What is asked holds ids and pseudonyms, which are keyed hashes, and no value.
ERASURES = sa.Table(
    "erasures",
    METADATA,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False, index=True),
    # A hash of what was asked for, by which the same command finds what a killed one began.
    sa.Column("mark", sa.String(64), nullable=False, index=True),
    sa.Column("asked", sa.String(32), nullable=False),
    sa.Column("request", sa.JSON, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, index=True),
    sa.Column("failure", sa.Text, nullable=False),
    sa.Column("certificate", sa.JSON, nullable=False),
)

# Documents that were erased and must not come back, though their source still has them.
WITHHELD = sa.Table(
    "withheld",
    METADATA,
    sa.Column("document_id", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(120), nullable=False, index=True),
    sa.Column("erasure", sa.String(20), nullable=False),
    sa.Column("why", sa.String(8), nullable=False),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("item_version", sa.String(120), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

# What askers had models read and write on a day; the days before are forgotten.
MODEL_USE = sa.Table(
    "model_use",
    METADATA,
    sa.Column("tenant", sa.String(120), primary_key=True),
    sa.Column("principal", sa.String(120), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("tokens", sa.Integer, nullable=False),
)
