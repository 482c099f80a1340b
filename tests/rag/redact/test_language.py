"""A text that is plainly not English is said to be so, and nothing else is."""

from __future__ import annotations

from importlib.resources import files

import pytest

from rag.redact.language import other_language

_TEXTS = {
    "German": "Der Patient wurde am Montag mit Schmerzen in der Brust in die Klinik gebracht und "
    "ist nach drei Tagen wieder nach Hause entlassen worden, weil es ihm besser ging.",
    "French": "Le patient a été admis dans le service avec des douleurs et il est sorti de la "
    "clinique après trois jours, car son état était meilleur que les jours précédents.",
    "Spanish": "El paciente fue ingresado en la clínica con dolores en el pecho y salió de alta "
    "a los tres días porque su estado era mejor que el de los días anteriores.",
    "Italian": "Il paziente è stato ricoverato nella clinica con dolori al petto e dopo tre giorni "
    "è stato dimesso perché il suo stato era migliore di quello dei giorni precedenti.",
    "Polish": "Pacjent został przyjęty do kliniki z bólem w klatce i po trzech dniach został "
    "wypisany do domu, bo jego stan był lepszy niż w dniach, które były przed tym.",
    "Portuguese": "O paciente foi internado na clínica com dores no peito e teve alta ao fim de "
    "três dias, uma vez que o seu estado não era mais grave, como foi dito pelo médico.",
    "Dutch": "De patiënt is met pijn op de borst naar het ziekenhuis gebracht en werd na drie "
    "dagen weer naar huis gestuurd, omdat het beter met hem ging en er geen gevaar was.",
    "Turkish": "Hasta göğüs ağrısı ile hastaneye yatırıldı ve üç gün sonra taburcu edildi, "
    "ancak durumu için bir hafta daha evde kalması ve bu ilaçları da alması gerekiyor.",
    "Russian": "Пациент был доставлен в клинику с болью в груди и через три дня выписан домой.",
    "Greek": "Ο ασθενής εισήχθη στην κλινική με πόνο στο στήθος και πήρε εξιτήριο σε τρεις ημέρες.",
    "Arabic": "نقل المريض إلى المستشفى بسبب ألم في الصدر وخرج بعد ثلاثة أيام إلى بيته.",
    "Hebrew": "החולה הובא לבית החולים עם כאבים בחזה ושוחרר אחרי שלושה ימים לביתו.",
    "Chinese": "病人因胸痛被送往医院，三天后情况好转出院。",
    "Japanese": "患者は胸の痛みのために病院に運ばれ、三日後に退院しました。",
    "Korean": "환자는 가슴 통증으로 병원에 이송되어 사흘 뒤에 퇴원했습니다.",
}


@pytest.mark.parametrize("language", _TEXTS)
def test_says_the_language(language):
    assert other_language(_TEXTS[language]) == language
    assert other_language(_TEXTS[language] * 30) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111 1111 1111 1111",
        "MRN 00482913",
        "Jane Doe, Hauptstraße 12, Köln",
        "The applicant, Mr Sławomir Małasiewicz, lives in Łódź and was born in 1956 in Poznań; he "
        "complained of the length of the proceedings before the Sąd Rejonowy.",
        "Der Patient",
        "Die MRI of die cast parts was in order.",
        "BP 120/80 HR 72 RR 16 T 36.8 SpO2 98 % RA, A&O x3, NAD, PERRLA, CTAB, RRR, no m/r/g",
        "Account | Balance | Date\nA | 1.00 | x\n" * 40,
        "The court (der Bundesgerichtshof) held that the appeal was to be dismissed with costs, "
        "as it had not been filed in time by the party that was bound by the order.",
    ],
)
def test_leaves_alone_what_is_not_clear(text):
    assert other_language(text) is None


def test_a_quotation_does_not_make_a_text_foreign():
    english = "The court held that the claim was not admissible, as it had been filed too late. "
    assert other_language(english * 3 + _TEXTS["German"]) is None


def test_the_corpora_are_english():
    corpora = files("eval.corpora")
    for folder in ("bank", "clinic", "lawfirm"):
        for entry in (corpora / folder).iterdir():
            if entry.name.endswith((".txt", ".md")):
                assert other_language(entry.read_text(encoding="utf-8")) is None, entry.name


def test_a_long_text_is_looked_at_from_its_beginning_to_its_end():
    english = "The patient was seen by the doctor and was told to come back in a week. " * 400
    german = "Der Patient wurde von der Ärztin untersucht und soll in einer Woche kommen. " * 4_000
    assert other_language(english) is None
    assert other_language(english[:20_000] + german) == "German"
