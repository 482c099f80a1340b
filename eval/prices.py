"""What answers cost: a sheet of prices, and the seconds, watts and tokens of an answer.

Without a sheet nothing is said of costs: a figure made of assumed prices would be quoted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import ConfigurationError
from rag.settings import explained, read_toml

ANSWERS = 1_000
_HOURS_A_YEAR = 365.25 * 24
_KWH = 3_600_000.0  # joules
_MILLION = 1_000_000

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Sheet(BaseModel):
    """Prices of one machine, or of a server that is paid by the token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hardware: NotNegative = 0.0
    """Price of the machine."""
    years: Positive = 4.0
    """Years in which it is written off."""
    busy: Annotated[float, Field(gt=0, le=1)] = 0.25
    """Share of these years in which it answers."""
    watts: NotNegative = 0.0
    """Drawn while it answers, where the machine does not tell."""
    cooling: Annotated[float, Field(ge=1)] = 1.0
    """What cooling and losses multiply the power by."""
    kwh: NotNegative = 0.0
    """Price of a kilowatt-hour."""
    hour: NotNegative = 0.0
    """Rate of an hour in which it answers: rent, or the share of somebody who keeps it."""
    million_read: NotNegative = 0.0
    """Price of a million tokens that are read."""
    million_written: NotNegative = 0.0
    """Price of a million tokens that are written."""

    @property
    def states_power(self) -> bool:
        """Whether the price of power can be worked out without the machine's own word."""
        return self.watts > 0 or self.kwh == 0


class Prices(BaseModel):
    """The sheets of an operator: one for all, others by the name of a generator."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: Annotated[str, Field(min_length=1, max_length=12)]
    all: Sheet = Sheet()
    models: dict[str, Sheet] = Field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """Return the sheet of a generator."""
        return self.models.get(name, self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """What one answer took; `joules` are None where the machine does not tell."""

    seconds: float
    read: float = 0.0
    written: float = 0.0
    joules: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The price of a thousand answers by its parts.

    `power` is None where neither the machine nor the sheet says how much it draws; the whole is
    then without it.
    """

    hardware: float
    power: float | None
    rate: float
    tokens: float

    @property
    def whole(self) -> float:
        """All that is known, added up."""
        return self.hardware + (self.power or 0.0) + self.rate + self.tokens


def load_prices(file: Path) -> Prices:
    """Read a sheet of prices, a TOML file.

    Raises:
        ConfigurationError: It cannot be read, or states something that is no price.
    """
    try:
        return Prices.model_validate(read_toml(file))
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {explained(error)}") from None


def cost(sheet: Sheet, answer: Consumption) -> Cost:
    """Return what a thousand answers like this one cost."""
    hours = answer.seconds / 3_600
    lasting = sheet.years * _HOURS_A_YEAR * sheet.busy
    joules = answer.joules
    if joules is None and sheet.states_power:
        joules = sheet.watts * answer.seconds
    power = None if joules is None else joules * sheet.cooling / _KWH * sheet.kwh
    tokens = answer.read * sheet.million_read + answer.written * sheet.million_written
    return Cost(
        hardware=ANSWERS * sheet.hardware / lasting * hours,
        power=None if power is None else ANSWERS * power,
        rate=ANSWERS * sheet.hour * hours,
        tokens=ANSWERS * tokens / _MILLION,
    )


def cost_facts(found: Cost) -> dict[str, float | None]:
    """Return the parts and the whole, for a file."""
    return {**asdict(found), "whole": found.whole}
