"""One pass of the benchmark of ingest, in a process of its own.

Run as ``python -m pipelines.bench_ingest_worker ours|peer|list`` with a JSON object on stdin;
what it prints is JSON.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.bench_items import Item, Listed, listed, warming
from pipelines.bench_step import serve_step
from pipelines.bench_worker import peak_mb
from pipelines.build import Installation, build_encoder, build_ingest, open_installation
from pipelines.home import Home
from rag.errors import ConfigurationError, SkipDocument
from rag.keys import KEY_BYTES, KeyRing, Keys
from rag.settings import SourceSettings, StateSettings, StoreSettings, home_folder

if TYPE_CHECKING:
    from pipelines.ingest import Ingest

_TOTAL = "total"


def listing(data: str, amount: int) -> dict[str, object]:
    """Say how many documents there are to choose from, and how long listing them takes."""
    begun = time.perf_counter()
    count = len(listed(open_installation(home_folder()), _path(data)).items)
    seconds = time.perf_counter() - begun
    if count < amount:
        raise ConfigurationError(
            f"there are {count} documents that can be read: --amounts goes up to {amount}"
        )
    return {"listed": count, "seconds": seconds}


def ours(data: str, amount: int, most: int, place: str) -> dict[str, object]:
    """Ingest some documents into an installation of their own, and once more unchanged."""
    inst = temporary(open_installation(home_folder()), Path(place), samples=not data)
    source = listed(inst, _path(data))
    with closing(build_ingest(inst)) as ingest:
        ingest.run(source.chosen(warming(source.items, most)))
        ingest.forget(source.root)
        return _measured(ingest, source, amount)


def peer(data: str, amount: int, most: int, name: str) -> dict[str, object]:
    """Have somebody else's framework take in the same documents, parsed already."""
    from pipelines.bench_ingest_peers import PEERS, Texts

    inst = open_installation(home_folder())
    items = listed(inst, _path(data)).items
    texts = _parsed(items[:amount])
    run = PEERS[name](build_encoder(inst), inst.settings)
    run(Texts(values=_parsed(warming(items, most))))
    begun = time.perf_counter()
    passages, stages = run(Texts(values=texts))
    wall = time.perf_counter() - begun
    return {
        "documents": len(texts),
        "failed": 0,
        "bytes": 0,
        "characters": sum(map(len, texts)),
        "passages": passages,
        "wall": wall,
        "stages": stages,
        "peak_mb": peak_mb(),
    }


def temporary(inst: Installation, place: Path, *, samples: bool) -> Installation:
    """Return an installation with the same settings in an empty folder, with keys of its own.

    The keys are written nowhere: what a killed run leaves behind nobody can unseal.
    """
    keys, vault = (Keys(secrets.token_bytes(KEY_BYTES)) for _ in range(2))
    store, state = inst.settings.store, inst.settings.state
    return replace(
        inst,
        home=Home(place),
        files=inst.named,
        keys=keys,
        vault_ring=KeyRing(lambda: vault, lambda: None),
        settings=inst.settings.model_copy(
            update={
                "sources": SourceSettings() if samples else inst.settings.sources,
                "store": StoreSettings(quantise_above=store.quantise_above),
                "state": StateSettings(min_free_mb=state.min_free_mb),
            }
        ),
    )


def _measured(ingest: Ingest, source: Listed, amount: int) -> dict[str, object]:
    items = source.items[:amount]
    connector = source.chosen(items)
    begun = time.perf_counter()
    report = ingest.run(connector)
    wall = time.perf_counter() - begun
    begun = time.perf_counter()
    ingest.run(source.chosen(items))
    again = time.perf_counter() - begun
    if not report.indexed:
        raise ConfigurationError("none of these documents could be indexed: see `ringfence ingest`")
    return {
        "documents": report.indexed,
        "failed": report.failed,
        "bytes": connector.bytes,
        "characters": report.characters,
        "passages": report.chunks,
        "wall": wall,
        "stages": {name: value for name, value in report.seconds.items() if name != _TOTAL},
        "peak_mb": peak_mb(),
        "again": again,
    }


def _parsed(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the texts of documents; one that cannot be read is left out, as ours does."""
    from connectors.formats.registry import default_formats

    formats = default_formats()
    texts = []
    for item in items:
        try:
            data = item.connector.fetch(item.listed)
            texts.append(formats.parse(data, item.listed.name).text)
        except SkipDocument:
            continue
    return tuple(text for text in texts if text)


def _path(data: str) -> Path | None:
    return Path(data) if data else None


if __name__ == "__main__":
    sys.exit(serve_step(sys.argv[1:], {"list": listing, "ours": ours, "peer": peer}))
