from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from pipelines import bench_ingest
from pipelines.bench_ingest import measure_ingest
from pipelines.bench_ingest_peers import PEERS, present
from pipelines.bench_ingest_worker import listing, temporary
from pipelines.build import build_ingest, open_installation
from pipelines.home import create_home
from pipelines.report import Silent
from rag.errors import ConfigurationError


@pytest.fixture
def inst(home):
    create_home(home)
    return open_installation(home)


def measured(inst, folder, out, **change):
    options = {"rounds": 1, "peers": False, **change}
    amounts = options.pop("amounts", [1])
    return measure_ingest(inst, folder, amounts, out, Silent(), **options)


@pytest.mark.slow
@pytest.mark.usefixtures("without_names")
def test_an_ingest_is_measured_by_stage_and_nothing_of_it_stays(ringfence, home, folder, tmp_path):
    ringfence("init")
    (home / "ringfence.toml").write_text("[chunk]\ntokens = 16\n")
    out = tmp_path / "out"
    options = ("--data", folder, "--amounts", "3", "--rounds", "1", "--out", out)
    done = ringfence("bench", "ingest", *options)
    assert done.code == 0
    assert "documents/s" in done.out
    figures = json.loads((out / "bench.json").read_text(encoding="utf-8"))
    [taken] = figures["passes"]
    assert (taken["amount"], taken["documents"], taken["failed"]) == (3, 3, 0)
    assert taken["passages"] > 3  # as short as the settings say
    assert set(taken["stages"]) == {"fetch", "parse", "redact", "chunk", "embed", "store"}
    assert sum(taken["stages"].values()) <= taken["wall"] + 0.001
    assert 0 < taken["again"] < taken["wall"]
    assert (figures["listed"], figures["data"]) == (3, "own documents")
    assert str(folder) not in (out / "bench.json").read_text(encoding="utf-8")
    assert "Where the time of a document goes" in (out / "bench.html").read_text(encoding="utf-8")
    assert sorted(place.name for place in tmp_path.iterdir()) == ["home", "out", "papers"]
    assert not (home / "state.db").exists()


def test_a_server_or_another_database_is_never_measured_into(inst, tmp_path):
    changed = inst.settings.model_copy(
        update={
            "store": inst.settings.store.model_copy(update={"kind": "server", "quantise_above": 7}),
            "state": inst.settings.state.model_copy(update={"url": "postgresql://elsewhere"}),
        }
    )
    from dataclasses import replace

    made = temporary(replace(inst, settings=changed), tmp_path, samples=True)
    assert (made.settings.store.kind, made.settings.store.quantise_above) == ("edge", 7)
    assert made.settings.state.url == ""
    assert made.keys.id != inst.keys.id
    assert made.vault_ring.current().id == made.vault_ring.current().id
    assert made.vault_ring.current().id != inst.vault_ring.current().id
    assert made.named.path == inst.home.path


def test_a_policy_of_the_operators_folder_is_found(inst, tmp_path):
    (inst.home.path / "own.yaml").write_text(
        (Path(bench_ingest.__file__).parents[1] / "rag/redact/policies/gdpr.yaml")
        .read_text(encoding="utf-8")
        .replace("name: gdpr", "name: own")
    )
    (inst.home.path / "ringfence.toml").write_text('[redact]\npolicy = "own.yaml"\n')
    place = tmp_path / "place"
    place.mkdir()
    made = temporary(open_installation(inst.home.path), place, samples=True)
    with closing(build_ingest(made)) as ingest:
        assert ingest.fingerprint("own.yaml")
    assert not [path for path in place.rglob("*") if "key" in path.name]


@pytest.mark.parametrize("amounts", [[], [2, 2], [4, 2], [0]])
def test_amounts_must_grow(inst, folder, tmp_path, amounts):
    with pytest.raises(ConfigurationError, match="numbers that grow"):
        measured(inst, folder, tmp_path / "out", amounts=amounts)


def test_amounts_that_are_no_numbers_are_refused(ringfence):
    ringfence("init")
    done = ringfence("bench", "ingest", "--amounts", "a,b")
    assert done.code == 2
    assert "--amounts takes numbers with commas" in done.err


def test_more_documents_than_there_are_cannot_be_measured(inst, folder):
    with pytest.raises(ConfigurationError, match="there are 3 documents that can be read"):
        listing(data=str(folder), amount=4)
    assert listing(data=str(folder), amount=3)["listed"] == 3


def test_a_folder_that_is_there_is_not_written_over(inst, folder, tmp_path):
    with pytest.raises(ConfigurationError, match="exists already"):
        measured(inst, folder, tmp_path)


def test_peers_that_are_not_installed_are_said(inst, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.bench_ingest_peers._NEEDED", {"Nothing": ("no-such-package",)})
    assert present() == {}
    with pytest.raises(ConfigurationError, match="no peer is installed: the extra `bench`"):
        measured(inst, folder, tmp_path / "out", peers=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PEERS))
def test_peers_that_are_installed_take_in_texts(inst, name):
    if name not in present():
        pytest.skip("the extra `bench` is not installed")
    from pipelines.bench_ingest_peers import Texts
    from pipelines.build import build_encoder

    run = PEERS[name](build_encoder(inst), inst.settings)
    passages, stages = run(Texts(values=("The boiler is serviced by a firm. " * 60, "A hedge.")))
    assert passages >= 3
    assert {"chunk", "embed", "store"} <= set(stages)
