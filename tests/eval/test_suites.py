import json

import pytest

from eval.cases import Expect
from eval.suites import is_suite, load_suite, suite_hash
from pipelines.corpora import NAMES, corpora_folder
from rag.errors import ConfigurationError

DOSE = "Ms Ama Boateng gets 25 mg daily. Never more than\n50 mg."
QUOTED = {
    "id": "w-1",
    "question": "What is the most?",
    "as": "nurse",
    "expect": "answer",
    "answer": "50 mg",
    "document": "dose.txt",
    "quote": "Never more than 50 mg.",
}
NONE = {"id": "w-2", "question": "Who pays?", "as": "nurse", "expect": "none"}
HEAD = 'format: 1\nsuite: wards\nversion: "3"\ndocuments: papers\n'


def texts_of(folder):
    def text(name):
        return (folder / name).read_text()

    return text


@pytest.fixture
def place(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "dose.txt").write_text(DOSE)
    return tmp_path


def write(place, cases, head=HEAD):
    path = place / "suite.yaml"
    path.write_text(f"{head}cases: {json.dumps(cases)}\n")
    return path


def test_a_suite_has_a_version_documents_and_cases_whose_quotes_are_looked_up(place):
    suite = load_suite(write(place, [QUOTED, NONE]), texts_of)
    assert (suite.name, suite.version) == ("wards", "3")
    assert suite.documents == place / "papers"
    answered, unanswerable = suite.cases
    [gold] = answered.gold
    assert DOSE[gold.start : gold.end] == "Never more than\n50 mg."
    assert answered.corpus == "wards"
    assert unanswerable.expect is Expect.NONE


def test_cases_may_lie_beside_it_and_further_passages_are_looked_up_too(place):
    row = {**QUOTED, "also": [{"document": "dose.txt", "quote": "25 mg daily."}]}
    (place / "cases.jsonl").write_text(f"{json.dumps(row)}\n\n{json.dumps(NONE)}\n")
    (place / "suite.yaml").write_text(f"{HEAD}cases: cases.jsonl\n")
    assert is_suite(place)
    first = load_suite(place, texts_of).cases[0]
    assert [DOSE[g.start : g.end] for g in first.gold] == [
        "Never more than\n50 mg.",
        "25 mg daily.",
    ]


def test_passages_that_are_not_in_the_documents_are_listed(place):
    rows = [
        QUOTED,
        {**QUOTED, "id": "w-3", "quote": "Never more than 60 mg."},
        {**QUOTED, "id": "w-4", "document": "absent.txt"},
        {**QUOTED, "id": "w-5", "quote": "mg"},
    ]
    with pytest.raises(ConfigurationError) as caught:
        load_suite(write(place, rows), texts_of)
    said = str(caught.value)
    assert "3 passages do not stand in the documents" in said
    assert "w-3: the quote stands 0 times" in said
    assert "w-4: its document cannot be read" in said
    assert "w-5: the quote stands 2 times" in said
    assert "60 mg" not in said


def test_a_long_list_is_cut(place):
    rows = [{**QUOTED, "id": f"w-{n}", "document": "absent.txt"} for n in range(25)]
    with pytest.raises(ConfigurationError, match=r"25 passages .*; and 5 more$"):
        load_suite(write(place, rows), texts_of)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("format: 1", "format: 2"), "`format`: 1 is the one"),
        (HEAD.replace("suite: wards\n", ""), "`suite`: missing"),
        (HEAD.replace('version: "3"\n', ""), "`version`: missing"),
        (HEAD.replace("papers", "absent"), "`documents`: .* is no folder"),
        (HEAD + "principals: absent.toml\n", "`principals`: .* is no file"),
        (HEAD + "colour: blue\n", "`colour`: not a field of a suite"),
        ("a: [1\n", "line .: not valid YAML"),
    ],
)
def test_a_suite_that_is_wrong_is_refused(place, head, said):
    with pytest.raises(ConfigurationError, match=said):
        load_suite(write(place, [QUOTED], head), texts_of)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([], "`cases`: missing"),
        ([QUOTED, {**NONE, "as": 3}], "case 2: `as`"),
        ([NONE, NONE], "case 2: id `w-2` stands on case 1 already"),
        (["text"], "case 1: not a JSON object"),
        ([{**QUOTED, "quote": 3}], "case 1: `quote`"),
    ],
)
def test_a_case_that_is_wrong_is_named(place, cases, said):
    with pytest.raises(ConfigurationError, match=said):
        load_suite(write(place, cases), texts_of)


def test_a_tag_that_makes_python_objects_is_refused(place):
    path = write(place, [NONE], HEAD + "about: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(ConfigurationError, match="not valid YAML"):
        load_suite(path, texts_of)


def test_the_sample_corpora_are_suites():
    for name in NAMES:
        suite = load_suite(corpora_folder() / name, texts_of)
        assert suite.name == name
        assert len(suite.cases) > 50
        assert suite.identifiers is not None
        assert suite_hash(suite) == suite_hash(suite)
