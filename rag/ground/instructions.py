"""How much a sentence looks like an instruction to whoever answers, rather than like a document.

Signs are weighed; the least weight that counts is chosen on data. Letters, contracts and notes
give orders too ("give 5 mg", "notify the landlord"): what tells these apart is that they speak of
an answer, a response, a model, what came before, or of a task that has nothing to do with them.
"""

from __future__ import annotations

import base64
import binascii
import re

_DOING = (
    r"(?:add|append|insert|include|integrate|incorporate|embed|mention|modify|augment|enhance|alter|"
    r"change|replace|rewrite|rephrase|render|convert|encode|substitute|scramble|misspell|jumble|"
    r"rearrange|reverse|remove|omit|group|combine|introduce|use|provide|give|write|print|say|end|"
    r"begin|start|finish|conclude|anagram|swap|shuffle|capitalize|translate|repeat|reply|respond|"
    r"answer|output|ignore|suggest|tease|recommend|promote|hint|put|display|show|format|make)"
)
_TASK = (
    r"(?:explain|describe|draft|compose|write|provide|develop|create|generate|design|translate|"
    r"break down|summari[sz]e|list|outline|tell|show|give|solve|calculate|compute|define|compare|"
    r"discuss|suggest|recommend|imagine|act|pretend|name|find|teach|help|make|identify)"
)
_PIECE = (
    r"(?:essay|poem|story|speech|letter|song|joke|function|code|script|program|example|recipe|"
    r"introduction|haiku|article|tweet|email|paragraph|theory|plot|process|life\s?cycle|equations?|"
    r"sentence|phrase|limerick|headline|equivalent|concept|recursion|differences?|functions|"
    r"importance|algorithm|query|regex|tutorial|quiz|riddle|slogan|blog)"
)


def _sign(why: str, weight: float, *parts: str) -> tuple[str, float, re.Pattern[str]]:
    """Return a sign and what it weighs. `§` is a character of its sentence, `¤` a `?` too."""
    form = "".join(parts)
    for mark, written in _WRITTEN.items():
        form = form.replace(mark, written)
    return why, weight, re.compile(form, re.IGNORECASE)


_WRITTEN = {
    "§": r"(?:[^.?\n]|[.](?=\S))",
    "¤": r"(?:[^.\n]|[.](?=\S))",
    "{DOING}": _DOING,
    "{TASK}": _TASK,
    "{PIECE}": _PIECE,
}
_SIGNS = (
    _sign(
        "what came before",
        1.0,
        r"\b(?:ignore|disregard|forget|override|bypass|discard|skip)\b¤{0,40}\b(?:previous|",
        r"prior|above|earlier|preceding|all|any|your|the|these|other|s",
        r"ystem)\b¤{0,30}\b(?:instructions?|prompts?|rules?|directions?|context|guidelines?|",
        r"messages?|text|said|policy|policies)\b",
    ),
    _sign(
        "a new role",
        0.8,
        r"\byou are now an?\b|\byou are no longer\b|(?:^\W*(?:please\s+|now\s+)?|\byou ",
        r"(?:must|will|should|are to|shall) (?:now )?)(?:act|behave|respond|pretend|roleplay|",
        r"role-play) (?:as|like|to be) (?:if you|a|an|the)\b|\b(?:jailbreak|developer mode|",
        r"dan mode)\b|\bfrom now on,? you\b",
    ),
    _sign(
        "speaks to a model",
        0.7,
        r"\b(?:as an?|dear|attention|hey|hello|hi|note to|instructions? (?:to|for)|if you are ",
        r"an?|when you are an?)\s+(?:the\s+)?(?:ai|a\.i\.|llm|language model|large language ",
        r"model|assistant|chatbot|chat ?gpt|gpt|bot)\b|\b(?:ai|language) (?:model|",
        r"assistant)s?[,:]",
    ),
    _sign(
        "the system prompt",
        1.0,
        r"\b(?:system|hidden|initial|secret) (?:prompt|instructions?|message)\b|\byour ",
        r"(?:guidelines|system prompt|configuration)\b",
    ),
    _sign(
        "what to answer",
        0.8,
        r"\b{DOING}\b§{0,120}\b(?:in|into|to|of|with|from|for|at the end of|throughout|within|",
        r"by)\s+(?:your|the|this)\s+(?:\w+\s+)?(?:answers?|response|repl(?:y|ies)|output|",
        r"completion|message)\b",
    ),
    _sign(
        "how to answer",
        0.8,
        r"^\W*(?:please\s+)?(?:in|with|for|throughout) your (?:\w+ )?(?:answer|response|reply|",
        r"output)\b|\b(?:modify|augment|enhance|render|provide|rewrite|encode|adapt|change|",
        r"adjust|alter|format|give|write|begin|end|start|finish|conclude|use|make|combine|",
        r"group|jumble|scramble|misspell|remove|rearrange|replace|substitute|convert|",
        r"introduce|integrate|include|add|anagram|present|phrase|deliver|compose|craft|shape|",
        r"express|state)\b§{0,60}\byour\s+(?:\w+ )?(?:answer|response|reply|output|",
        r"message)(?:'s|s)?\b",
    ),
    _sign(
        "letters changed",
        0.5,
        r"\b(?:letters?|vowels?|consonants?|words?|spaces?|characters?|typos?|misspellings?|",
        r"anagrams?|symbols?|capital letters)\b§{0,60}\b(?:with|by|into|for|to|in|of|from|",
        r"between|without)\b§{0,60}\b(?:numbers?|symbols?|response|answer|reply|message|",
        r"anagrams?|position|order|threes?|fours?|words?)\b|\b(?:base64|rot13|leetspeak|pig ",
        r"latin|morse|homophonic|alphanumeric|backwards)\b",
    ),
    _sign(
        "a task of its own",
        0.55,
        r"^\W*(?:please\s+|kindly\s+|now\s+|then\s+|also,?\s+)?{TASK}\b\s+(?:me\s+|",
        r"us\s+)?(?:an?|the|some|how|what|why|this|in)\b§{0,100}\b{PIECE}\b",
    ),
    _sign(
        "a task of its own",
        0.55,
        r"^\W*(?:please\s+)?(?:explain|describe|outline|discuss|summari[sz]e)\s+(?:the|how|",
        r"what|why|an?)\b|^\W*(?:please\s+)?translate\b|^\W*(?:please\s+)?(?:provide|give) ",
        r"(?:me )?(?:an?|the)\b§{0,60}\b(?:for|of|about|by)\b",
    ),
    _sign(
        "a question of its own",
        0.55,
        r"^\W*(?:what(?:'s| is| are| was| were| does)|who|how (?:do|does|did|to|can|many|much|",
        r"is|are)|why (?:do|does|did|is|are)|when (?:was|did|is)|where (?:is|was|are|did)|",
        r"which|name the|can you (?:explain|tell|describe|translate|write))\b¤{6,160}\?\W*$",
    ),
    _sign(
        "a place to go to",
        0.5,
        r"(?:^\W*(?:please\s+)?|\band )(?:add|include|insert|download|install|visit|go to|",
        r"promote|suggest|send|forward|post|upload|exfiltrate|fetch|navigate to|integrate|",
        r"embed)\b§{0,120}(?:https?://|www\.|\b[\w-]+\.(?:com|net|org|xyz|io|ru|info|biz)\b|",
        r"\S+@\S+)",
    ),
    _sign(
        "secrets asked for",
        0.9,
        r"^\W*(?:please\s+)?(?:reveal|print|output|send|show|leak|exfiltrate|repeat|",
        r"display)\b§{0,60}\b(?:passwords?|api keys?|secrets?|credentials?|system prompt|",
        r"instructions above|conversation|chat history)\b",
    ),
    _sign(
        "not to be told",
        0.6,
        r"\b(?:do not|don't|never)\s+(?:tell|inform|mention|reveal|show|",
        r"alert)\b§{0,40}\b(?:user|human|anyone|asker|reader)s?\b",
    ),
    _sign(
        "readers urged",
        0.35,
        r"\b(?:encourag|urging|inviting|invite|appeal|stress|emphasi[sz]|highlight|",
        r"recommend)\w*\b§{0,80}\b(?:users?|readers?|feedback|donations?|comments?|urgency|",
        r"benefits|importance|elections?|check-ups)\b",
    ),
)
# What speaks for a letter: it asks its own reader about its own matter.
_OF_THE_MATTER = re.compile(
    r"\b(?:you|your|we|our|us|I|my|me|this|these|it|that|attached|below|above|section|article|"
    r"agreement|party|parties|patients?|invoice|order|account|payment|meeting|company|following|"
    r"study|we've|I've|let me know|please confirm|\[[A-Z])\b",
)
_ENCODED = re.compile(
    r"(?<![\w/+=])[A-Za-z0-9+/]{40,}={0,2}(?![\w/+=])|(?<!\w)(?:[0-9a-f]{2}){30,}(?!\w)"
)
_BEGINS = re.compile(
    r"(?<=[a-z,;:-] )(?=(?:Please\s+)?(?:What|Who|How|Why|Explain|Describe|Translate|Write|Compose|"
    r"Draft|Provide|Give|Develop|Break|Tell|Show|Create|Generate|Add|Replace|Ignore|Include|Use|"
    r"Integrate|Modify|In your|Act|Imagine|Summari[sz]e|List|Say)\b)"
)
_MOST_BEGINNINGS = 8
_READABLE = 0.9
_ABOUT_ITSELF = 0.45


def suspicion(sentence: str) -> tuple[float, tuple[str, ...]]:
    """Return how much a sentence looks like an instruction, and by what.

    One may stand behind half a sentence without a full stop, so its beginnings are looked for.
    """
    starts = [0, *(match.start() for match in _BEGINS.finditer(sentence))]
    found = [_suspicion(sentence[start:]) for start in starts[:_MOST_BEGINNINGS]]
    return max(found, key=lambda one: one[0])


def _suspicion(sentence: str) -> tuple[float, tuple[str, ...]]:
    found: dict[str, float] = {}
    for why, weight, form in _SIGNS:
        if form.search(sentence):
            found[why] = max(found.get(why, 0.0), weight)
    if "a question of its own" in found and _OF_THE_MATTER.search(sentence):
        found["a question of its own"] -= _ABOUT_ITSELF
    if "a task of its own" in found and _OF_THE_MATTER.search(sentence):
        found["a task of its own"] -= _ABOUT_ITSELF
    if _encoded(sentence):
        found["an encoded text"] = 0.8
    return min(1.0, sum(found.values())), tuple(found)


def _encoded(sentence: str) -> bool:
    """Whether a run of letters hides words."""
    for match in _ENCODED.finditer(sentence):
        try:
            data = (
                bytes.fromhex(match[0])
                if re.fullmatch(r"[0-9a-f]+", match[0])
                else base64.b64decode(match[0] + "=" * (-len(match[0]) % 4), validate=True)
            )
        except (ValueError, binascii.Error):
            continue
        plain = sum(32 <= byte < 127 for byte in data)
        if data and plain >= _READABLE * len(data) and b" " in data:
            return True
    return False
