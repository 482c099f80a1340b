"""Builds llama.cpp's server for this machine's processor, from the source in a Python package.

The source distributions of xllamacpp and llama-cpp-python hold all of llama.cpp, so an operator
carries one file through the gate. Only its server is compiled: without HTTPS, web pages, or the
means to start other programs, which also means that the build fetches nothing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.workroom import workroom
from rag.errors import ConfigurationError
from rag.models.hashes import sha256_of
from rag.models.native import NativeBuild, processor_flags, record
from rag.settings import environment

PROGRAM = "llama-server"
PACKAGES = ("xllamacpp", "llama-cpp-python")
_SDIST = re.compile(r"(xllamacpp|llama_cpp_python|llama-cpp-python)-(\d[\w.]*)\.tar\.gz")
_SOURCE = re.compile(r"[^/]+/(?:thirdparty|vendor)/llama\.cpp/")
_MOST_BYTES, _MOST_FILES = 2 << 30, 60_000
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "CC", "CXX", "LD_LIBRARY_PATH")
_OF_PIP = ("PIP_", "SSL_CERT", "REQUESTS_CA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_STEP = re.compile(rb"\[\s*(\d+)(?:/(\d+)\]|%\])")
_OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "GGML_NATIVE": "ON",
    "BUILD_SHARED_LIBS": "OFF",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_TOOLS": "ON",
    "LLAMA_BUILD_SERVER": "ON",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_CURL": "OFF",
    "LLAMA_SUBPROCESS": "OFF",
    "FETCHCONTENT_FULLY_DISCONNECTED": "ON",
}

Say = Callable[[int, int], None]


def build_native(
    folder: Path, sdist: Path, *, jobs: int, say: Say, compiler: str = ""
) -> NativeBuild:
    """Build from a source distribution into a folder, and record what was built.

    Args:
        folder: Where the program goes; what is there is replaced when the new one is whole.
        sdist: The source distribution.
        jobs: How many files are compiled at a time.
        say: Told how many steps of how many are done.
        compiler: The C++ compiler, if not the one that is found.
    """
    compiler = check_tools(compiler)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with workroom(folder, "build") as room:
        source = unpack(sdist, room)
        log = folder / "build.log"
        log.unlink(missing_ok=True)
        for command in commands(source, room / "out", jobs=jobs, compiler=compiler):
            _run(command, log, say)
        built = room / "out" / "bin" / PROGRAM
        shown = _try(built)
        digest = sha256_of(built)
        program = folder / f"{PROGRAM}-{digest[:12]}"
        built.chmod(0o700)
        built.replace(program)
    build = NativeBuild(
        program=program.name,
        sha256=digest,
        processor=processor_flags(),
        made_from=sdist.name,
        made_from_sha256=sha256_of(sdist),
        version=shown,
        compiler=_first_line([compiler, "--version"]),
        built=datetime.now(UTC).date().isoformat(),
    )
    record(folder, build)
    for old in folder.glob(f"{PROGRAM}-*"):
        if old != program:
            old.unlink()
    return build


def check_tools(compiler: str = "") -> str:
    """Return the C++ compiler, or say all that is missing at once."""
    candidates = (compiler,) if compiler else ("c++", "g++", "clang++")
    found = next((path for name in candidates if (path := shutil.which(name))), "")
    missing = []
    if not shutil.which("cmake"):
        missing.append("cmake (`pip install cmake`, or the system's package)")
    if not found:
        missing.append("a C++ compiler (g++ or clang++, from the system's packages)")
    if not (shutil.which("ninja") or shutil.which("make")):
        missing.append("ninja or make (`pip install ninja`, or the system's packages)")
    if missing:
        raise ConfigurationError(f"to build llama.cpp there is missing: {'; '.join(missing)}")
    return found


def commands(source: Path, out: Path, *, jobs: int, compiler: str) -> tuple[list[str], ...]:
    """Return the two commands of a build."""
    generator = ["-G", "Ninja"] if shutil.which("ninja") else ["-G", "Unix Makefiles"]
    options = [f"-D{name}={value}" for name, value in _OPTIONS.items()]
    return (
        [
            "cmake",
            "-S",
            str(source),
            "-B",
            str(out),
            *generator,
            f"-DCMAKE_CXX_COMPILER={compiler}",
            *options,
        ],
        ["cmake", "--build", str(out), "--target", PROGRAM, "--parallel", str(jobs)],
    )


def find_sdist(place: Path) -> Path:
    """Return a source distribution: the given file, or the newest in a folder."""
    if place.is_file():
        if not _SDIST.fullmatch(place.name):
            raise ConfigurationError(
                f"{place.name} is not the source distribution of {' or '.join(PACKAGES)}: "
                "such as xllamacpp-2026.10.11549.tar.gz"
            )
        return place
    found = [path for path in place.glob("*.tar.gz") if _SDIST.fullmatch(path.name)]
    if not found:
        raise ConfigurationError(
            f"{place} holds no source distribution of {' or '.join(PACKAGES)}: on a machine with a "
            f"package index, `pip download --no-deps --no-binary :all: {PACKAGES[0]}` fetches one"
        )
    return max(found, key=_age)


def fetch_sdist(folder: Path, *, package: str = PACKAGES[0]) -> Path:
    """Fetch a source distribution with pip, from the index that pip is set up for."""
    if package not in PACKAGES:
        raise ConfigurationError(f"`{package}` holds no llama.cpp: {' or '.join(PACKAGES)} does")
    command = fetch_command(folder, package)
    result = subprocess.run(  # noqa: S603  our own interpreter, a package of our choice
        command, capture_output=True, text=True, env=_environment(_OF_PIP), check=False
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise ConfigurationError(f"pip could not fetch the source of {package}: {last[:300]}")
    return find_sdist(folder)


def fetch_command(folder: Path, package: str) -> list[str]:
    """Return the command that fetches the source of the installed version, else the newest."""
    try:
        wanted = f"{package}=={version(package)}"
    except PackageNotFoundError:
        wanted = package
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
    return [*pip, "--no-deps", "--no-binary", package, "--dest", str(folder), wanted]


def unpack(sdist: Path, into: Path) -> Path:
    """Unpack llama.cpp out of a source distribution, and nothing else; return its folder."""
    wanted: list[tarfile.TarInfo] = []
    size = 0
    try:
        with tarfile.open(sdist, "r:gz") as archive:
            for member in archive:
                if not _SOURCE.match(member.name):
                    continue
                size += member.size
                if size > _MOST_BYTES or len(wanted) > _MOST_FILES:
                    raise ConfigurationError(f"{sdist} holds more than llama.cpp has")
                wanted.append(member)
            archive.extractall(into, members=wanted, filter="data")
    except (tarfile.TarError, EOFError, OSError):
        raise ConfigurationError(f"{sdist} cannot be unpacked: it is not sound") from None
    found = [path.parent for path in into.glob("*/*/llama.cpp/CMakeLists.txt")]
    if len(found) != 1:
        raise ConfigurationError(f"{sdist} does not hold the source of llama.cpp")
    return found[0]


def _run(command: Sequence[str], log: Path, say: Say) -> None:
    """Run a step of the build, its words into a file; on failure say where they are."""
    nice = shutil.which("nice")
    whole = [nice, "-n", "10", *command] if nice else [*command]
    process = subprocess.Popen(  # noqa: S603  the compiler of this machine
        whole, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    with log.open("ab", buffering=0) as words, process:
        try:
            for line in process.stdout or ():
                words.write(line)
                if step := _STEP.match(line):
                    say(int(step[1]), int(step[2] or 100))
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise ConfigurationError(
            f"the build failed at `{' '.join(command[:2])}` (status {process.returncode}): "
            f"{log} holds what the tools said"
        )


def _try(program: Path) -> str:
    """Run what was built once; return the version it states."""
    if not program.is_file():
        raise ConfigurationError("the build ended well, but there is no llama-server")
    shown = _first_line([str(program), "--version"])
    if not shown:
        raise ConfigurationError("what was built does not run on this processor")
    return shown


def _first_line(command: Sequence[str]) -> str:
    """Return the first line that a program says of itself, nothing if it fails."""
    try:
        result = subprocess.run(  # noqa: S603  what was built, or the compiler
            command, capture_output=True, text=True, env=_environment(), timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = (result.stdout + result.stderr).strip().splitlines()
    return said[0][:200] if said and result.returncode == 0 else ""


def _environment(prefixes: tuple[str, ...] = ()) -> Mapping[str, str]:
    """Return what the tools need of the environment, and no keys of the installation."""
    return {
        name: value
        for name, value in environment().items()
        if name in _INHERITED or (prefixes and name.upper().startswith(prefixes))
    }


def _age(path: Path) -> tuple[bool, tuple[int, ...]]:
    """Order source distributions: xllamacpp before the other, then by version."""
    match = _SDIST.fullmatch(path.name)
    numbers = tuple(int(part) for part in re.findall(r"\d+", match[2])) if match else ()
    return bool(match) and path.name.startswith("xllamacpp"), numbers
