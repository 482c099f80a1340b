"""What groups a person belongs to: nationality, ethnicity, religion, marital status, occupation.

Nationalities and religions come from a list; where one names a language, a law or a currency it
says nothing about a person. An occupation counts where the text says that somebody has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, LocalRecognizer

from rag.redact.patterns import LIKELY, START, STOP, Identifier, Shape, matches, result

_NATIONS = """
afghan albanian algerian american andorran angolan argentine argentinian armenian australian
austrian azerbaijani azeri bahamian bahraini bangladeshi barbadian belarusian belgian belizean
beninese bhutanese bolivian bosnian botswanan brazilian british briton bruneian bulgarian burkinabe
burmese burundian cambodian cameroonian canadian chadian chilean chinese colombian comorian
congolese croat croatian cuban cypriot czech danish djiboutian dominican dutch ecuadorean
ecuadorian egyptian emirati eritrean estonian ethiopian fijian filipina filipino finnish french
frenchman frenchwoman gabonese gambian georgian german ghanaian greek grenadian guatemalan guinean
guyanese haitian honduran hungarian icelandic indian indonesian iranian iraqi irish irishman
israeli italian ivorian jamaican japanese jordanian kazakh kenyan kosovar kosovan kuwaiti kyrgyz
laotian latvian lebanese liberian libyan liechtensteiner lithuanian luxembourger macedonian
malagasy malawian malaysian maldivian malian maltese mauritanian mauritian mexican moldovan
mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian nigerien
norwegian omani pakistani palestinian panamanian paraguayan peruvian portuguese qatari romanian
russian rwandan salvadoran samoan saudi scottish scotsman senegalese serb serbian singaporean
slovak slovakian slovene slovenian somali spanish spaniard sudanese surinamese swazi swede swedish
swiss syrian taiwanese tajik tanzanian thai tibetan togolese tongan trinidadian tunisian turk
turkish turkmen ugandan ukrainian uruguayan uzbek venezuelan vietnamese welsh welshman yemeni
zambian zimbabwean yugoslav soviet greenlander greenlandic dane
"""
_PEOPLES = """
alevi ashkenazi basque bedouin
berber caribbean catalan caucasian chechen cherokee circassian corsican crimean dagestani flemish
hispanic hutu igbo ingush inuit kabyle kurd kurdish latina latino maori mestizo navajo ossetian
pashtun pomak punjabi roma romani rohingya sami sephardi sikh sinhalese tamil tatar tutsi
tyrolean uighur uyghur walloon yazidi yoruba zulu
"""
_FAITHS = """
adventist agnostic anglican atheist baptist buddhist calvinist catholic christian coptic druze
evangelical hindu hinduism islam islamic ismaili jain jesuit jew jewish judaism lutheran mennonite
methodist mormon moslem muslim pentecostal presbyterian protestant quaker rastafarian salafist
scientologist shia shiite sunni taoist wahhabi zoroastrian
"""
# Words of everyday language, too, unless they are capitalised.
_CAPITAL_ONLY = frozenset(
    ("polish", "turk", "jew", "roma", "sikh", "dane", "swede", "croat", "serb", "caucasian", "jain")
)
_NOUNS_TOO = frozenset(f"{_NATIONS} {_PEOPLES} {_FAITHS} polish".split())

_TOKEN = regex.compile(r"[^\W\d_]+")
# Behind a nationality: what belongs to a State, is in a language, or is a thing.
NO_GROUP = regex.compile(
    r"[ ](?:governments?|authorit(?:y|ies)|constitution(?:al)?|parliament|republic|states?|army"
    r"|armed[ ]forces|military|gendarmerie|police|ministry|minister|prime[ ]minister|president"
    r"|embassy|consulate|courts?|supreme|federal|high[ ]court|civil|criminal|penal|commercial|code"
    r"|codes|basic[ ]law|legislation|legal|legislature|judicial|judiciary|prosecutors?|senate"
    r"|administration|administrative|territory|border|soil|markets?|companies|company|banks?"
    r"|languages?|laws?|texts?|translations?|versions?|dollars?|liras?|francs?|marks?|pounds?"
    r"|schillings?|z[lł]ot\w+|crowns?|kron\w+|roubles?|rubles?|pesos?|rupees?|yen|yuan|peninsula"
    r"|express|depositary|accounting|dressing|stock|arbitration[ ]association|society[ ]of"
    r"|bar[ ]association|college[ ]of|medical[ ]association|red[ ]cross|english|spelling|lung|ocean"
    r"|sea|union|tobacco|fries|toast|cheese|shepherd|measles|flu|disease)(?![^\W_])",
    regex.IGNORECASE,
)

_OF_TWO_WORDS = (
    r"Jehovah's[ ]Witness(?:es)?|Roman[ ]Catholics?|(?:Greek|Russian|Serbian|Eastern)[ ]Orthodox"
    r"|Orthodox[ ](?:Christians?|Jew(?:s|ish)?)|Latter-day[ ]Saints?|Seventh-day[ ]Adventists?"
    r"|Church[ ]of[ ]Scientology|(?:Native|African|Afro|Asian|Mexican|Irish"
    r"|Italian)[ -]Americans?|African[ -]Caribbeans?"
    r"|(?:South|North|East|West)[ -](?:African|Korean|Asian)s?|New[ ]Zealanders?|Sri[ ]Lankans?"
    r"|Saudi[ ]Arabians?|Costa[ ]Ricans?|Puerto[ ]Ricans?|Sierra[ ]Leoneans?"
    r"|Papua[ ]New[ ]Guineans?"
    r"|Pacific[ ]Islanders?|Alaska[ ]Natives?|Northern[ ]Irish|Hong[ ]Konger|mixed[ ]race"
)
_STATUS = (
    r"single|married|divorced|widow(?:ed|er)?|separated|unmarried|civil[ ]partnership"
    r"|never[ ]married"
)
_JOB_WORD = r"[\p{L}][\p{L}'-]*"
# "Works as expected", "served as part of": no occupation follows.
_NO_JOB = (
    r"(?:expected|intended|designed|usual|normal|well|such|follows|part|described|evidence|notice"
    r"|if"
    r"|though|soon|long|result|of|it|they|provided|required|agreed|set|employees?|independent)(?![^\W_])"
)
_IS = r"[ ]?[:=][ \t]{0,3}"
_SUBJECT = (
    r"applicants?|claimant|plaintiff|defendant|appellant|petitioner|respondent|witness|victim"
    r"|patient|he|she|i|who|father|mother|husband|wife|son|daughter|brother|sister"
)
_OCCUPATION = (
    r"accountant|actor|actress|analyst|architect|artist|assistant|author|baker|banker|barber"
    r"|barrister|broker|builder|butcher|captain|carpenter|cashier|chef|cleaner|clerk|conscript"
    r"|consultant|cook|dancer|dentist|diplomat|director|driver|economist|editor|electrician"
    r"|engineer"
    r"|farmer|firefighter|fisherman|gardener|guard|hairdresser|housewife|imam|interpreter"
    r"|journalist"
    r"|judge|labourer|laborer|lawyer|lecturer|librarian|manager|mason|mechanic|midwife|miner"
    r"|musician"
    r"|nanny|notary|nurse|officer|painter|paramedic|pastor|pensioner|pharmacist|physician|pilot"
    r"|plumber|poet|policeman|policewoman|politician|porter|practitioner|priest|professor"
    r"|programmer"
    r"|prosecutor|psychiatrist|psychologist|publisher|pupil|receptionist|researcher|roofer|sailor"
    r"|salesman|saleswoman|scientist|secretary|servant|singer|soldier|solicitor|student|surgeon"
    r"|tailor|teacher|technician|trader|translator|tutor|veterinarian|waiter|waitress|welder|worker"
    r"|writer|businessman|businesswoman|entrepreneur|merchant|shopkeeper|civil[ ]servant"
)
_BY_TRADE = "by[ ](?:profession|trade|occupation|training)"
# What ends the name of an occupation.
_AFTER_JOB = (
    r"(?=[,.;:\n)]|[ ](?:at|for|in|with|and|who|from|by|since|until|on|when|under|employed"
    r"|practi[sc]ing"
    r"|working|but|of|during|before|after|near|to|there|here|that|which|is|was|had|has)(?![^\W_])"
    r"|$)"
)


class GroupRecognizer(LocalRecognizer):  # type: ignore[misc]  # presidio's types: not followed
    """Finds nationalities, peoples and religions of one word by a list."""

    def __init__(self) -> None:
        super().__init__(
            supported_entities=["DEMOGRAPHIC"],
            name="DEMOGRAPHIC list",
            supported_language="en",
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002 presidio's signature
        nlp_artifacts: object = None,  # noqa: ARG002 presidio's signature
    ) -> list[Any]:
        """Return the groups that `text` names."""
        # Most texts hold few of these words: those are looked for, rather than each word of the
        # text looked at.
        words = sorted(filter(is_group, set(_TOKEN.findall(text))))
        if not words:
            return []
        places = regex.compile(rf"{START}(?:{'|'.join(words)}){STOP}")
        return [
            result(self, match.start(), match.end(), LIKELY)
            for match in matches(places, text)
            if not NO_GROUP.match(text, match.end())
        ]


def is_group(word: str) -> bool:
    """Say whether a word names a nation, a people or a faith, or who belongs to one."""
    lower = word.lower()
    known = lower if lower in _NOUNS_TOO else lower.removesuffix("s")
    return known in _NOUNS_TOO and not (known in _CAPITAL_ONLY and word.islower())


def recognizers() -> Sequence[EntityRecognizer]:
    """Return the recognizers of groups."""
    job = rf"{_JOB_WORD}(?:[ ]{_JOB_WORD}){{0,3}}?"
    # What these begin with is tried in one go.
    stated = (
        r"(?:work(?:s|ed|ing)?|employed|serv(?:es|ed|ing)|job|position|career)[ ]"
        rf"(?:(?!as)\p{{Ll}}+[ ]){{0,4}}as[ ](?:an?[ ]|the[ ])?(?!{_NO_JOB})"
        rf"(?P<value>{job}){_AFTER_JOB}"
        rf"|(?:occupation|profession|job[ ]title|employment){_IS}(?P<value>{job}){_AFTER_JOB}"
        r"|(?:race|ethnicity|religion|nationality|citizenship|ethnic[ ]group|marital[ ]status"
        rf"|civil[ ]status){_IS}(?P<value>{_JOB_WORD}(?:[ /-]{_JOB_WORD}){{0,2}})"
        rf"|(?:is|was|be|been|currently)[ ](?P<value>{_STATUS})"
        r"(?=[ ]?[,.;]|[ ](?:with|to|and|man|woman))"
    )
    by_trade = rf"{START}an?[ ](?P<value>{job})[ ]{_BY_TRADE}"
    # "The applicant, a retired lorry driver," and "who is a professor".
    kind = rf"(?:(?!{_NO_JOB})[\p{{L}}-]+[ ]){{0,3}}?"
    known = (
        rf"{START}(?:{_SUBJECT})(?:,[ ](?:who[ ])?|[ ])(?:(?:is|was|are|were|am|as|being"
        rf"|had[ ]been)[ ])?"
        rf"(?:also[ ]|now[ ]|then[ ])?an?[ ](?P<value>{kind}(?:{_OCCUPATION})s?){STOP}"
    )
    two_words = rf"{START}(?:{_OF_TWO_WORDS}){STOP}"
    return (
        GroupRecognizer(),
        Identifier(
            "DEMOGRAPHIC",
            Shape(pattern=two_words, score=LIKELY, flags=regex.MULTILINE),
            Shape(pattern=by_trade, score=LIKELY, hint=_BY_TRADE),
            Shape(pattern=rf"{START}(?:{stated})", score=LIKELY),
            Shape(pattern=known, score=LIKELY, hint=rf"(?:{_OCCUPATION})s?{STOP}"),
        ),
    )
