"""Commands on the models that may be run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli_parts import installation, print_json
from pipelines.workroom import workroom

models = typer.Typer(
    help="Look after the models that may be run: register, verify, measure before buying."
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON to stdout.")]
NOT_AS_REGISTERED = 2


class Size(StrEnum):
    """Models that can be simulated, by their number of parameters."""

    B1 = "1b"
    B3 = "3b"
    B8 = "8b"
    B13 = "13b"
    B70 = "70b"


class Quantisation(StrEnum):
    """How weights are made small: the larger the number, the larger and the better."""

    Q4_0 = "Q4_0"
    Q4_K_M = "Q4_K_M"
    Q5_K_M = "Q5_K_M"
    Q6_K = "Q6_K"
    Q8_0 = "Q8_0"
    F16 = "F16"


@models.command("list")
def list_models(as_json: Json = False) -> None:
    """List the registered models with their terms. Their files are not looked at."""
    from pipelines.models import build_models, entry_body
    from pipelines.show_models import show_models

    entries = build_models(installation()).entries()
    if as_json:
        print_json({"models": [entry_body(entry) for entry in entries]})
    else:
        show_models(entries)


@models.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What settings will call it: a-z, 0-9, . _ -")],
    path: Annotated[
        Path, typer.Argument(help="A GGUF file, or the folder of a model with safetensors.")
    ],
    source: Annotated[
        str, typer.Option(help="Where it came from, for who asks later: an address, a delivery.")
    ] = "",
    sha256: Annotated[
        str, typer.Option(help="The hash its publisher states; another file is refused.")
    ] = "",
    exception: Annotated[
        str,
        typer.Option(
            "--exception",
            metavar="REASON",
            help="Use it although `models.allowed_licences` does not allow its terms, and why.",
        ),
    ] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who decided on the exception.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the model that has this name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Register a model: check its file and its terms, and pin its hash.

    The file stays where it is. Only GGUF and safetensors are taken; pickled weights (.bin, .pt)
    and models that bring code of their own are refused.
    """
    from datetime import UTC, datetime

    from pipelines.models import admitted_body, build_gate, build_models
    from pipelines.show_models import BytesBar, show_model
    from rag.models.register import licence_exception

    inst = installation()
    decided = None
    if exception or by:
        decided = licence_exception(by, exception, datetime.now(UTC).date().isoformat())
    size = path.stat().st_size if path.is_file() else 0
    with BytesBar("Hashing", size) as bar:
        model = build_gate(inst).add(
            name,
            path,
            source=source,
            sha256=sha256,
            exception=decided,
            replace=replace,
            advance=bar.advance,
        )
    if as_json:
        print_json(admitted_body(model))
    else:
        show_model(build_models(inst).entry(name))


@models.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A registered model: see `ringfence models list`.")],
    as_json: Json = False,
) -> None:
    """Print all that is registered of a model, with the line for who answers for its terms."""
    from pipelines.models import build_models, entry_body
    from pipelines.show_models import show_model

    entry = build_models(installation()).entry(name)
    if as_json:
        print_json(entry_body(entry))
    else:
        show_model(entry)


@models.command("verify")
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Registered models; all if none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read models through and compare them with their hashes and with the licence policy.

    Start-up hashes a file again only when its size, times or place have changed; this always
    does. The exit code is 2 if a model is not as it was registered.
    """
    from dataclasses import asdict

    from pipelines.models import bytes_of, verify_all
    from pipelines.show_models import BytesBar, show_verified

    inst = installation()
    with BytesBar("Verifying", bytes_of(inst, names or [])) as bar:
        found = verify_all(inst, names or [], bar.advance)
    if as_json:
        print_json({"models": [{**asdict(one), "sound": not one.finding} for one in found]})
    else:
        show_verified(found)
    if any(one.finding for one in found):
        raise typer.Exit(NOT_AS_REGISTERED)


@models.command("simulate")
def simulate(
    size: Annotated[Size, typer.Argument(help="The number of parameters.")],
    quantisation: Annotated[
        Quantisation, typer.Option(help="How the weights are made small.")
    ] = Quantisation.Q4_K_M,
    folder: Annotated[
        Path | None,
        typer.Option(help="Where the file is written: 0.8 GB for 1b, 4.9 for 8b, 42 for 70b."),
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0: as many as cores.")] = 0,
    seconds: Annotated[
        float, typer.Option(min=1, help="What would take longer in all is estimated.")
    ] = 600,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the file there.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where memory does not suffice.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure what a model of a size would cost on this machine, before one is fetched.

    Writes a model of the real shape with random weights, runs it, and takes it away again. Says
    how long loading takes, how much memory, and how long an answer from 200, 400, 800 and 1,600
    tokens of evidence.
    """
    from dataclasses import asdict

    from pipelines.home import Home
    from pipelines.show_models import BytesBar, show_measured
    from pipelines.simulate import check_memory, forget_pages, measure, write_model
    from rag.models.native import choose
    from rag.models.simulated import RECIPES, SHAPES, file_size
    from rag.settings import home_folder

    shape, recipe = SHAPES[size.value], RECIPES[quantisation.value]
    needed = file_size(shape, recipe)
    if not anyway:
        check_memory(needed)
    home = home_folder()
    place = _place(folder, home)
    native = choose(Home(home).native)
    with workroom(place, "simulated") as room:
        path = (place if keep else room) / f"simulated-{size}-{quantisation}.gguf"
        _say(f"Writing {needed / 1e9:.1f} GB of random weights to {path}")
        with BytesBar("Writing", needed) as bar:
            write_model(path, shape, recipe, bar.advance)
        forget_pages(path)
        measured = measure(
            path,
            shape,
            quantisation.value,
            threads=threads,
            program=native.program,
            seconds=seconds,
            say=lambda what: _say(f"{what[:1].upper()}{what[1:]}"),
        )
    if as_json:
        print_json(asdict(measured))
    else:
        show_measured(measured)


@models.command("build-native")
def build_native(
    sdist: Annotated[
        Path | None,
        typer.Option(
            help="The source distribution of xllamacpp or llama-cpp-python (.tar.gz), or a folder "
            "that holds it. Nothing is fetched then."
        ),
    ] = None,
    from_index: Annotated[
        bool,
        typer.Option("--from-index", help="Fetch it with pip, from the index pip is set up for."),
    ] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Files compiled at a time; 0: cores.")] = 0,
    as_json: Json = False,
) -> None:
    """Compile llama.cpp's server for this machine's processor: it reads prompts faster.

    Needs cmake, ninja or make, and a C++ compiler; takes about ten minutes on two cores. What
    is built lies in the installation's folder and is used where it fits the processor.
    """
    from dataclasses import asdict

    from pipelines.native import build_native as build
    from pipelines.native import check_tools, fetch_sdist, find_sdist
    from pipelines.show_models import StepsBar
    from rag.errors import ConfigurationError
    from rag.generate.servers.launch import usable_cores

    home = installation().home
    check_tools()
    if (sdist is None) is not from_index:
        raise ConfigurationError("say where the source is: --sdist PATH, or --from-index")
    with workroom(home.path, "source") as room:
        if sdist is None:
            _say("Fetching the source with pip")
            source = fetch_sdist(room)
        else:
            source = find_sdist(sdist)
        _say(f"Compiling llama.cpp from {source.name}; stopping loses nothing but time")
        with StepsBar("Compiling") as bar:
            built = build(home.native, source, jobs=jobs or usable_cores(), say=bar.say)
    if as_json:
        print_json(asdict(built))
    else:
        typer.echo(f"{home.native / built.program}: {built.version}")
        typer.echo(f"sha256 {built.sha256}")


def _place(folder: Path | None, home: Path) -> Path:
    """Return where a large file may be written: never where temporary files are kept in memory."""
    from rag.errors import ConfigurationError

    place = folder or (home if home.is_dir() else Path.cwd())
    if not place.is_dir():
        raise ConfigurationError(f"--folder names {place}, which is no folder")
    return place


def _say(message: str) -> None:
    typer.echo(message, err=True)
