"""The README says what is: its examples run, its table is generated, its words exist."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from pipelines.build import (
    Installation,
    build_answering,
    build_connector,
    build_ingest,
    open_installation,
)
from pipelines.home import create_home
from pipelines.prose import README, with_settings
from rag.errors import ConfigurationError
from rag.ports import Connector
from rag.records import Principal, Verdict
from rag.settings import SETTINGS_FILE, GenerateSettings, SourceSettings
from rag.testing.connector_contract import ConnectorContract
from rag.testing.generator_contract import GeneratorContract

TEXT = README.read_text(encoding="utf-8")
ROOT = README.parent


def source_of(name: str) -> str:
    """Return the code block that begins with `# example: <name>`."""
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    return next(block for block in blocks if block.startswith(f"# example: {name}\n"))


def example(name: str) -> dict[str, object]:
    """Execute an example and return its names."""
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(source_of(name), f"README.md: {name}", "exec"), names)  # noqa: S102  our own README
    return names


class Archive:
    """A zip archive that things are put into."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: dict[str, bytes] = {}
        self._save()

    def write(self, name: str, data: bytes) -> None:
        self._held[name] = data
        self._save()

    def remove(self, name: str) -> None:
        del self._held[name]
        self._save()

    def connect(self) -> Connector:
        return example("a connector")["Notices"](self._path, SourceSettings())

    def _save(self) -> None:
        with ZipFile(self._path, "w") as archive:
            for name, data in self._held.items():
                archive.writestr(name, data)


class TestTheConnectorExample(ConnectorContract):
    @pytest.fixture
    def source(self, tmp_path):
        return Archive(tmp_path / "notices.zip")


class TestTheRuntimeExample(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return example("a runtime")["FirstSentence"](GenerateSettings(), None)


@pytest.fixture
def our_package(tmp_path, monkeypatch):
    """The distribution that the README describes, installed: its modules and entry points."""
    site = tmp_path / "site"
    (site / "our_package").mkdir(parents=True)
    points = []
    for group, name, target in re.findall(
        r'```toml\n\[project\.entry-points\."([\w.]+)"\]\n([\w-]+) = "(.+)"\n', TEXT
    ):
        points.append(f"[{group}]\n{name} = {target}\n")
        module = target.partition(":")[0].rpartition(".")[2]
        kind = {"connectors": "connector", "recognizers": "recognizer", "generators": "runtime"}
        source = source_of(f"a {kind[group.rpartition('.')[2]]}")
        (site / "our_package" / f"{module}.py").write_text(source, encoding="utf-8")
    facts = site / "our_package-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: our-package\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("\n".join(points), encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    yield
    for module in [module for module in sys.modules if module.partition(".")[0] == "our_package"]:
        del sys.modules[module]


def installation(home: Path, settings: str) -> Installation:
    """Make and open an installation with some settings."""
    create_home(home)
    (home / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    return open_installation(home)


@pytest.mark.slow
@pytest.mark.usefixtures("our_package")
def test_the_examples_are_used_when_settings_name_them(tmp_path):
    archive = Archive(tmp_path / "notices.zip")
    archive.write("lift.txt", b"The lift is out of order. Keys are in locker LK-4711.")
    inst = installation(
        tmp_path / "home",
        'plugins = ["notices", "locker", "first-sentence"]\n'
        '[sources]\nkind = "notices"\n[generate]\nkind = "first-sentence"\n',
    )
    ingest = build_ingest(inst)
    try:
        report = ingest.run(build_connector(inst, tmp_path / "notices.zip"))
    finally:
        ingest.close()
    assert (report.indexed, report.failed) == (1, 0)
    answering = build_answering(inst)
    try:
        asker = Principal(tenant="main", id="a", groups=frozenset())
        answer = answering.ask("Does the lift work?", asker)
    finally:
        answering.close()
    assert answer.verdict is Verdict.GROUNDED
    assert [citation.quote for citation in answer.citations] == ["The lift is out of order."]
    assert report.redactions == {"LOCKER": 1}


@pytest.mark.usefixtures("our_package")
def test_an_installed_connector_that_no_setting_allows_is_refused(tmp_path):
    inst = installation(tmp_path / "home", '[sources]\nkind = "notices"\n')
    with pytest.raises(ConfigurationError, match="no `notices` in ringfence.connectors"):
        build_connector(inst, tmp_path)


def test_the_recognizer_example_finds_its_entity():
    [recognizer] = example("a recognizer")["recognizers"]()
    found = recognizer.analyze("Keys of locker LK-4711.", ["LOCKER"], None)
    assert [(result.start, result.end) for result in found] == [(15, 22)]


def test_the_table_of_settings_is_up_to_date():
    assert with_settings(TEXT) == TEXT, "run `python -m pipelines.prose`"


def _commands() -> set[str]:
    return set(re.findall(r"(?:`|bin/)ringfence (eval [a-z]+|[a-z]+)", TEXT))


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


def test_the_llama_index_example_makes_a_retriever(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    create_home(tmp_path / ".ringfence")
    retriever = example("a LlamaIndex retriever")["retriever"]
    assert type(retriever).__name__ == "RingfenceRetriever"
