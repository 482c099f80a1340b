"""Labels from a list of identifiers: each place where one of them stands.

The sample corpora's documents are made up, so who is in them is known: `identifiers.jsonl` beside
them lists each person's spellings and each number. A line with `mark` none names something that
must not be taken for the person whose name it contains.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.redaction.labels import LabelledSpan, Mark
from rag.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A person or a number, in every spelling that stands in the documents."""

    kind: str
    values: tuple[str, ...] = field(repr=False)
    mark: Mark


def load_identifiers(path: Path) -> list[Identifier]:
    """Read a list of identifiers, or raise `ConfigurationError` with the line."""
    identifiers = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            identifiers.append(
                Identifier(
                    kind=row["kind"],
                    values=tuple(row["values"]),
                    mark=Mark(row.get("mark", Mark.DIRECT)),
                )
            )
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(f"{path}, line {number}: not an identifier") from None
    return identifiers


def occurrences(
    text: str, identifiers: Sequence[Identifier], *, any_case: bool = False
) -> tuple[LabelledSpan, ...]:
    """Return where identifiers stand in a text as whole words, the longest where they overlap."""
    flags = re.IGNORECASE if any_case else re.NOFLAG
    found = []
    for number, identifier in enumerate(identifiers):
        for value in identifier.values:
            pattern = rf"(?<![^\W_]){_spaced(value)}(?![^\W_])"
            found += [
                LabelledSpan(
                    start=match.start(),
                    end=match.end(),
                    kind=identifier.kind,
                    mark=identifier.mark,
                    entity=str(number),
                )
                for match in re.finditer(pattern, text, flags)
            ]
    chosen: list[LabelledSpan] = []
    for span in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(span.end <= one.start or one.end <= span.start for one in chosen):
            chosen.append(span)
    return tuple(sorted(chosen, key=lambda one: one.start))


def _spaced(value: str) -> str:
    """Return the pattern of a value whose words may stand on different lines."""
    return r"\s+".join(re.escape(word) for word in value.split())
