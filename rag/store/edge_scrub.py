"""Takes what was removed out of the files of the embedded index.

The engine only marks what is removed: its vectors and payload stay in the segments, and what was
ever written stays in the write-ahead log until so much follows that the log's file is dropped.
Here the segments are written anew without it, and the log is filled with what says nothing. The
log itself is never taken away: the engine counts its operations by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeOptimizersConfig, EdgeShard

# The log's files have 32 MiB each, and one that was filled is kept besides those in use.
_FILLER = 4_000_000
_FILLERS = 18


def thorough() -> EdgeOptimizersConfig:
    """Return how the engine writes every segment anew from which anything was removed."""
    from qdrant_edge import EdgeOptimizersConfig

    return EdgeOptimizersConfig(deleted_threshold=0.0, vacuum_min_vector_number=1)


def optimized(shard_folder: Path, config: EdgeConfig) -> None:
    """Let the engine write what it finds worth it, of an index that nothing has open."""
    from qdrant_edge import EdgeShard

    shard = EdgeShard.load(str(shard_folder), config)
    try:
        shard.optimize()
        shard.flush()
    finally:
        shard.close()


def rewrite(shard_folder: Path, config: EdgeConfig) -> None:
    """Write an index anew that nothing has open; killed at any point, it is whole.

    Args:
        shard_folder: The folder of the engine's files.
        config: What they were made with, and `thorough()`.
    """
    from qdrant_edge import EdgeShard

    shard = EdgeShard.load(str(shard_folder), config)
    try:
        shard.optimize()
        _fill_log(shard)
        shard.flush()
    finally:
        shard.close()


def _fill_log(shard: EdgeShard) -> None:
    """Write operations that change nothing until none of the old ones is left in the log."""
    from qdrant_edge import FieldCondition, Filter, MatchValue, UpdateOperation

    nothing = Filter(must=[FieldCondition(key="document", match=MatchValue(""))])
    filler = {"filler": "x" * _FILLER}
    for _ in range(_FILLERS):
        shard.update(UpdateOperation.set_payload_by_filter(nothing, filler))
