"""What every JSON body is, and what text may stand in one.

Needs pydantic only, so that the command line can use it without loading the web framework.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

_ALLOWED_CONTROLS = frozenset("\t\n\r")


class Body(BaseModel):
    """A frozen JSON object that refuses fields it does not know. Text stays out of its repr."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _asked(question: str) -> str:
    """Refuse what cannot be a question: nothing but space, or control characters."""
    if not question.strip():
        raise PydanticCustomError("question_blank", "The question is empty")
    if any(unicodedata.category(c) == "Cc" and c not in _ALLOWED_CONTROLS for c in question):
        raise PydanticCustomError(
            "question_control_character", "The question holds a control character"
        )
    return question


Asked = Annotated[str, AfterValidator(_asked)]
