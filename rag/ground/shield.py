"""Text in documents is data: markers of prompts are made harmless, instructions are found.

Neutralising replaces characters one for one, so that every place in the evidence stays where it
was; the evidence itself is not changed, only the copy that goes into a prompt.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.chunk.sentences import sentence_spans
from rag.ground.instructions import suspicion
from rag.records import Span

# Special tokens of the families that are served: ChatML, Llama 2 to 4, Mistral, Gemma, Phi,
# DeepSeek, Falcon, Command, Granite, and whatever else is written like them.
_TOKENS = re.compile(
    r"<\s*[|｜][^<>\n]{0,60}?[|｜]\s*>|<\|[^<>\n]{0,60}|[^<>\n]{0,20}\|>"
    r"|</?\s*(?:s|bos|eos|pad|unk|mask|think|tool_call|tool_response|system|user|assistant|human|"
    r"instructions?|start_of_turn|end_of_turn|start_of_image|begin_of_text|end_of_text|"
    r"function(?:_call|s)?|im_start|im_end|prompt|context|evidence|documents?)\b[^<>\n]{0,40}>"
    r"|\[/?\s*(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|IMG|PREFIX|SUFFIX|"
    r"MIDDLE|THINK)\s*\]|<</?\s*SYS\s*>>|<(?:start|end)_of_turn>",
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"(?:^|(?<=\n)|(?<=[.!?] )|(?<=[.!?]))[ \t>*_\-]*(?:#{1,6}[ \t]*)?\**"
    r"(?:system(?: prompt| message)?|assistant|user|human|ai|bot|chatbot|model|developer|"
    r"instructions?|new instructions?|input|output|response|prompt|question|answer|context|"
    r"evidence|end of (?:evidence|context|documents?)|tool|function|observation|thought|"
    r"final answer)\**[ \t]*(?P<colon>[:：])",
    re.IGNORECASE,
)
_HASHES = re.compile(
    r"(?:^|(?<=\n))[ \t]*(?P<marks>#{2,6}|={3,}|-{3,}|`{3,}|~{3,}|\"{3,}|'{3,})", re.MULTILINE
)
_NUMBERED = re.compile(r"(?P<open>\[)(?P<n>\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*)(?P<close>\])")
# Of no width, of either direction, tags that show nothing; joiners of scripts that need them stay.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SWAPPED = str.maketrans("<>[]|｜{}", "()()¦¦()")
_UNSEEN_RUN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """A sentence of a document that is addressed to whoever answers; `score` from 0 to 1."""

    start: int
    end: int
    score: float
    why: tuple[str, ...]


def neutralised(text: str) -> str:
    """Return a text of the same length with nothing in it that a prompt is made of."""
    made = _UNSEEN.sub(" ", text)
    made = _TOKENS.sub(lambda match: match[0].translate(_SWAPPED), made)
    made = _NUMBERED.sub(lambda match: f"({match['n']})", made)
    made = _ROLES.sub(lambda match: _blanked(match, "colon", "-"), made)
    return _HASHES.sub(lambda match: _blanked(match, "marks", "·"), made)


def instructions(text: str, least: float) -> list[Instruction]:
    """Return the sentences of a text that look like instructions, from a score on."""
    found = []
    hidden = _UNSEEN.sub("", text) != text and _hidden_run(text)
    for span in _pieces(text):
        score, why = suspicion(text[span.start : span.end])
        if hidden and _hidden_run(text[span.start : span.end]):
            score, why = 1.0, (*why, "hidden text")
        if _TOKENS.search(text, span.start, span.end):
            score, why = 1.0, (*why, "markers of a prompt")
        if score >= least:
            found.append(Instruction(start=span.start, end=span.end, score=score, why=why))
    return found


def for_prompt(text: str, least: float) -> str:
    """Return evidence as it may stand in a prompt: neutralised, instructions shown as quotes."""
    harmless = neutralised(text)
    pieces, at = [], 0
    for one in instructions(text, least):
        quoted = harmless[one.start : one.end].replace('"', "'")
        pieces += [harmless[at : one.start], f'(text of the document: "{quoted}")']
        at = one.end
    pieces.append(harmless[at:])
    return "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A word in the system prompt that no answer has a reason to say."""

    word: str = field(repr=False)

    def shows_in(self, text: str) -> bool:
        """Whether an answer gives the word away, spelt out, turned round or in part."""
        plain = re.sub(r"[\W_]", "", text).casefold()
        return self.word in plain or self.word[::-1] in plain or self._in_part(plain)

    def hidden_in(self, text: str) -> str:
        """Return a text to be kept: with an ellipsis where the word stands, nothing else of it."""
        kept = text.replace(self.word, "…")
        return "" if self.shows_in(kept) else kept

    def _in_part(self, plain: str) -> bool:
        half = len(self.word) // 2
        return self.word[:half] in plain or self.word[half:] in plain


def canary(key: bytes, prompt: str) -> Canary:
    """Return the canary of a prompt: always the same under one key, unknown without it."""
    digest = hmac.new(key, f"canary {prompt}".encode(), hashlib.sha256).hexdigest()
    letters = "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in digest)
    return Canary(word=letters[:24])


def _pieces(text: str) -> Iterator[Span]:
    """Yield sentences, those that are run together by quotation marks or colons once more."""
    yield from sentence_spans(text)


def _hidden_run(text: str) -> bool:
    return len(_UNSEEN.findall(text)) >= _UNSEEN_RUN


def _blanked(match: re.Match[str], group: str, by: str) -> str:
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    whole = match[0]
    return f"{whole[:start]}{by * (end - start)}{whole[end:]}"
