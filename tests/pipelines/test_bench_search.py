from __future__ import annotations

import json
from itertools import chain

import pytest

from eval.bench.points import Synthetic, asker
from eval.bench.search import ENGINE, OURS, RERANKED
from pipelines import bench_search
from pipelines.bench_peers import made_peers
from rag.errors import ConfigurationError


@pytest.fixture
def bars():
    class Bar:
        def total(self, count):
            self.count = count

        def step(self):
            self.count -= 1

    return Bar()


@pytest.mark.slow
def test_an_index_is_grown_and_measured_at_every_size(bars, tmp_path):
    measured = bench_search.measure_search(
        [200, 400], tmp_path / "out", bars, peers=False, quantise_above=300, questions=2, rounds=1
    )
    figures = json.loads(measured.file.read_text(encoding="utf-8"))
    assert [size["points"] for size in figures["sizes"]] == [200, 400]
    assert [size["ingested"]["added"] for size in figures["sizes"]] == [200, 200]
    shares = [asker["share"] for asker in figures["sizes"][1]["askers"]]
    assert shares == [1 / 16, 1 / 2, 1]
    [names] = {
        tuple(timing["name"] for timing in asker["timings"])
        for size in figures["sizes"]
        for asker in size["askers"]
    }
    assert names == (OURS, ENGINE, RERANKED)
    assert all(size["anonymous_mb"] > 0 and size["disk_mb"] > 0 for size in figures["sizes"])
    assert "<svg" in measured.page.read_text(encoding="utf-8")
    assert bars.count == 0
    assert [place.name for place in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("sizes", [[], [10, 10], [20, 10], [0]])
def test_sizes_must_grow(bars, tmp_path, sizes):
    with pytest.raises(ConfigurationError, match="sizes that grow"):
        bench_search.measure_search(sizes, tmp_path / "out", bars, peers=False, quantise_above=1)
    assert list(tmp_path.iterdir()) == []


def test_the_client_of_qdrant_is_a_peer_and_searches_under_the_filter():
    points = list(chain(*Synthetic(16).documents(200)))
    peers = made_peers(lambda: points, 16)
    local = next(peer for peer in peers if peer.name == "qdrant-client, local")
    (query,) = Synthetic(16).questions(1, among=200)
    found = local.search(query, asker(1)).points
    assert {point.payload["document"] for point in found} <= {"d00000000"}
    assert found
    assert local.search(query, asker(0)).points == []
