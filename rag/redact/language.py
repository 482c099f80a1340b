"""Whether a text is plainly in another language than English: said, and not guessed.

The recognizers and the name model read English. A text in another script is told by its letters,
one in another language of the Latin script by its commonest words, which no English text holds
often. Short texts and mixed ones are left alone: only what is clear is said.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

import regex

_SAMPLE = 20_000
_PIECES = 4
_FEWEST_LETTERS = 40
_FEWEST_WORDS = 12
_FEWEST_KINDS = 4  # of common words: one of them may be an abbreviation, too

# The share of a script's letters, and of common words, from which on a text is plainly another's.
_SCRIPT_SHARE = 0.5
_COMMON_SHARE = 0.12

_SCRIPTS = (
    ("Russian", "CYRILLIC"),
    ("Greek", "GREEK"),
    ("Arabic", "ARABIC"),
    ("Hebrew", "HEBREW"),
    ("Chinese", "CJK"),
    ("Japanese", "HIRAGANA"),
    ("Japanese", "KATAKANA"),
    ("Korean", "HANGUL"),
    ("Hindi", "DEVANAGARI"),
    ("Thai", "THAI"),
)

_COMMON = {
    "English": (
        "the of and to in that is was for it with as on be by this are or from at which not have"
        " an were been had has his her their any such shall may will if no under other"
    ),
    "German": (
        "der die das und ist nicht ein eine einer eines mit von den dem des zu zur zum auf für im"
        " sich auch wurde werden sind bei nach aus wird als er sie es hat oder über durch wie noch"
    ),
    "French": (
        "le la les des du et est une un dans que qui pour pas par sur au aux avec ce cette son sa"
        " ses il elle ne se sont plus mais ou été être nous vous leur dont"
    ),
    "Spanish": (
        "el la los las de del y en que un una es por con para su se al lo como más no fue sus este"
        " esta pero ha son también entre cuando sobre ser"
    ),
    "Italian": (
        "il lo la gli le di del della dei delle e che è un una in per con non si da sono al alla"
        " nel nella come più anche ha questo questa suo sua essere dal"
    ),
    "Polish": (
        "i w na z do nie się jest że to o jak przez po za od dla oraz był była są tym jego który"
        " która które lub przy został została ma co"
    ),
    "Portuguese": (
        "o a os as de do da dos das e em no na que um uma é por com para não se ao foi mais como"
        " seu sua pelo pela são ser também"
    ),
    "Dutch": (
        "de het een en van is dat niet op te in voor met zijn aan er om ook door bij naar uit wordt"
        " werd over als maar heeft deze dit"
    ),
    "Turkish": (
        "ve bir bu için ile da de olarak olan daha çok gibi kadar sonra ise ancak tarafından göre"
        " değil her en o ne mi olduğu"
    ),
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = regex.compile(r"[^\W\d_]{2,}")  # single letters are units and abbreviations


def other_language(text: str) -> str | None:
    """Return the language of a text that is clearly not English, else None.

    Of a long text a few pieces are looked at, from its beginning to its end: half of them decide.
    """
    found = Counter(map(_other_language, _pieces(text)))
    language, count = max(found.items(), key=lambda one: (one[1], one[0] is not None))
    return language if 2 * count >= found.total() else None


def _pieces(text: str) -> list[str]:
    if len(text) <= _SAMPLE:
        return [text]
    size = _SAMPLE // _PIECES
    step = (len(text) - size) // (_PIECES - 1)
    return [text[start : start + size] for start in range(0, _PIECES * step, step)]


def _other_language(sample: str) -> str | None:
    if sample.isascii() and _english(sample):
        return None
    return _by_script(sample) or _by_words(sample)


def _english(sample: str) -> bool:
    words = _WORD.findall(sample.lower())
    return len(words) < _FEWEST_WORDS or _share(words, "English") >= 2 * _COMMON_SHARE


def _by_script(sample: str) -> str | None:
    """Return the language of the script that most letters are of, if it is not the Latin one."""
    letters = Counter(filter(str.isalpha, sample))
    total = letters.total()
    if total < _FEWEST_LETTERS:
        # A few signs say as much in Chinese as a line of letters does.
        foreign = sum(n for letter, n in letters.items() if letter >= "\u2e80")
        if foreign < _FEWEST_LETTERS / 4:
            return None
    shares: Counter[str] = Counter()
    for letter, count in letters.items():
        shares[_language_of(letter)] += count
    if shares["Japanese"] and shares["Japanese"] + shares["Chinese"] > _SCRIPT_SHARE * total:
        return "Japanese"
    language, count = shares.most_common(1)[0]
    return language if language and count > _SCRIPT_SHARE * total else None


def _language_of(letter: str) -> str:
    if letter.isascii():
        return ""
    name = unicodedata.name(letter, "")
    return next((language for language, prefix in _SCRIPTS if name.startswith(prefix)), "")


def _by_words(sample: str) -> str | None:
    """Return the language whose common words a text uses most, if far more than English ones."""
    words = _WORD.findall(sample.lower())
    if len(words) < _FEWEST_WORDS:
        return None
    shares = {language: _share(words, language) for language in _WORDS}
    language = max(shares, key=lambda one: shares[one])
    telling = len(_WORDS[language].intersection(words)) >= _FEWEST_KINDS
    clear = shares[language] >= _COMMON_SHARE and shares[language] >= 2 * shares["English"]
    return language if language != "English" and clear and telling else None


def _share(words: list[str], language: str) -> float:
    common = _WORDS[language]
    return sum(word in common for word in words) / len(words)
