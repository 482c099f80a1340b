"""The collection on a Qdrant server: made if it is not there, checked if it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.store.payload import (
    DENSE,
    FLAG_FIELDS,
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    SPARSE,
    TENANT_FIELD,
)
from rag.store.server_errors import ABSENT, CONFLICT, patiently, unless

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

_BYTES = 4  # of a dimension
_QUANTILE = 0.99


def ensure_collection(
    client: QdrantClient, name: str, dimensions: int, quantise_above: int
) -> None:
    """Make or check the collection, and index every payload field that filters name."""
    found = unless(ABSENT, partial(client.get_collection, name))
    if found is None:
        # Another replica may make it at the same moment: then what it made is checked.
        unless(CONFLICT, partial(_create, client, name, dimensions, quantise_above))
        found = patiently(partial(client.get_collection, name))
    _check(found, name, dimensions)
    for field, schema in _payload_indexes().items():
        if field not in found.payload_schema:
            patiently(partial(client.create_payload_index, name, field, schema, wait=True))


def _create(client: QdrantClient, name: str, dimensions: int, quantise_above: int) -> None:
    from qdrant_client import models

    # A segment is quantised when it is indexed, which it is above this many kilobytes.
    kilobytes = max(1, quantise_above * dimensions * _BYTES // 1024)
    int8 = models.ScalarQuantizationConfig(
        type=models.ScalarType.INT8, quantile=_QUANTILE, always_ram=True
    )

    client.create_collection(
        name,
        vectors_config={DENSE: models.VectorParams(size=dimensions, distance=models.Distance.DOT)},
        sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        on_disk_payload=True,
        quantization_config=models.ScalarQuantization(scalar=int8),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=kilobytes),
    )


def _check(found: models.CollectionInfo, name: str, dimensions: int) -> None:
    """Refuse a collection that was made for something else."""
    from qdrant_client import models

    dense = found.config.params.vectors
    sparse = (found.config.params.sparse_vectors or {}).get(SPARSE)
    vector = dense.get(DENSE) if isinstance(dense, dict) else None
    remedy = "name another in `store.collection`, or delete it and ingest again"
    if vector is None or sparse is None:
        raise ConfigurationError(f"the collection `{name}` was not made by Ringfence: {remedy}")
    if vector.size != dimensions:
        raise ConfigurationError(
            f"the collection `{name}` has vectors of {vector.size} dimensions, the encoder makes "
            f"{dimensions}: set `embed.model` back, or {remedy}"
        )
    if vector.distance != models.Distance.DOT or sparse.modifier != models.Modifier.IDF:
        raise ConfigurationError(f"the collection `{name}` scores in another way: {remedy}")


def _payload_indexes() -> dict[str, models.PayloadSchemaType | models.KeywordIndexParams]:
    from qdrant_client import models

    kinds: dict[str, models.PayloadSchemaType | models.KeywordIndexParams] = {}
    for field in KEYWORD_FIELDS:
        kinds[field] = models.PayloadSchemaType.KEYWORD
    for field in FLAG_FIELDS:
        kinds[field] = models.PayloadSchemaType.BOOL
    for field in NUMBER_FIELDS:
        kinds[field] = models.PayloadSchemaType.INTEGER
    kinds[TENANT_FIELD] = models.KeywordIndexParams(
        type=models.KeywordIndexType.KEYWORD, is_tenant=True
    )
    return kinds
