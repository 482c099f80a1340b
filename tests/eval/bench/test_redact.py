from __future__ import annotations

import json

import pytest

from eval.bench.redact import bars, bench_redact, facts, section, table
from eval.bench.samples import Sample


class Paced:
    """Takes a given time for a pass; more while another runs beside it."""

    running = 0

    def __init__(self, cpu, *, slower=1.0, stages=None):
        self._cpu, self._slower, self._stages = cpu, slower, stages or {}

    def begin(self):
        Paced.running += 1
        self._crowd = Paced.running

    def end(self):
        crowd = max(self._crowd, Paced.running)
        Paced.running -= 1
        self._crowd = 0
        factor = self._slower if crowd > 1 else 1.0
        cpu = self._cpu * factor
        return Sample(characters=1000, cpu=cpu, wall=cpu, peak_mb=7.0, stages=self._stages)


@pytest.fixture
def result():
    stages = {"patterns": 0.003, "name model": 0.006}
    return bench_redact(
        Paced(0.01, slower=1.25, stages=stages),
        Paced(0.01, slower=1.25, stages=stages),
        Paced(0.005),
        documents=3,
        seconds=0,
    )


def test_speeds_and_their_ratio(result):
    assert result.ours.median == pytest.approx(100_000)
    assert result.stock.median == pytest.approx(200_000)
    assert result.ratio.median == pytest.approx(0.5)
    assert result.our_peak_mb == 7


def test_stages_are_shares_of_the_cpu_time(result):
    assert {name: round(share.median, 3) for name, share in result.stages.items()} == {
        "patterns": 0.3,
        "name model": 0.6,
    }


def test_two_processes_are_held_against_twice_one(result):
    assert result.pace_efficiency.low <= result.pace_efficiency.median <= 1
    assert result.pace_efficiency.median == pytest.approx(1 / 1.25)
    assert result.cpu_efficiency.high <= 1


def test_figures_are_for_people_and_for_files(result):
    read = json.loads(json.dumps(facts(result)))
    assert read["ours"]["median"] == pytest.approx(100_000)
    assert read["bench"] == "redact"
    rows = table(result)
    assert rows[1][:2] == ("characters a CPU-second", "100,000")
    assert {len(row) for row in rows} == {3}


def test_the_bars_are_speed_and_what_a_second_process_gives(result):
    speed, efficiency = bars(result)
    assert (speed.measured, speed.held) == ("100,000", True)
    assert (efficiency.measured, efficiency.held) == ("80.0%", False)
    said = section(result, {})
    assert [part.label for part in said.figures[0].shares.rows[0].parts] == [
        "patterns: 30",
        "name model: 60",
    ]
