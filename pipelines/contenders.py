"""Who is compared: the generators of the settings, or files that each describe one.

A file holds the sections in which it differs from the installation's settings, and no others:
what is searched, redacted and asked is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipelines.variants import answered_by
from rag.errors import ConfigurationError
from rag.generate.tiers import MODEL
from rag.settings import Settings, explained, read_toml

if TYPE_CHECKING:
    from pipelines.build import Installation

SECTIONS = ("generate", "model", "larger_model", "tiers", "ground")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One of those that are compared, by the name it has in the report."""

    name: str
    settings: Settings


def configured(inst: Installation) -> Contender:
    """Return the generator that the settings name, as the only one."""
    return Contender(name=inst.settings.generate.kind, settings=inst.settings)


def contenders(inst: Installation, files: Sequence[Path] = ()) -> tuple[Contender, ...]:
    """Return who is compared; the first is the reference.

    Raises:
        ConfigurationError: A file cannot be read, or states what is not its own to state.
    """
    if files:
        return tuple(_described(file, inst.settings) for file in files)
    names = inst.settings.evaluate.generators
    return tuple(Contender(name=n, settings=answered_by(inst.settings, n)) for n in names)


def laid_over(settings: Settings, contender: Contender) -> Settings:
    """Return settings with what a contender states of who answers."""
    own = {section: getattr(contender.settings, section) for section in SECTIONS}
    return settings.model_copy(update=own)


def _described(file: Path, settings: Settings) -> Contender:
    told = read_toml(file)
    others = sorted(told.keys() - set(SECTIONS))
    if others:
        raise ConfigurationError(
            f"{file} states {', '.join(others)}: it may hold the sections {', '.join(SECTIONS)}"
        )
    values = settings.model_dump()
    if "model" in told and "kind" not in told.get("generate", {}):
        values["generate"]["kind"] = MODEL
    for section, stated in told.items():
        values[section] = {**values[section], **stated} if isinstance(stated, dict) else stated
    try:
        return Contender(name=file.stem, settings=Settings.model_validate(values))
    except ValidationError as error:
        raise ConfigurationError(f"{file}: {explained(error)}") from None
