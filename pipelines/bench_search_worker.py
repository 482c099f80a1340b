"""One step of the benchmark of search, in a process of its own, so that its memory is its own.

Run as ``python -m pipelines.bench_search_worker grow|measure`` with a JSON object on stdin; what
it prints is JSON.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.bench.points import GROUPS, Synthetic, asker
from eval.bench.search import ENGINE, MOST_RERANKED, OURS, RERANKED
from eval.bench.timing import Operation, timed
from pipelines.bench_step import serve_step
from pipelines.bench_texts import Reranked, register_at, write_texts
from rag.access.rows import readable
from rag.records import Embedded, Principal, QueryVectors
from rag.store.edge import EdgeStore
from rag.store.filters import Filter

if TYPE_CHECKING:
    from pipelines.bench_peers import Peer

DIMENSIONS = 384
_SHARES = (1, 8, 16)  # of sixteen groups
_LIMIT = 10
_TOGETHER = 64  # documents that are written and made live at once
_PEER_QUESTIONS, _PEER_ROUNDS = 3, 2


def grow(folder: str, before: int, points: int, quantise_above: int) -> dict[str, object]:
    """Bring an index from one size to another; making the points is not counted."""
    place = Path(folder)
    with closing(EdgeStore(place, DIMENSIONS, quantise_above=quantise_above)) as store:
        store.warm()
        seconds = 0.0
        documents = Synthetic(DIMENSIONS).documents(points, after=before)
        while together := list(islice(documents, _TOGETHER)):
            begun = time.perf_counter()
            store.write([point for document in together for point in document])
            seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        if points > quantise_above:
            store.optimize()
        optimized = time.perf_counter() - begun
        if points <= MOST_RERANKED:
            with closing(register_at(place)) as register:
                write_texts(register, Synthetic(DIMENSIONS).documents(points, after=before))
        return {
            "added": points - before,
            "rate": (points - before) / seconds,
            "optimize_seconds": optimized,
        }


def measure(
    folder: str, points: int, questions: int, rounds: int, *, peers: bool
) -> dict[str, object]:
    """Open an index and search it for askers who may read more and more of it."""
    base = _anonymous_mb()
    begun = time.perf_counter()
    with (
        closing(EdgeStore(Path(folder), DIMENSIONS)) as store,
        closing(register_at(Path(folder))) as register,
    ):
        store.warm()
        opened = time.perf_counter() - begun
        asked = Synthetic(DIMENSIONS).questions(questions, among=points)
        reranked = Reranked(store, register, asked) if points <= MOST_RERANKED else None
        askers = []
        for groups in _SHARES:
            rows = readable(asker(groups))
            ready = [store.prepared(query, readable=rows, limit=_LIMIT) for query in asked]
            operations = [
                Operation(name=OURS, run=partial(_search, store, asked, rows)),
                Operation(name=ENGINE, run=partial(_call, ready)),
            ]
            if reranked is not None:
                again = partial(reranked.search, rows, _LIMIT)
                operations.append(Operation(name=RERANKED, run=again))
            timings = timed(operations, questions, rounds)
            askers.append({"share": groups / GROUPS, "timings": [asdict(t) for t in timings]})
        memory = _anonymous_mb()
        facts = store.facts()
        result: dict[str, object] = {
            "quantised": facts.quantised,
            "anonymous_mb": memory,
            "base_mb": base,
            "disk_mb": (facts.bytes or 0) / 1e6,
            "open_seconds": opened,
            "askers": askers,
        }
        if peers:
            result["peers"] = _against_peers(store, points, askers)
        return result


def _search(store: EdgeStore, asked: Sequence[QueryVectors], rows: Filter, n: int) -> object:
    return store.search(asked[n], readable=rows, limit=_LIMIT)


def _call(ready: Sequence[Callable[[], object]], n: int) -> object:
    return ready[n]()


def _put_to(peer: Peer, asked: Sequence[QueryVectors], principal: Principal, n: int) -> object:
    return peer.search(asked[n], principal)


def _against_peers(store: EdgeStore, points: int, askers: list[dict[str, Any]]) -> dict[str, str]:
    """Measure the peers beside our own search, and add their timings to those of the askers."""
    from pipelines.bench_peers import made_peers

    def every() -> Iterator[Embedded]:
        for document in Synthetic(DIMENSIONS).documents(points):
            yield from document

    peers = made_peers(every, DIMENSIONS)
    asked = Synthetic(DIMENSIONS).questions(_PEER_QUESTIONS, among=points)
    for groups, measured in zip(_SHARES, askers, strict=True):
        principal = asker(groups)
        operations = [
            Operation(name=OURS, run=partial(_search, store, asked, readable(principal))),
            *(
                Operation(name=peer.name, run=partial(_put_to, peer, asked, principal))
                for peer in peers
            ),
        ]
        timings = timed(operations, _PEER_QUESTIONS, _PEER_ROUNDS)[1:]
        measured["timings"] += [asdict(timing) for timing in timings]
    return {peer.name: peer.version for peer in peers}


def _anonymous_mb() -> float:
    """Return the memory of this process that no file stands behind; 0 where nobody says."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = [int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon:")]
    return found[0] / 1000 if found else 0.0


if __name__ == "__main__":
    sys.exit(serve_step(sys.argv[1:], {"grow": grow, "measure": measure}))
