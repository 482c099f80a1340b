"""The form that an answer must have, for servers that hold a model to one.

Sentences that each end with citations of evidence that there is, or the refusal and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.generate.prompts.template import REFUSAL

# A pseudonym, a mask or a generalised value: see `rag.redact.tokens`.
_REDACTED = '"[" [A-Z] [A-Z0-9_]{0,39} (":" [a-z2-7]{8} | "=" [0-9A-Z*+-]{1,12})? "]"'


def answer_grammar(numbers: Sequence[int], *, sentences: int) -> str:
    """Return GBNF in which only these numbers can be cited.

    Raises:
        ValueError: There is nothing to cite.
    """
    if not numbers:
        raise ValueError("an answer without evidence has no form")
    cited = " | ".join(f'"{n}"' for n in sorted(set(numbers)))
    more = f' (" " sentence){{0,{sentences - 1}}}' if sentences > 1 else ""
    return "\n".join(
        [
            f'root ::= " "? ("{REFUSAL}" | sentence{more})',
            'sentence ::= first rest* " "? cite+ "."?',
            "first ::= [^\\[\\] \\n\\r\\t] | token",
            "rest ::= [^\\[\\]\\n\\r\\t] | token",
            f"token ::= {_REDACTED}",
            f'cite ::= "[" ({cited}) "]"',
        ]
    )
