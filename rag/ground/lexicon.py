"""Words that may stand for each other, words that may not, and words that carry nothing.

Closed lists, kept short on purpose: a pair is here only if the one can stand for the other in a
dosage, a contract and an annual report alike. What is not listed is another word.
"""

from __future__ import annotations

from functools import lru_cache

# The first of each line is the form in which the others are compared.
_ALIKE = """
    use utilise utilize employ used using uses
    begin start commence initiate
    show demonstrate
    buy purchase
    help assist aid
    need require
    obtain acquire
    provide supply furnish
    give administer
    get receive
    tell inform notify
    allow permit
    end terminate
    pay remit
    keep retain maintain
    increase rise grow climb
    decrease fall decline drop reduce lower diminish
    large big
    mainly primarily chiefly
    immediately promptly
    quickly rapidly
    often frequently
    physician doctor
    drug medication medicine
    illness disease
    yearly annual annually
    whole entire
    sufficient adequate
    lethal fatal deadly
    child children
    woman women
    man men
    person people
    encompass include
    treat therapy treatment
    identify find found detect
    link associate association
    remain stay
    indicate suggest
    occur happen
    enable allow
    select choose
    construct build built
    infant baby
    salary wage
    lawyer attorney
    staff personnel
    tumor tumour
    anemia anaemia
    edema oedema
    labor labour
    center centre
    program programme
    color colour
    fiber fibre
    license licence
    organization organisation
    hemorrhage haemorrhage bleeding
    pediatric paediatric
    estrogen oestrogen
    esophagus oesophagus
    diarrhea diarrhoea
    leukemia leukaemia
    randomized randomised
    characterized characterised
    recognized recognised
    associate association
    inhibit inhibition inhibitor
    prior previous
    error mistake
    evaluate assess evaluation assessment
    determine determination
    write written wrote
    give gave given
    grow grew grown
    rise rose risen
    fall fell fallen
    begin began begun
    buy bought
    pay paid
    keep kept
    get got gotten
    tell told
    show shown
    say said
    make made
    take took taken
    hold held
    sell sold
    lead led
    send sent
    lose lost
    spend spent
    leave left
    mean meant
    become became
    know known knew
    bind bound
    arise arose arisen
    undergo underwent undergone
    see seen saw observe
    choose chose chosen
"""
# If a sentence says one and its evidence the other, it says the opposite.
_OPPOSED = """
    increase/decrease  high/low  higher/lower  highest/lowest  more/less  more/fewer  up/down
    upregulate/downregulate  rise/decrease  gain/loss  profit/loss  positive/negative  above/below
    before/after  include/exclude  allow/prohibit  allow/forbid  accept/reject  approve/reject
    approve/deny  grant/deny  active/inactive  safe/unsafe  safe/dangerous  effective/ineffective
    benign/malignant  dominant/recessive  activate/inhibit  stimulate/inhibit  promote/inhibit
    enhance/inhibit  induce/inhibit  promote/prevent  cause/prevent  improve/worsen
    strong/weak  long/short  large/small  early/late  first/last  open/close  buyer/seller
    landlord/tenant  lessor/lessee  licensor/licensee  borrower/lender  employer/employee
    debit/credit  asset/liability  revenue/expense  income/expense  male/female  acute/chronic
    maximum/minimum  most/least  upper/lower  oversold/undersold  overestimate/underestimate
    internal/external  present/absent  presence/absence  begin/end  buy/sell  borrow/lend
    domestic/foreign  direct/indirect  temporary/permanent  mandatory/optional  public/private
    exclusive/nonexclusive  current/noncurrent  left/right  day/night  pre/post  inflow/outflow
    favorable/unfavorable  sensitive/resistant  sensitivity/resistance  mother/father
    weekly/daily  weekly/monthly  daily/monthly  monthly/yearly  daily/yearly  weekly/yearly
    quarterly/monthly  quarterly/yearly  quarterly/weekly  oral/intravenous  hyper/hypo
"""
# What turns a sentence, written in its one form; contracted forms are written out before.
_TURNING = """
    no not never none nobody nothing nowhere without neither nor unless except only before after
    until above below over under more less fewer least most minimum maximum cannot
    non
"""
# What makes a sentence less than a statement, or the opposite of one, where it stands.
_DOUBTING = """
    may might could possibly perhaps fail lack unable unlikely rarely hardly seldom barely deny
    denied prohibit forbid refuse cease false incorrect untrue absent absence if whether
    hypothetical alleged purported insufficient nonexistent
"""
_WHOLE = "all every each always whole entire entirely everything everyone"
# Left out of what a sentence is judged by: they link, soften nothing and state nothing.
_LIGHT = """
    also however moreover furthermore therefore thus hence accordingly additionally indeed namely
    currently recently notably importantly interestingly finally specifically respectively
    thereof hereof herein therein thereto hereto hereby thereby hereunder thereunder said according
    well still already further must ought together generally typically usually while whereas
    although though because since within upon per via among between during through using yet et al
    eg ie etc it's one's very just even being having whole entire entirely anybody any each every
    all
    always so too rather quite here there
    approximately approx about around roughly circa
"""


def _groups(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.strip().splitlines():
        first, *others = line.split()
        base = found.get(first, first)
        for word in others:
            found.setdefault(word, base)
    return found


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    both = [tuple(pair.split("/")) for pair in text.split()]
    return frozenset((a, b) for x, y in both for a, b in ((x, y), (y, x)))


ALIKE = _groups(_ALIKE)
OPPOSED = _pairs(_OPPOSED)
TURNING = frozenset(_TURNING.split())
DOUBTING = frozenset(_DOUBTING.split())
WHOLE = frozenset(_WHOLE.split())
LIGHT = frozenset(_LIGHT.split())
REVERSING = ("un", "in", "im", "ir", "il", "non", "dis", "anti", "de", "mis", "a", "over", "under",
             "hyper", "hypo", "pre", "post", "up", "down")  # fmt: skip
_SWAPPED = (("hyper", "hypo"), ("over", "under"), ("pre", "post"), ("up", "down"),
            ("intra", "extra"), ("inter", "intra"), ("intra", "inter"), ("ante", "post"),
            ("sub", "super"), ("in", "ex"), ("in", "out"), ("macro", "micro"))  # fmt: skip

# By which dates, numbers and names hang: another one makes another sentence.
ROLES = {
    "from": "from", "to": "to", "into": "to", "by": "by", "until": "until", "since": "from",
    "against": "against", "via": "via",
}  # fmt: skip
# What may open a part of a sentence that can stand at either end of it.
OPENING = frozenset(
    [
        "in",
        "on",
        "at",
        "during",
        "for",
        "since",
        "from",
        "as",
        "of",
        "under",
        "with",
        "within",
        "after",
        "before",
        "until",
        "following",
        "according",
        "upon",
        "throughout",
        "if",
        "when",
        "where",
        "while",
        "although",
        "because",
        "despite",
        "without",
        "through",
        "pursuant",
        "to",
    ]
) - {"to", "of"}
_SUFFIXES = ("ing", "ed", "es", "s", "e")
_SHORTEST_ROOT = 3


@lru_cache(maxsize=65_536)
def root(word: str) -> str:
    """Return a word without what number and tense add, in the form that its like words share."""
    named = ALIKE.get(word)
    if named:
        return _cut(named)
    cut = _cut(word)
    return _CUT_ALIKE.get(cut, cut)


def opposed(first: str, second: str) -> bool:
    """Say whether one of two roots says the opposite of the other."""
    if (first, second) in _CUT_OPPOSED:
        return True
    if any(_swapped(first, second, *pair) for pair in _SWAPPED):
        return True
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    return len(shorter) > _SHORTEST_ROOT and any(
        longer == prefix + shorter or longer == f"{prefix}-{shorter}" for prefix in REVERSING
    )


def _swapped(first: str, second: str, one: str, other: str) -> bool:
    return any(
        a.startswith(one) and b == other + a.removeprefix(one)
        for a, b in ((first, second), (second, first))
    )


def _cut(word: str) -> str:
    if not (word.isalpha() and word.isascii()):
        return word
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith("ied") and len(word) > len("tied"):
        return word[:-3] + "y"
    if word.endswith(("ss", "us", "is")):
        return word
    for suffix in _SUFFIXES:
        left = word.removesuffix(suffix)
        if left != word and len(left) >= _SHORTEST_ROOT and any(c in "aeiouy" for c in left):
            return _single(left) if suffix in ("ing", "ed") else left
    return word


def _single(word: str) -> str:
    """`stopp` is `stop`; `fall` and `pass` stay."""
    twice = len(word) > _SHORTEST_ROOT and word[-1] == word[-2] and word[-1] not in "lsz"
    cut = word[:-1] if twice else word
    return cut.removesuffix("e")


_CUT_ALIKE = {_cut(word): _cut(base) for word, base in ALIKE.items()}
_CUT_OPPOSED = frozenset((root(a), root(b)) for a, b in OPPOSED)
CUT_DOUBTING = frozenset(_cut(word) for word in DOUBTING)
CUT_WHOLE = frozenset(root(word) for word in WHOLE)
