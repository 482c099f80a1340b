"""Kinds in groups that a page gives one colour each: sixty colours would tell nobody anything."""

from __future__ import annotations

OTHER = "other"

# A group's words on the page, and its kinds. What is in none, such as a plugin's kind, is `other`.
GROUPS: dict[str, str] = {
    "names": "persons and organisations",
    "places": "places and addresses",
    "time": "dates and ages",
    "contact": "telephone, mail, network",
    "identity": "numbers of a person",
    "health": "health care",
    "money": "money and accounts",
    "law": "courts and public bodies",
    OTHER: "everything else",
}
_KINDS = {
    "names": "PERSON PERSON_TITLE ORGANIZATION",
    "places": "LOCATION STREET_ADDRESS POSTAL_CODE PROPERTY_NUMBER",
    "time": "DATE DATE_OF_BIRTH ADMISSION_DATE DISCHARGE_DATE DEATH_DATE DURATION AGE AGE_OVER_89",
    "contact": "PHONE_NUMBER EMAIL_ADDRESS URL IP_ADDRESS MAC_ADDRESS",
    "identity": "US_SSN US_ITIN UK_NHS UK_NINO DE_TAX_ID DE_SOCIAL_SECURITY DE_HEALTH_INSURANCE"
    " DE_ID_CARD ES_NIE ES_NIF FR_NIR IT_FISCAL_CODE PASSPORT_NUMBER DRIVER_LICENSE PERSONAL_ID"
    " VIN VEHICLE_PLATE",
    "health": "MEDICAL_RECORD_NUMBER HEALTH_PLAN_MEMBER_ID US_MBI CLAIM_NUMBER"
    " AUTHORIZATION_NUMBER PRESCRIPTION_NUMBER POLICY_NUMBER US_NPI US_DEA_NUMBER"
    " MEDICAL_LICENSE DEVICE_SERIAL",
    "money": "AMOUNT ACCOUNT_NUMBER IBAN_CODE BIC ABA_ROUTING_NUMBER SORT_CODE CREDIT_CARD"
    " TAX_NUMBER VAT_NUMBER LEI",
    "law": "PUBLIC_BODY BAR_NUMBER DOCKET_NUMBER",
    OTHER: "DEMOGRAPHIC FORGED_PSEUDONYM",
}
_GROUP = {kind: group for group, kinds in _KINDS.items() for kind in kinds.split()}


def group_of(kind: str) -> str:
    """Return the group of a kind."""
    return _GROUP.get(kind, OTHER)


def grouped_kinds() -> frozenset[str]:
    """Return the kinds that were put into a group on purpose."""
    return frozenset(_GROUP)
