"""Costs, worked out by hand."""

from __future__ import annotations

import pytest

from eval.prices import Consumption, Sheet, cost, cost_facts, load_prices
from rag.errors import ConfigurationError

HALF_HOUR = 1_800.0


def test_hardware_is_spread_over_the_hours_in_which_it_answers():
    # 35,064 hours are four years; a quarter of them is 8,766, of which an answer takes one.
    sheet = Sheet(hardware=8_766, years=4, busy=0.25)
    assert cost(sheet, Consumption(seconds=3_600)).hardware == pytest.approx(1_000)
    assert cost(sheet, Consumption(seconds=HALF_HOUR)).hardware == pytest.approx(500)


@pytest.mark.parametrize(
    ("joules", "watts", "power"),
    [
        (3_600_000, 0, 300),  # a kilowatt-hour each, at 0.30
        (None, 1_000, 150),  # a kilowatt for half an hour
        (3_600_000, 1_000, 300),  # what is measured comes before what is stated
        (None, 0, None),
    ],
)
def test_power_is_what_was_measured_else_what_the_sheet_states_else_unknown(joules, watts, power):
    sheet = Sheet(watts=watts, kwh=0.3)
    found = cost(sheet, Consumption(seconds=HALF_HOUR, joules=joules))
    assert found.power == (None if power is None else pytest.approx(power))
    assert found.whole == pytest.approx(power or 0)


def test_cooling_multiplies_power_alone():
    sheet = Sheet(watts=1_000, kwh=0.3, cooling=1.5, hour=2)
    found = cost(sheet, Consumption(seconds=HALF_HOUR))
    assert (found.power, found.rate) == (pytest.approx(225), pytest.approx(1_000))


def test_tokens_have_a_price_of_their_own_for_reading_and_writing():
    sheet = Sheet(million_read=3, million_written=15)
    found = cost(sheet, Consumption(seconds=1, read=2_000, written=100))
    assert found.tokens == pytest.approx(7.5)  # 6 for reading, 1.50 for writing
    assert cost_facts(found)["whole"] == pytest.approx(7.5)


def test_a_machine_whose_power_costs_nothing_is_not_unknown():
    assert cost(Sheet(hour=1), Consumption(seconds=1)).power == 0


def test_a_generator_may_have_a_sheet_of_its_own(tmp_path):
    file = tmp_path / "prices.toml"
    file.write_text('currency = "EUR"\n[all]\nhour = 1\n[models.large]\nhour = 4\n')
    prices = load_prices(file)
    assert (prices.currency, prices.sheet("small").hour, prices.sheet("large").hour) == (
        "EUR",
        1,
        4,
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[all]\nhour = 1\n", "currency"),
        ('currency = "EUR"\n[all]\nhour = -1\n', "all.hour"),
        ('currency = "EUR"\n[all]\nbusy = 0\n', "all.busy"),
        ('currency = "EUR"\n[all]\nyears = nan\n', "all.years"),
        ('currency = "EUR"\n[all]\nhours = 1\n', "all.hours"),
        ("currency = EUR", "not valid TOML"),
    ],
)
def test_what_is_no_price_is_named(tmp_path, text, wrong):
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=wrong):
        load_prices(file)


def test_a_sheet_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_prices(tmp_path / "none.toml")
