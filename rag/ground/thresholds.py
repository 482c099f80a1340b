"""The floors of support, chosen on data by `ringfence eval grounding --choose` and kept with it.

Shipped with the package; an installation's own stand in its home. They are never lowered to find
a match.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rag.errors import ConfigurationError

FILE = "thresholds.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on evidence supports a sentence, and on which data that was chosen.

    `words` is the share of a sentence's words that must stand in its evidence; `words_and_meaning`
    the share that suffices where the encoder's cosine of the two is `meaning` at least, or an
    entailment model gives `entailment` at least. `instruction` is from where on a sentence of a
    document counts as an instruction. `data` is the hash of what they were chosen on.
    """

    words: float
    words_and_meaning: float
    meaning: float
    entailment: float
    instruction: float
    data: str
    chosen: str


@lru_cache(maxsize=1)
def shipped() -> Thresholds:
    """Return the thresholds of the package."""
    return _parsed(files("rag.ground").joinpath(FILE).read_text(encoding="utf-8"), FILE)


def thresholds(own: Path | None = None) -> Thresholds:
    """Return an installation's own thresholds if the file is there, else the shipped ones.

    Raises:
        ConfigurationError: The file is damaged: nothing is answered by guessed floors.
    """
    if own is None or not own.is_file():
        return shipped()
    try:
        return _parsed(own.read_text(encoding="utf-8"), str(own))
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{own} cannot be read") from None


def written(chosen: Thresholds) -> str:
    """Return thresholds as the file has them."""
    return json.dumps(asdict(chosen), indent=1) + "\n"


def _parsed(text: str, name: str) -> Thresholds:
    try:
        values = json.loads(text)
    except ValueError:
        raise ConfigurationError(f"{name} is not valid JSON: choose the floors again") from None
    names = {one.name: str(one.type) for one in fields(Thresholds)}
    if not isinstance(values, dict) or values.keys() != names.keys():
        raise ConfigurationError(f"{name} does not hold {', '.join(names)}: choose them again")
    for key, kind in names.items():
        value = values[key]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind == "float" and not (number and 0 <= value <= 1):
            raise ConfigurationError(f"{name}: `{key}` is not between 0 and 1: choose it again")
        if kind == "str" and not isinstance(value, str):
            raise ConfigurationError(f"{name}: `{key}` is not text: choose it again")
    return Thresholds(**values)
