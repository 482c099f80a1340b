from __future__ import annotations

import json

import pytest

from eval.bench.reading import FIGURES_FILE
from pipelines import bench
from pipelines.bench import load_texts
from rag.errors import ConfigurationError


@pytest.fixture
def letters(tmp_path):
    """Some letters with an address and a number in each."""
    place = tmp_path / "letters"
    place.mkdir()
    for number in range(4):
        text = (
            f"Dear reader,\n\nwrite to reader{number}@example.org or 020 7946 0{number}12.\n" * 20
        )
        (place / f"{number}.txt").write_text(text)
    (place / "picture.xyz").write_bytes(b"\xff")
    return place


def test_texts_are_whole_documents_in_an_order_of_their_own(letters):
    texts = load_texts(letters)
    assert len(texts.values) == 4
    assert load_texts(letters) == texts
    assert load_texts(letters / "0.txt").values == tuple(
        text for text in texts.values if "reader0" in text
    )
    assert "reader" not in repr(texts)


def test_there_is_a_limit_to_the_texts(letters, monkeypatch):
    monkeypatch.setattr(bench, "MOST_CHARACTERS", 1_500)
    assert sum(map(len, load_texts(letters).values)) == 1_500


def test_the_sample_corpora_are_measured_if_nothing_is_named():
    assert len(load_texts(None).values) == 48


def test_a_folder_without_text_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="holds no text"):
        load_texts(tmp_path)


@pytest.mark.slow
def test_speed_is_measured_by_stage_against_stock_and_on_two_processes(
    ringfence, letters, tmp_path
):
    ringfence("init")
    out = tmp_path / "out"
    done = ringfence("bench", "redact", "--data", letters, "--seconds", "1", "--out", out)
    figures = json.loads((out / FIGURES_FILE).read_text())
    assert done.code == 0
    assert "characters a CPU-second" in done.out
    assert figures["machine"]["cores"] >= 1
    assert "Redaction: characters a second" in (out / "bench.html").read_text()
    assert figures["characters"] == sum(map(len, load_texts(letters).values))
    assert figures["ours"]["count"] >= 3
    assert min(figures[name]["low"] for name in ("ours", "stock", "pace_efficiency")) > 0
    shares = sum(stage["median"] for stage in figures["stages"].values())
    assert shares == pytest.approx(1, abs=0.15)
    assert {"patterns", "name model", "reading again"} <= figures["stages"].keys()
    assert figures["our_peak_mb"] > 20
