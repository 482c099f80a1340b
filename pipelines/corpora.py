"""Where the sample corpora lie."""

from __future__ import annotations

from pathlib import Path

import eval.corpora
from rag.errors import ConfigurationError

NAMES = ("clinic", "lawfirm", "bank")


def corpora_folder() -> Path:
    """Return the folder of the sample corpora."""
    return Path(eval.corpora.__file__).parent


def chosen(names: list[str]) -> list[str]:
    """Return the corpora that are named, all if none is, or say which there are."""
    for name in names:
        if name not in NAMES:
            raise ConfigurationError(f"no corpus `{name}`; there is: {', '.join(NAMES)}")
    return names or list(NAMES)


def documents_folder(name: str) -> Path:
    """Return the folder of a corpus' documents."""
    return corpora_folder() / name / "documents"


def cases_file(name: str) -> Path:
    """Return the file of a corpus' questions."""
    return corpora_folder() / name / "cases.jsonl"


def identifiers_file(name: str) -> Path:
    """Return the file that lists who and what is in a corpus' documents."""
    return corpora_folder() / name / "identifiers.jsonl"


def demo_principals() -> str:
    """Return the `[[principal]]` tables of all sample corpora."""
    tables = [
        (corpora_folder() / name / "principals.toml").read_text(encoding="utf-8") for name in NAMES
    ]
    return "\n" + "\n".join(tables)
