"""A third set of words, for measuring alone: nobody looked at it while a reader was made or chosen.

The held-out templates and names were looked at while the recipe was made, so what is measured on
them is too good. These templates, entities, values and units were written before any reader was
put to them, and nothing may be chosen by what is measured here: once it is, it is used up, and
another set has to be written. Contexts are laid out as in training; every word is another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from pipelines.reader.attributes import attributes, carriers
from pipelines.reader.contexts import Wording
from pipelines.reader.names import CODE_LETTERS

TEMPLATES = "unseen"
CARRIERS = "unseen_carriers"

QUALITIES = (
    *("provisional", "seasonal", "overnight", "audited", "disputed", "historic", "nominal"),
    *("revised", "quarterly", "peak", "permitted", "outstanding", "regional", "combined"),
    *("hidden", "upper", "lower", "unadjusted", "joint", "emergency", "preferred", "backup"),
)
NOUNS = {
    "sum": "toll|bail|royalty|stipend|surcharge|ransom|dowry|bounty|allowance|write-off",
    "per": "commission|occupancy|moisture|turnout|slope|purity|interest cover|churn",
    "day": "inspection|eviction|launch|expiry|handover|sailing|christening|ballot",
    "spell": "notice|quarantine|shelf life|half-life|probation|grace|leave of absence",
    "volume": "tank|dosage|spillage|rainfall|catch|yield of milk",
    "tonnes": "tonnage|ballast|harvest|ore",
    "power": "wattage|horsepower|draw",
    "area": "plot|acreage|roof|parcel",
    "sheets": "appendix|transcript|annex",
    "file": "docket|plate|PIN|ticket|barcode|call number|allotment|slot",
    "person": "caretaker|trustee|surveyor|captain|midwife|bailiff|notary|coach|next friend",
    "place": "berth|mooring|warehouse|burial place|polling place|theatre of operations",
    "clock": "curfew|high tide|roll call|last orders|check-out|wake-up call",
    "tongue": "working language|dialect|subtitles",
    "version": "edition|release|amendment|build",
}
_KINDS = ("patient", "agreement", "firm", "vehicle", "device", "room", "study", "cover")

_GIVEN = (
    *("Merryn", "Jory", "Tegen", "Corwin", "Ysolde", "Lowri", "Eirlys", "Idwal", "Gethin"),
    *("Iestyn", "Heulwen", "Ailsa", "Fearghas", "Eilidh", "Ruaridh", "Chidinma", "Ngozika"),
    *("Tamunosa", "Babatunde", "Efua", "Gorka", "Maialen", "Unai", "Cordelia"),
    *("Ottoline", "Lysander", "Perpetua", "Ignatius", "Hyacinth", "Clementine", "Tarquin"),
    *("Venetia", "Araminta", "Zillah", "Kerensa", "Demelza", "Elowen", "Myfanwy", "Angharad"),
    *("Peregrine", "Septimus", "Theodosia", "Gulliver", "Hepzibah", "Jocasta"),
)
_FAMILY = (
    *("Trevithick", "Penhaligon", "Polkinghorne", "Nancarrow", "Tregenza", "Carlyon", "Boscawen"),
    *("Pendarves", "Llewhellin", "Cadwallader", "Prytherch", "Bebb", "Gwilliam", "Anwyl"),
    *("Auchterlonie", "Dalrymple", "Farquharson", "Colquhoun", "Menzies", "Strachan", "Urquhart"),
    *("Okonjo", "Adeyinka", "Etxeberria", "Goikoetxea", "Arrizabalaga", "Zubizarreta"),
    *("Mendiluze", "Urrutikoetxea", "Featherstonehaugh", "Cholmondeley", "Marjoribanks"),
    *("Wriothesley", "Thistlethwaite", "Ramsbottom", "Higginbotham", "Entwistle"),
    *("Sidebottom", "Postlethwaite", "Micklethwaite", "Hollingsworth", "Bickerstaff"),
)
_WORDS = (
    *("Juniper", "Skerry", "Lantern", "Halcyon", "Tamarisk", "Quillon", "Bracken", "Cormorant"),
    *("Larkspur", "Ferrous", "Sextant", "Windlass", "Mistral", "Thimble", "Gannet", "Cobalt"),
    *("Samphire", "Petrel", "Marram", "Dunnock", "Isinglass", "Kittiwake", "Madrigal", "Sorrel"),
    *("Plover", "Saffron", "Turnstone", "Vellum", "Wherry", "Yarrow", "Zephyr", "Bulrush"),
)
_PLACES = (
    *("Mousehole", "Ullapool", "Llanfyllin", "Tobermory", "Zennor", "Portree", "Aberdaron"),
    *(
        "Clonakilty",
        "Ballyvaughan",
        "Stromness",
        "Lerwick",
        "Kinlochbervie",
        "Whitchurch Canonicorum",
    ),
    *(
        "the cottage hospital",
        "a hospice by the sea",
        "the rehabilitation wing",
        "his sister's flat",
    ),
    *("the old tannery", "quay nine", "the yard behind the station", "Bay of Skaill", "Fair Isle"),
)
_FIRMS = (
    "Dairies",
    "& Daughters",
    "Boatyard",
    "Mutual",
    "Foundry",
    "Bros",
    "Co-operative",
    "Chandlery",
)
_AGREEMENTS = (
    "franchise",
    "tenancy",
    "escrow",
    "charter party",
    "undertaking",
    "mandate",
    "covenant",
)
_PROCEEDINGS = ("inquest", "tribunal", "mediation", "judicial review", "injunction", "committal")
_COVERS = ("marine policy", "household policy", "hull cover", "travel cover", "crop policy")
_VEHICLES = (
    "the tug",
    "the ferry",
    "tram",
    "the lorry",
    "the trawler",
    "the snowplough",
    "ambulance",
)
_DEVICES = ("the autoclave", "pump", "centrifuge", "the ventilator", "boiler", "the incubator")
_ROOMS = ("the {} room", "the {} suite", "{} Hall", "the {} annexe", "Studio {}")
_ORDINALS = ("first", "second", "third", "fifth", "ninth", "eleventh", "twentieth", "thirtieth")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
_WHOLE_MONTHS = ("January", "March", "April", "June", "August", "September", "November")
_TONGUES = (
    "Welsh",
    "Basque",
    "Igbo",
    "Tagalog",
    "Pashto",
    "Yiddish",
    "Faroese",
    "Quechua",
    "Tamil",
)
_DIETS = (
    *("soft meals", "halal meals", "pureed food", "a gluten-free tray", "a kosher tray"),
    *("clear soup and toast", "vegan meals", "a tray low in salt", "thickened drinks only"),
)
_CHARITIES = (
    *("the lifeboats", "a donkey sanctuary", "the village school", "three nieces in equal parts"),
    *("the parish organ fund", "a college in Leuven", "the mountain rescue", "a godson in Perth"),
)
_AUDITORS = ("{} and Son", "Messrs {}", "{} Brothers", "the house of {}")
_CURRENCIES = (
    *("Swiss francs", "Norwegian kroner", "zloty", "yen", "Canadian dollars", "rand", "shekels"),
)
_BLOOD = ("O negative", "O positive", "A negative", "A positive", "B positive", "AB negative")
_SPELLS = (
    *("a fortnight", "two and a half years", "eighteen months", "ninety working days", "a decade"),
    *("a year and a day", "six lunar months", "thirteen weekends", "half a century", "a quarter"),
)


class UnseenNames:
    """Draws entities and values of the third set; equal seeds draw equal ones."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._entities: dict[str, Callable[[], str]] = {
            "patient": self._patient,
            "employee": self._employee,
            "agreement": lambda: f"the {self._word()} {rng.choice(_AGREEMENTS)}",
            "proceeding": self._proceeding,
            "estate": lambda: f"the estate of {self._person()}",
            "firm": self._firm,
            "cover": lambda: f"the {rng.choice(_COVERS)} {self._number('{}/{}')}",
            "vehicle": self._vehicle,
            "device": lambda: f"{rng.choice(_DEVICES)} {self._word()} {rng.randrange(2, 40)}",
            "room": lambda: rng.choice(_ROOMS).format(self._word()),
            "study": lambda: f"the {self._word().upper()} study",
        }
        self._values = self._of_values()

    def _of_values(self) -> dict[str, Callable[[], str]]:
        """Return what draws a value of each kind."""
        rng = self._rng
        return {
            "pulse": lambda: f"{rng.randrange(42, 160)} beats a minute",
            "breaths": lambda: f"{rng.randrange(9, 40)} times a minute",
            "saturation": lambda: f"{rng.randrange(78, 100)} per cent",
            "group": lambda: rng.choice(_BLOOD),
            "person": self._somebody,
            "judge": lambda: rng.choice(("Judge {}", "Lady {}", "Recorder {}")).format(
                self._family()
            ),
            "diet": lambda: rng.choice(_DIETS),
            "length": lambda: f"{rng.randrange(92, 205)} cm",
            "score": lambda: f"{rng.randrange(1, 11)} out of ten",
            "volume": lambda: f"{rng.randrange(1, 90)}.{rng.randrange(1, 10)} litres",
            "place": lambda: rng.choice(_PLACES),
            "file": self._file,
            "day": self._day,
            "leave": lambda: f"{rng.randrange(1, 31)}½ days",
            "tongue": lambda: rng.choice(_TONGUES),
            "distance": lambda: f"{rng.randrange(2, 400_000):,} km",
            "sum": self._sum,
            "per": self._per,
            "address": self._address,
            "spell": lambda: rng.choice(_SPELLS),
            "currency": lambda: rng.choice(_CURRENCIES),
            "room": lambda: f"court {rng.randrange(1, 60)}{rng.choice('ABCD')}",
            "clock": lambda: (
                f"{rng.randrange(1, 13)}.{rng.randrange(10, 60)} {rng.choice(('am', 'pm'))}"
            ),
            "sheets": lambda: f"{rng.randrange(3, 4000)} sheets",
            "charity": lambda: rng.choice(_CHARITIES),
            "auditors": lambda: rng.choice(_AUDITORS).format(self._family()),
            "pence": lambda: f"{rng.randrange(1, 99)}.{rng.randrange(1, 10)}p",
            "outlets": lambda: f"{rng.randrange(3, 480)} shops",
            "month": lambda: f"late {rng.choice(_WHOLE_MONTHS)}",
            "firm": self._firm,
            "claims": lambda: f"{rng.randrange(2, 60)} claims",
            "burn": lambda: f"{rng.randrange(3, 60)}.{rng.randrange(1, 10)} l/100 km",
            "tonnes": lambda: f"{rng.randrange(1, 900)} tonnes",
            "speed": lambda: f"{rng.randrange(8, 260)} {rng.choice(('km/h', 'knots', 'mph'))}",
            "bar": lambda: f"{rng.randrange(1, 30)}.{rng.randrange(1, 10)} bar",
            "noise": lambda: f"{rng.randrange(28, 120)} dB(A)",
            "power": lambda: f"{rng.randrange(1, 90)}.{rng.randrange(1, 10)} kW",
            "version": lambda: f"v{rng.randrange(1, 9)}.{rng.randrange(30)}.{rng.randrange(200)}",
            "area": lambda: f"{rng.randrange(6, 9000)} m²",
            "seats": lambda: f"{rng.randrange(9, 900)} people",
            "extension": lambda: f"ext. {rng.randrange(1000, 9999)}",
            "enrolled": lambda: f"{rng.randrange(12, 7000)} volunteers",
        }

    def entity(self, kind: str) -> str:
        """Return a new entity of a kind."""
        return self._entities[kind]()

    def value(self, kind: str) -> str:
        """Return a new value of a kind."""
        return self._values[kind]()

    def namesake(self, entity: str, kind: str) -> str:
        """Return somebody else who shares a part of the name, if people of the kind have such."""
        first, _, last = entity.rpartition(" ")
        if kind not in ("patient", "employee") or last not in _FAMILY:
            return self.entity(kind)
        given = self._rng.choice(_GIVEN)
        return f"{given} {last}" if self._rng.random() < 0.5 else f"{first} {self._family()}"

    def _family(self) -> str:
        return self._rng.choice(_FAMILY)

    def _person(self) -> str:
        return f"{self._rng.choice(_GIVEN)} {self._family()}"

    def _word(self) -> str:
        return self._rng.choice(_WORDS)

    def _number(self, form: str) -> str:
        return form.format(self._rng.randrange(10, 99), self._rng.randrange(1000, 99_999))

    def _pseudonym(self, kind: str) -> str:
        return f"[{kind}:{''.join(self._rng.choices(CODE_LETTERS, k=8))}]"

    def _patient(self) -> str:
        draw = self._rng.random()
        if draw < 0.3:
            return self._pseudonym("PERSON")
        if draw < 0.45:
            return f"the child in cot {self._rng.randrange(1, 40)}"
        return self._person() if draw < 0.9 else f"Sister {self._family()}"

    def _employee(self) -> str:
        draw = self._rng.random()
        if draw < 0.25:
            return self._pseudonym("PERSON")
        return self._person() if draw < 0.8 else f"employee {self._number('{}{}')}"

    def _somebody(self) -> str:
        draw = self._rng.random()
        if draw < 0.25:
            return self._pseudonym("PERSON")
        return self._person() if draw < 0.8 else f"Captain {self._family()}"

    def _firm(self) -> str:
        draw = self._rng.random()
        if draw < 0.25:
            return self._pseudonym("ORGANIZATION")
        stem = self._word() if draw < 0.7 else self._family()
        return f"{stem} {self._rng.choice(_FIRMS)}"

    def _proceeding(self) -> str:
        if self._rng.random() < 0.4:
            return f"claim no. {self._number('HQ{}-{}')}"
        return f"the {self._family()} {self._rng.choice(_PROCEEDINGS)}"

    def _vehicle(self) -> str:
        if self._rng.random() < 0.3:
            letters = "".join(self._rng.choices("BCDFGHJKLMPRSTVWXY", k=3))
            return f"van {self._number('LX{}').strip()} {letters}"
        return f"{self._rng.choice(_VEHICLES)} {self._word()}"

    def _file(self) -> str:
        return self._number(self._rng.choice(("{} {}", "{}.{}", "{}/{}/Q", "#{}{}", "N° {}-{}")))

    def _day(self) -> str:
        rng = self._rng
        draw = rng.random()
        if draw < 0.4:
            year = rng.randrange(10, 30)
            return f"{rng.randrange(1, 29)} {rng.choice(_MONTHS)} '{year}"
        if draw < 0.7:
            return f"{rng.randrange(1, 29):02}.{rng.randrange(1, 13):02}.20{rng.randrange(10, 30)}"
        return f"the {rng.choice(_ORDINALS)} of {rng.choice(_WHOLE_MONTHS)}"

    def _sum(self) -> str:
        rng = self._rng
        number = f"{rng.randrange(1, 900)},{rng.randrange(1000):03}"
        return rng.choice(("CHF {}", "{} kroner", "{} zloty", "£{}k", "{} pounds", "¥{}")).format(
            number
        )

    def _per(self) -> str:
        rng = self._rng
        return f"{rng.randrange(1, 60)}{rng.choice(('', '½', '¼', '¾'))} per cent"

    def _address(self) -> str:
        rng = self._rng
        return f"{rng.randrange(1, 200)} {self._word()} {rng.choice(('Row', 'Lane', 'Wharf'))}"


@cache
def unseen() -> Wording:
    """Return the third set."""
    return Wording(
        attributes=attributes((TEMPLATES,)),
        carriers=carriers(CARRIERS),
        kinds=_KINDS,
        nouns=NOUNS,
        qualities=QUALITIES,
        names=UnseenNames,
    )
