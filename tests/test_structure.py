"""The rules of the house, held by reading the source, the lock file and the environment.

Who may import whom is import-linter's to say (`pyproject.toml`); what is here it cannot say.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rag", "connectors", "pipelines", "eval")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "presidio_analyzer",
    "spacy",
    "unstructured",
    "llama_index",
    "qdrant_client",
    "qdrant_edge",
    "fastapi",
    "uvicorn",
    "pypdfium2",
)
# Adapters that are made of their library and are imported only by who needs them.
ADAPTERS = re.compile(
    r"rag\.api\.\w+"
    r"|rag\.integrations\.\w+"
    r"|rag\.redact\.(context|nlp|patterns)"
    r"|rag\.redact\.recognizers\.\w+"
    r"|rag\.redact\.tagger\.network"
    r"|pipelines\.tagger\.(candidates|encoding|fit)|pipelines\.(compare|train)_names"
    r"|pipelines\.reader\.(batches|export|fit|greedy|growth|guides|muon|network|settle)"
)

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60

REFUSED_LICENCES = re.compile(r"\b(A|L)?GPL|GNU |Affero|SSPL|Server Side Public|Business Source")
# Every distribution states a licence; one that is silent fails until it is looked up and named.
KNOWN_LICENCES = re.compile(
    r"\b(MIT|BSD|Apache|MPL|Mozilla|PSF|PSFL|Python Software Foundation|ISC|0BSD|Zlib)"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def found(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind in our packages, with its file."""
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, kind):
                yield name_of(path), node


# Importing


def loaded_by(modules: list[str], watched: tuple[str, ...]) -> str:
    """Import modules in turn in a new process; say which first loads what is watched."""
    program = (
        "import importlib, sys\n"
        "modules, watched = sys.argv[1].split(), sys.argv[2].split()\n"
        "for module in modules:\n"
        "    importlib.import_module(module)\n"
        "    loaded = [name for name in watched if name in sys.modules]\n"
        "    if loaded: sys.exit(f'{module} loads {loaded}')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, " ".join(modules), " ".join(watched)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return run.stderr.strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_nothing_heavy(package):
    assert loaded_by([package], (*HEAVY, "sqlalchemy", "numpy", "pydantic", "rich")) == ""


def test_importing_any_module_but_an_adapter_loads_nothing_heavy():
    light = [module_of(path) for path in SOURCES if not ADAPTERS.fullmatch(module_of(path))]
    assert {"rag.records", "rag.ports", "rag.settings", "pipelines.cli", "pipelines.build"} <= {
        *light
    }
    assert loaded_by(light, HEAVY) == ""


def test_the_command_line_loads_no_database_and_no_numbers():
    assert loaded_by(["pipelines.cli"], (*HEAVY, "sqlalchemy", "numpy", "pydantic")) == ""


# What only one place may do


def test_redacted_text_is_made_in_one_place():
    """Neither called nor handed to something that could call it."""
    makers = set()
    for name, call in found(ast.Call):
        target = call.func
        handed = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(target, ast.Name) and target.id in ("isinstance", "issubclass"):
            handed = []
        named = [target, *handed]
        if any(isinstance(n, ast.Name) and n.id == "RedactedText" for n in named) or any(
            isinstance(n, ast.Attribute) and n.attr == "RedactedText" for n in named
        ):
            makers.add(name)
        quoted = [n.value for n in handed if isinstance(n, ast.Constant)]
        if isinstance(target, ast.Name) and target.id == "cast" and "RedactedText" in quoted:
            makers.add(name)
    assert makers == {"rag/redact/mint.py", "rag/records/texts.py"}


def test_only_the_state_and_tests_take_text_as_minted_before():
    callers = {
        name
        for name, node in found(ast.ImportFrom)
        if node.module == "rag.redact.mint" and any(a.name == "stored" for a in node.names)
    }
    strangers = {n for n in callers if not n.startswith(("rag/state/", "rag/testing/"))}
    assert callers
    assert strangers == {"eval/kept.py"}  # runs keep the redacted text that was asked from


def test_only_the_glossaries_bring_words_of_our_own_into_redacted_text():
    callers = {
        name
        for name, node in found(ast.ImportFrom)
        if node.module == "rag.redact.mint" and any(a.name == "ours" for a in node.names)
    }
    assert callers == {"rag/retrieve/rewrite.py"}


def test_the_environment_is_read_in_one_place():
    words = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    readers = {
        name
        for name, node in found(ast.Attribute)
        if node.attr in words and isinstance(node.value, ast.Name) and node.value.id == "os"
    } | {
        name
        for name, node in found(ast.ImportFrom)
        if node.module in ("os", "posix") and words & {alias.name for alias in node.names}
    }
    assert readers == {"rag/settings/loading.py", "rag/offline.py"}


def test_nothing_is_pickled():
    refused = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}
    imports = {(name, alias.name) for name, node in found(ast.Import) for alias in node.names}
    imports |= {(name, node.module or "") for name, node in found(ast.ImportFrom)}
    assert {row for row in imports if row[1].partition(".")[0] in refused} == set()


# Size and shape


def test_no_file_is_too_long():
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_function_is_too_long():
    lines = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for name, node in found(kind)
    }
    assert lines
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION} == {}


def test_every_package_is_typed_and_shipped():
    assert all((ROOT / package / "py.typed").is_file() for package in PACKAGES)
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(wheel["packages"]) == sorted(PACKAGES)
    assert sorted(project()["tool"]["importlinter"]["root_packages"]) == sorted(PACKAGES)


def test_every_folder_of_modules_is_a_package_that_says_what_it_is():
    silent = [
        name_of(folder)
        for folder in {path.parent for path in SOURCES}
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
    ]
    assert silent == []


def test_no_folder_of_tests_is_a_package():
    assert [name_of(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


# Dependencies


@cache
def project() -> dict[str, dict]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def plain(name: str) -> str:
    """A distribution's name as names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def locked() -> dict[str, tuple[str, int]]:
    """The version and the number of hashes of every locked distribution."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins: dict[str, tuple[str, int]] = {}
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ")):
        requirement = entry.splitlines()[0] if entry and not entry.startswith("#") else ""
        if requirement:
            pin, *hashes = requirement.split("--hash=sha256:")
            name, _, number = pin.strip().partition("==")
            assert re.fullmatch(r"[A-Za-z0-9._-]+", name), requirement[:80]
            assert all(re.fullmatch(r"[0-9a-f]{64}", value.strip()) for value in hashes), name
            pins[plain(name)] = (number, len(hashes))
    return pins


def test_every_locked_distribution_is_pinned_with_its_hashes():
    assert len(locked()) > 50
    loose = {name for name, (number, hashes) in locked().items() if not number or hashes == 0}
    assert loose == set()


def test_everything_the_project_asks_for_is_locked():
    facts = project()["project"]
    extras = facts["optional-dependencies"]
    asked = [*facts["dependencies"], *extras["dev"], *extras["runtime"]]
    names = {plain(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in asked}
    assert names - locked().keys() == set()


def test_torch_is_locked_to_the_build_for_processors():
    assert locked()["torch"][0] == "2.13.0+cpu"
    assert [name for name in locked() if name.startswith(("nvidia-", "triton"))] == []


def installed() -> list[Distribution]:
    return [d for d in distributions() if d.metadata and d.metadata["Name"]]


def test_torch_is_installed_for_processors_and_nothing_for_cards():
    assert version("torch").endswith("+cpu")
    names = [plain(d.metadata["Name"]) for d in installed()]
    assert [name for name in names if name.startswith(("nvidia-", "triton"))] == []


def test_what_is_installed_is_what_is_locked():
    present = {plain(d.metadata["Name"]): d.version for d in installed()}
    wanted = {name: number for name, (number, _) in locked().items()}
    assert {name: present.get(name) for name in wanted} == wanted


def licence(distribution: Distribution) -> str:
    """What a distribution says of its licence: an expression, classifiers, else a first line."""
    facts = distribution.metadata
    classifiers = [c for c in facts.get_all("Classifier") or [] if c.startswith("License ::")]
    stated = " ".join([facts.get("License-Expression") or "", *classifiers]).strip()
    return stated or (facts.get("License") or "").strip().partition("\n")[0]


def short_licence(distribution: Distribution) -> str:
    """The old field, where it holds a name rather than a whole text."""
    text = (distribution.metadata.get("License") or "").strip()
    return "" if "\n" in text else text


def test_no_installed_licence_asks_for_the_source_of_what_is_around_it():
    stated = {d.metadata["Name"]: f"{licence(d)} {short_licence(d)}" for d in installed()}
    assert {name: text for name, text in stated.items() if REFUSED_LICENCES.search(text)} == {}


def test_every_installed_licence_is_stated_and_known():
    unknown = {
        d.metadata["Name"]: licence(d) for d in installed() if not KNOWN_LICENCES.search(licence(d))
    }
    assert unknown == {}


@pytest.mark.parametrize(
    ("stated", "refused"),
    [
        ("AGPL-3.0-only", True),
        ("GPL-2.0-or-later", True),
        ("LGPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("MIT AND GPL-3.0-only WITH GCC-exception-3.1", True),
        ("MIT", False),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", False),
    ],
)
def test_licences_are_told_apart(stated, refused):
    assert bool(REFUSED_LICENCES.search(stated)) is refused
