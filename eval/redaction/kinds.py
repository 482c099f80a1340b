"""The tables that make labels of other projects comparable with our kinds.

A label of another project becomes our kind by `FOREIGN`; kinds are compared by family, since
whether a postal code belongs to its address is a matter of taste and not of privacy.
"""

from __future__ import annotations

# Names that others use for our kinds. A name that stands in neither table is a kind of its own.
FOREIGN: dict[str, str] = {
    "PER": "PERSON",
    "NAME": "PERSON",
    "PATIENT": "PERSON",
    "DOCTOR": "PERSON",
    "FIRST_NAME": "PERSON",
    "LAST_NAME": "PERSON",
    "TITLE": "PERSON_TITLE",
    "PREFIX": "PERSON_TITLE",
    "ORG": "ORGANIZATION",
    "ORGANISATION": "ORGANIZATION",
    "COMPANY": "ORGANIZATION",
    "HOSPITAL": "ORGANIZATION",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "CITY": "LOCATION",
    "COUNTRY": "LOCATION",
    "STATE": "LOCATION",
    "ADDRESS": "STREET_ADDRESS",
    "ZIP_CODE": "POSTAL_CODE",
    "ZIP": "POSTAL_CODE",
    "POSTCODE": "POSTAL_CODE",
    "NRP": "DEMOGRAPHIC",
    "NORP": "DEMOGRAPHIC",
    "DEM": "DEMOGRAPHIC",
    "NATIONALITY": "DEMOGRAPHIC",
    "PROFESSION": "DEMOGRAPHIC",
    "DATE_TIME": "DATE",
    "DATETIME": "DATE",
    "TIME": "DATE",
    "DOB": "DATE_OF_BIRTH",
    "BIRTHDAY": "DATE_OF_BIRTH",
    "QUANTITY": "AMOUNT",
    "MONEY": "AMOUNT",
    "PERCENT": "AMOUNT",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "FAX": "PHONE_NUMBER",
    "FAX_NUMBER": "PHONE_NUMBER",
    "DOMAIN_NAME": "URL",
    "IP": "IP_ADDRESS",
    "IBAN": "IBAN_CODE",
    "SSN": "US_SSN",
    "MRN": "MEDICAL_RECORD_NUMBER",
    "MEDICALRECORD": "MEDICAL_RECORD_NUMBER",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
    "UK_DRIVING_LICENCE": "DRIVER_LICENSE",
    "PASSPORT": "PASSPORT_NUMBER",
    "US_PASSPORT": "PASSPORT_NUMBER",
    "UK_PASSPORT": "PASSPORT_NUMBER",
    "ACCOUNT": "ACCOUNT_NUMBER",
    "US_BANK_NUMBER": "ACCOUNT_NUMBER",
    "LICENSE_PLATE": "VEHICLE_PLATE",
    "NHS_NUMBER": "UK_NHS",
    "NPI": "US_NPI",
    "DEVICE": "DEVICE_SERIAL",
    "ID": "CODE",
    "IDNUM": "CODE",
}

# Which family a kind belongs to. A kind that is not here is a family of its own.
FAMILY: dict[str, str] = {
    "PUBLIC_BODY": "ORGANIZATION",
    "LOCATION": "PLACE",
    "STREET_ADDRESS": "PLACE",
    "POSTAL_CODE": "PLACE",
    "DATE": "TIME",
    "DATE_OF_BIRTH": "TIME",
    "ADMISSION_DATE": "TIME",
    "DISCHARGE_DATE": "TIME",
    "DEATH_DATE": "TIME",
    "AGE": "TIME",
    "AGE_OVER_89": "TIME",
    "DURATION": "TIME",
}

# What says something of a person only together with more: everything else identifies directly.
# Used where labels do not say it themselves; a kind that nobody listed counts as direct.
INDIRECT_KINDS: frozenset[str] = frozenset(
    {
        "PERSON_TITLE",
        "ORGANIZATION",
        "PUBLIC_BODY",
        "LOCATION",
        "POSTAL_CODE",
        "DEMOGRAPHIC",
        "DATE",
        "DATE_OF_BIRTH",
        "ADMISSION_DATE",
        "DISCHARGE_DATE",
        "DEATH_DATE",
        "AGE",
        "AGE_OVER_89",
        "DURATION",
        "AMOUNT",
        "MISC",
    }
)

# Labels wider than any kind of ours: CODE is any number or code, MISC is anything.
CODE, MISC = "CODE", "MISC"
_NO_CODES = frozenset(
    {"PERSON", "PERSON_TITLE", "ORGANIZATION", "PLACE", "DEMOGRAPHIC", "TIME", "AMOUNT"}
)

# Words before a name that tell nobody apart: they need not be covered.
_TITLES = """
mr mrs ms miss mx messrs mister madam mme mlle dr doctor prof professor sir dame lord lady judge
justice hon honourable rev reverend fr sr herr frau señor señora
"""
TITLES: frozenset[str] = frozenset(_TITLES.split())


def own_kind(label: str) -> str:
    """Return our kind for a label of any project."""
    name = "_".join(label.upper().replace("-", " ").split())
    return FOREIGN.get(name, name)


def family(kind: str) -> str:
    """Return the family by which a kind is compared."""
    return FAMILY.get(kind, kind)


def agree(labelled: str, predicted: str) -> bool:
    """Say whether a redaction of one family is right for a label of another."""
    if labelled in (predicted, MISC):
        return True
    return labelled == CODE and predicted not in _NO_CODES


def is_direct(kind: str) -> bool:
    """Say whether a kind identifies a person by itself."""
    return kind not in INDIRECT_KINDS
