from __future__ import annotations

import pytest

from eval.energy import EnergyMeter


@pytest.fixture
def zones(tmp_path):
    """Two packages, one of them with a part that must not be counted twice."""
    for name, energy in (("intel-rapl:0", 900), ("intel-rapl:1", 100), ("intel-rapl:0:0", 5)):
        zone = tmp_path / name
        zone.mkdir()
        (zone / "energy_uj").write_text(f"{energy}\n")
        (zone / "max_energy_range_uj").write_text("1000\n")
    return tmp_path


def test_packages_are_added_up_and_a_counter_that_began_anew_is_understood(zones):
    meter = EnergyMeter(zones)
    assert meter.tells
    with meter.measured() as spent:
        assert spent.joules is None
        (zones / "intel-rapl:0" / "energy_uj").write_text("400")  # 100 to its limit, 400 after
        (zones / "intel-rapl:1" / "energy_uj").write_text("250")
        (zones / "intel-rapl:0:0" / "energy_uj").write_text("999")
    assert spent.joules == pytest.approx(650e-6)


@pytest.mark.parametrize("content", [None, "", "many"])
def test_a_machine_that_does_not_tell_has_not_measured_nothing_but_not_measured(zones, content):
    file = zones / "intel-rapl:1" / "energy_uj"
    file.unlink()
    if content is not None:
        file.write_text(content)
    meter = EnergyMeter(zones)
    assert not meter.tells
    with meter.measured() as spent:
        pass
    assert spent.joules is None


def test_a_counter_that_fails_in_between_makes_it_unknown(zones):
    with EnergyMeter(zones).measured() as spent:
        (zones / "intel-rapl:0" / "energy_uj").unlink()
    assert spent.joules is None


def test_without_counters_there_is_nothing_to_tell(tmp_path):
    assert not EnergyMeter(tmp_path / "none").tells
