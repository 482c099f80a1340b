"""The README says what is: its examples run, its table is generated, its words exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.prose import README, with_settings

TEXT = README.read_text(encoding="utf-8")
ROOT = README.parent


def example(name: str) -> dict[str, object]:
    """Execute the code block that begins with `# example: <name>` and return its names."""
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    source = next(block for block in blocks if block.startswith(f"# example: {name}\n"))
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(source, f"README.md: {name}", "exec"), names)  # noqa: S102  our own README
    return names


def test_the_connector_example_passes_the_connector_contract(tmp_path):
    from rag.records import SourceItem

    connector = example("a connector")["Notices"]({"lift": "The lift is out of order."})
    items = [item for item in connector.items() if isinstance(item, SourceItem)]
    assert [item.name for item in items] == ["lift"]
    assert all(item.place[: len(connector.root)] == connector.root for item in items)
    assert connector.fetch(items[0]) == b"The lift is out of order."


def test_the_recognizer_example_finds_its_entity():
    [recognizer] = example("a recognizer")["recognizers"]()
    found = recognizer.analyze("Keys of locker LK-4711.", ["LOCKER"], None)
    assert [(result.start, result.end) for result in found] == [(15, 22)]


def test_the_runtime_example_answers_with_a_citation(tmp_path):
    from rag.ground.support import SupportGrounder
    from rag.records import Evidence, Principal, Question, Verdict
    from rag.redact.mint import stored

    generator = example("a runtime")["FirstSentence"](None, None)
    asker = Principal(tenant="main", id="a", groups=frozenset())
    evidence = [
        Evidence(
            n=1,
            document_id="doc_1",
            document_version="1",
            title=stored("Lift"),
            text=stored("The lift is out of order. Take the stairs."),
            context=stored("Lift"),
            start=10,
            end=52,
            page=None,
            score=1.0,
        )
    ]
    draft = generator.generate(
        Question(text=stored("Does the lift work?"), principal=asker), evidence
    )
    checked = SupportGrounder().check(draft, evidence)
    assert checked.verdict is Verdict.GROUNDED
    assert checked.citations[0].quote == "The lift is out of order."


def test_the_table_of_settings_is_up_to_date():
    assert with_settings(TEXT) == TEXT, "run `python -m pipelines.prose`"


def _commands() -> set[str]:
    return set(re.findall(r"(?:`|bin/)ringfence ([a-z]+(?: (?:run|compare))?)", TEXT))


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_it_names_exists(command):
    import typer

    from pipelines.cli import app

    node = typer.main.get_command(app)
    for word in command.split():
        node = node.commands[word]


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"make ([a-z]+)\b(?!\.)", TEXT)) - {"and"})
)
def test_every_make_target_it_names_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def _paths() -> set[str]:
    return {
        path
        for path in re.findall(r"`([\w./-]+)`", TEXT)
        if "/" in path and not path.startswith(("/", "."))
    }


@pytest.mark.parametrize("path", sorted(_paths()))
def test_every_path_it_names_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", TEXT))))
def test_every_class_it_names_exists(name):
    packages = [ROOT / package for package in ("rag", "connectors", "pipelines", "eval")]
    sources = [path for package in packages for path in package.rglob("*.py")]
    assert any(f"class {name}" in path.read_text(encoding="utf-8") for path in sources)


def test_it_names_every_exit_code():
    from rag.errors import REMEDIES

    codes = {str(remedy.exit_code) for remedy in REMEDIES.values()} - {"1"}
    said = TEXT.partition("Exit codes say what to do:")[2].partition("\n\n")[0]
    assert codes <= set(re.findall(r"\d", said))
    assert Path(README).name == "README.md"
