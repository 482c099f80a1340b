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
)
