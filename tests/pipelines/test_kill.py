"""kill -9 at any point of an ingest, then the same command again."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pipelines.build import build_encoder, build_register, build_store, open_installation
from pipelines.corpora import documents_folder
from rag.records import Stage

pytestmark = pytest.mark.usefixtures("without_names")

# One process imports what is heavy and forks a child for each ingest, so that the kills land in
# the ingest rather than in the imports. Nothing runs in the parent but the waiting.
SERVER = textwrap.dedent(
    """
    import os, signal, sys, time
    from pathlib import Path
    import llama_index.core.node_parser, presidio_analyzer, qdrant_edge, sentence_transformers
    import sqlalchemy, unstructured.partition.html
    from pipelines.build import build_connector, build_ingest, open_installation

    for line in sys.stdin:
        home, folder, delay = line.rstrip("\\n").split("\\t")
        child = os.fork()
        if child == 0:
            inst = open_installation(Path(home))
            run = build_ingest(inst)
            report = run.run(build_connector(inst, Path(folder)))
            run.close()
            os._exit(0 if report.failed == 0 else 4)
        if float(delay) >= 0:
            time.sleep(float(delay))
            os.kill(child, signal.SIGKILL)
        print(os.waitpid(child, 0)[1], flush=True)
    """
)
KILLS = 10


@pytest.fixture
def server():
    from rag.settings import environment

    process = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )

    def ingest(home: Path, folder: Path, delay: float = -1) -> int:
        process.stdin.write(f"{home}\t{folder}\t{delay}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield ingest
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.mark.slow
def test_after_kills_at_random_points_the_index_holds_each_document_once(
    ringfence, server, home, tmp_path
):
    import shutil
    import time

    folder = tmp_path / "documents"
    shutil.copytree(documents_folder("clinic"), folder)
    ringfence("init")
    points = random.Random(20261121)
    assert server(home, folder) == 0
    _change(folder, points)
    begun = time.monotonic()
    assert server(home, folder) == 0
    whole = time.monotonic() - begun
    killed = 0
    for _ in range(KILLS):
        _change(folder, points)
        killed += server(home, folder, points.uniform(0.02, whole)) == 9
        assert server(home, folder) == 0
        assert _index(home) == _register(home)
        assert len(_register(home)) == _count(folder)
    assert killed >= KILLS // 2


def _change(folder: Path, points: random.Random) -> None:
    """Give every text document new content, remove the extra one and add another."""
    for path in sorted(folder.rglob("extra-*.txt")):
        path.unlink()
    for path in sorted(folder.rglob("*.txt")) + sorted(folder.rglob("*.csv")):
        path.write_bytes(path.read_bytes().rstrip() + f"\r\n{points.random()}\r\n".encode())
    name = f"extra-{points.randrange(10**6)}.txt"
    (folder / "public" / name).write_text(f"The extra number is {points.random()}.")


def _count(folder: Path) -> int:
    """How many documents there are."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.name != "permissions.toml" for path in files)


def _index(home: Path) -> dict[str, dict[str, int]]:
    inst = open_installation(home)
    store = build_store(inst, build_encoder(inst).dimensions)
    try:
        return {key: dict(versions) for key, versions in store.versions().items()}
    finally:
        store.close()


def _register(home: Path) -> dict[str, dict[str, int]]:
    inst = open_installation(home)
    register = build_register(inst)
    entries = register.entries(tenant=inst.settings.tenant)
    register.close()
    assert {entry.stage for entry in entries} == {Stage.LIVE}
    return {entry.id: {entry.version: entry.chunks} for entry in entries}
