"""How the embedded index is laid out: what lies in memory, what is indexed, what is quantised.

Vectors and payloads are read through the page cache, so what the process itself takes stays
small. There is no graph: every search compares all that the asker may read, exactly. Vectors of
one byte a dimension, made by `ringfence index optimize` above a size, make that fast enough for
a million; they only choose the candidates, which the vectors themselves rank.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.store.audience import AUDIENCE
from rag.store.payload import DENSE, SPARSE

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeOptimizersConfig, UpdateOperation

_KEYWORDS = (AUDIENCE, "document", "version", "source", "kind", "tags")
_NUMBERS = ("first_day", "last_day")
INDEXED = frozenset((*_KEYWORDS, *_NUMBERS))
# Kilobytes of vectors in a segment above which it is made fast, and in the largest segment.
_FAST_ABOVE, _LARGEST = 1_000, 400_000
_NEVER = 1_000_000_000
_QUANTILE = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the files of an index say of how it is searched."""

    segments: int
    optimized: bool
    quantised: bool
    bytes: int


def edge_config(
    dimensions: int,
    optimizers: EdgeOptimizersConfig | None = None,
    *,
    quantise: bool = False,
) -> EdgeConfig:
    """Return what an index is made and opened with. What is None stays as it was."""
    import qdrant_edge as edge

    no_graph = edge.HnswIndexConfig(
        m=0, ef_construct=16, full_scan_threshold=_NEVER, memory=edge.Memory.Cold
    )
    int8 = edge.ScalarQuantizationConfig(
        edge.ScalarType.Int8, quantile=_QUANTILE, memory=edge.Memory.Cached
    )
    dense = edge.EdgeVectorParams(
        size=dimensions, distance=edge.Distance.Dot, memory=edge.Memory.Cached
    )
    words = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf, memory=edge.Memory.Cached)
    return edge.EdgeConfig(
        vectors={DENSE: dense},
        sparse_vectors={SPARSE: words},
        hnsw_config=no_graph,
        quantization_config=int8 if quantise else None,
        payload_memory=edge.Memory.Cold,
        id_tracker_memory=edge.Memory.Cached,
        wal_enabled=True,
        optimizers=optimizers,
    )


def fast() -> EdgeOptimizersConfig:
    """Return how the engine writes segments that are searched fast, several at a time."""
    from qdrant_edge import EdgeOptimizersConfig

    return EdgeOptimizersConfig(indexing_threshold=_FAST_ABOVE, max_segment_size=_LARGEST)


def payload_indexes() -> Iterator[UpdateOperation]:
    """Return what makes an index of every field that filters name."""
    import qdrant_edge as edge

    index = edge.UpdateOperation.create_field_index
    for name in _KEYWORDS:
        yield index(name, edge.KeywordIndexParams(memory=edge.Memory.Cached))
    for name in _NUMBERS:
        params = edge.IntegerIndexParams(lookup=False, range=True, memory=edge.Memory.Cached)
        yield index(name, params)


def read_layout(folder: Path) -> Layout:
    """Read how the files of an index are laid out; nothing has to be open for it."""
    made = [json.loads(file.read_text("utf-8")) for file in folder.glob("segments/*/segment.json")]
    kinds = [segment["config"]["vector_data"][DENSE] for segment in made]
    return Layout(
        segments=len(made),
        optimized=any(kind["index"]["type"] != "plain" for kind in kinds),
        quantised=any(kind["quantization_config"] for kind in kinds),
        bytes=sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()),
    )
