from __future__ import annotations

import shutil

import pytest

from pipelines.bench_items import listed, warming
from pipelines.build import open_installation
from pipelines.home import create_home
from rag.errors import ConfigurationError


@pytest.fixture
def inst(home):
    create_home(home)
    return open_installation(home)


@pytest.fixture
def papers(tmp_path):
    """Twelve texts, a table, and what cannot be read."""
    place = tmp_path / "papers"
    (place / "deep").mkdir(parents=True)
    for number in range(12):
        (place / "deep" / f"{number}.txt").write_text("word " * (number + 1))
    (place / "rows.csv").write_text("a,b\n1,2\n")
    (place / "picture.xyz").write_bytes(b"\xff")
    return place


def names(items):
    return [item.listed.name for item in items]


def test_documents_come_in_the_order_of_a_hash_of_their_place_below_the_root(
    inst, papers, tmp_path
):
    items = listed(inst, papers).items
    assert len(items) == 13
    assert names(items) != sorted(names(items))
    elsewhere = tmp_path / "mounted" / "elsewhere"
    shutil.copytree(papers, elsewhere)
    assert names(listed(inst, elsewhere).items) == names(items)


def test_the_sample_corpora_keep_the_permissions_of_each(inst):
    source = listed(inst, None)
    items = source.items
    assert len(items) == 48
    assert all(item.listed.place[: len(source.root)] == source.root for item in items)
    assert len({item.listed.acl for item in items}) > 3


def test_a_source_without_documents_is_refused(inst, tmp_path):
    (tmp_path / "picture.xyz").write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="holds no document"):
        listed(inst, tmp_path / "picture.xyz")


def test_only_what_was_chosen_is_listed_and_fetched_bytes_are_counted(inst, papers):
    source = listed(inst, papers)
    items = source.items[:3]
    connector = source.chosen(items)
    told = list(connector.items())
    assert [item.name for item in told] == names(items)
    assert connector.root == papers.parts
    data = [connector.fetch(item) for item in told]
    assert connector.bytes == sum(map(len, data)) > 0


def test_what_warms_is_small_of_each_format_and_not_measured_where_that_can_be(inst, papers):
    items = listed(inst, papers).items
    table = next(n for n, item in enumerate(items) if item.ending == ".csv")
    chosen = warming(items, table + 1)
    assert [item.ending for item in chosen] == [".csv", ".txt"]
    assert chosen[0] is items[table]
    beyond = [item for item in items[table + 1 :] if item.ending == ".txt"]
    texts = beyond or [item for item in items if item.ending == ".txt"]
    assert chosen[1].listed.size == min(item.listed.size for item in texts)
    assert warming(items, 0) == []
