"""The image, the gateway and the scripts of a deployment.

There is no container engine in a test run, so what they say is read, and what can be run without
one is run: the commands of deploy/README.md that make secrets, and the start script of Qdrant.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rag.api.border import MAX_BODY_BYTES, OPEN_PATHS

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy/gateway/nginx.conf").read_text(encoding="utf-8")
DEPLOY_README = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
START_QDRANT = ROOT / "deploy/qdrant/start.sh"


def instructions(text):
    """Return the instructions of a Dockerfile, continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [
        tuple(line.split(maxsplit=1)) for line in lines.replace("\\\n", " ").splitlines() if line
    ]


STEPS = instructions(DOCKERFILE)


def steps(keyword):
    return [rest for word, rest in STEPS if word == keyword]


def directives(name):
    """Return the values of every directive of this name in the gateway's configuration."""
    bare = re.sub(r"^\s*#.*$", "", NGINX, flags=re.MULTILINE)
    return [value.strip() for value in re.findall(rf"(?m)^\s*{name}\s+([^;]+);", bare)]


# deploy/qdrant/start.sh


def start_qdrant(folder, key):
    """Run the start script beside a stand-in for the server that prints its key."""
    server = folder / "qdrant"
    server.write_text('#!/bin/sh\nprintf %s "$QDRANT__SERVICE__API_KEY"\n', encoding="utf-8")
    server.chmod(0o755)
    secret = folder / "secret"
    if key is not None:
        secret.write_text(key, encoding="utf-8")
    return subprocess.run(
        ["sh", START_QDRANT],
        cwd=folder,
        env={"PATH": os.defpath, "QDRANT_API_KEY_FILE": str(secret)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_qdrant_starts_with_the_key_of_the_file(tmp_path):
    started = start_qdrant(tmp_path, "k" * 64 + "\n")
    assert (started.returncode, started.stdout) == (0, "k" * 64)


@pytest.mark.parametrize("key", [None, "", "\n", "k" * 31])
def test_qdrant_does_not_start_without_a_good_key(tmp_path, key):
    started = start_qdrant(tmp_path, key)
    assert started.returncode != 0
    assert started.stdout == ""
    assert "kkk" not in started.stderr


def test_the_start_script_is_what_the_service_runs():
    qdrant = SERVICES["qdrant"]
    script = qdrant["entrypoint"][-1]
    assert f"./deploy/qdrant/start.sh:{script}:ro" in qdrant["volumes"]


# Dockerfile


def test_the_base_images_are_pinned():
    for base in steps("FROM"):
        image, _, tag = base.split()[0].partition(":")
        assert image == "python"
        assert re.fullmatch(r"3\.11\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", tag)


def test_the_last_user_is_a_number_that_is_not_root_and_the_one_of_the_compose_file():
    assert steps("USER")[-1] == "10001:10001" == SERVICES["api"]["user"]
    after = STEPS[STEPS.index(("USER", "10001:10001")) + 1 :]
    assert not {"RUN", "COPY", "ADD", "USER"} & {word for word, _ in after}


def test_nothing_is_fetched_while_it_is_built():
    assert steps("ADD") == []
    assert steps("VOLUME") == []
    runs = " ".join(steps("RUN"))
    assert not re.search(r"curl|wget|https?:|apt|git ", runs)
    for run in steps("RUN"):
        if re.search(r"\binstall\b.*\brequirements\.lock|\"install\"", run):
            assert "--no-index" in run
            assert "--no-deps" in run


def test_packages_come_from_the_lock_file_and_are_checked_against_it():
    [run] = [run for run in steps("RUN") if "requirements.lock" in run]
    for option in ("--require-hashes", "--no-deps", "--no-index", "--find-links /wheels"):
        assert option in run


def test_no_secret_is_built_in():
    assert steps("ARG") == []
    assert not re.search(r"(?i)password|token|secret|api_key", DOCKERFILE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in ignored
    assert not any(line.startswith(("!deploy", "!.")) for line in ignored)


def test_what_is_copied_is_let_through_by_dockerignore_and_exists():
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    copied = [copy.split()[:-1] for copy in steps("COPY") if not copy.startswith("--from")]
    sources = [source for group in copied for source in group]
    assert {"rag", "connectors", "pipelines", "eval", "requirements.lock"} <= set(sources)
    for source in sources:
        assert f"!{source}" in let_through
        assert (ROOT / source).exists()


def test_the_container_serves_by_default():
    assert steps("ENTRYPOINT") == ['["ringfence"]']
    assert steps("CMD") == ['["serve"]']


def test_the_health_check_of_the_image_is_the_one_of_the_service():
    [check] = steps("HEALTHCHECK")
    program = SERVICES["api"]["healthcheck"]["test"][-1]
    assert program.replace('"', "'") in check


def test_the_health_check_fails_when_nothing_answers():
    *_, program = SERVICES["api"]["healthcheck"]["test"]
    unused = program.replace(":8080/", ":9/")
    assert unused != program
    done = subprocess.run([sys.executable, "-c", unused], capture_output=True, check=False)
    assert done.returncode != 0


# deploy/gateway/nginx.conf


def test_the_gateway_speaks_tls_1_2_and_better_only():
    assert directives("ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    assert directives("ssl_session_tickets") == ["off"]
    for cipher in directives("ssl_ciphers")[0].split(":"):
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", cipher)
    for listen in directives("listen"):
        assert listen.endswith(" ssl") or listen.startswith("127.0.0.1:")


def test_the_gateway_insists_on_tls_wherever_it_adds_a_header():
    """A location that adds a header loses those of the server around it."""
    strict = 'Strict-Transport-Security "max-age=31536000" always'
    assert strict in directives("add_header")
    for location in re.findall(r"location [^{]+{([^}]*)}", NGINX):
        assert "add_header" not in location or strict in location


def test_the_gateway_lets_through_what_the_service_offers_and_nothing_else():
    public, _ = NGINX.split("# For the health check inside the container.")
    forwarded = {
        path
        for path, body in re.findall(r"location ([^{]+?) {([^}]*)}", public)
        if "proxy_pass" in body
    }
    assert forwarded == {"/v1/"} | {f"= {path}" for path in OPEN_PATHS}
    assert re.search(r"location / {\s*return 404;\s*}", public)


def test_the_gateway_and_the_service_agree_on_the_largest_body():
    assert directives("client_max_body_size") == [f"{MAX_BODY_BYTES // 1024}k"]


@pytest.mark.parametrize(
    "name",
    [
        "client_header_timeout",
        "client_body_timeout",
        "send_timeout",
        "keepalive_timeout",
        "proxy_connect_timeout",
        "proxy_send_timeout",
        "proxy_read_timeout",
    ],
)
def test_the_gateway_waits_for_nobody_for_ever(name):
    [value] = directives(name)
    assert re.fullmatch(r"\d+s", value)
    assert 0 < int(value[:-1]) <= 300


def test_the_gateway_writes_only_into_memory_and_logs_no_path():
    assert directives("pid") == ["/tmp/nginx.pid"]  # noqa: S108  the container's own
    for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        assert directives(f"{name}_temp_path")[0].startswith("/tmp/")  # noqa: S108
    [shape] = directives("log_format")
    for variable in ("$request ", "$uri", "$request_uri", "$args", "$http_", "$request_body"):
        assert variable not in shape
    assert directives("server_tokens") == ["off"]


def test_the_gateways_health_check_is_a_place_that_exists():
    url = SERVICES["gateway"]["healthcheck"]["test"][-1]
    address, path = re.fullmatch(r"http://([\d.:]+)(/\w+)", url).groups()
    assert address in directives("listen")
    assert f"location = {path} {{" in NGINX


# deploy/README.md


def shell_block(first_line):
    blocks = re.findall(r"```sh\n(.*?)```", DEPLOY_README, re.DOTALL)
    [block] = [block for block in blocks if block.startswith(first_line)]
    return block


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the commands are openssl's")
def test_the_commands_of_the_readme_make_every_secret_of_the_compose_file(tmp_path):
    environment = {"PATH": os.defpath, "HOST": "ringfence.test"}

    def run(*command, text=None):
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    run("sh", "-e", text=shell_block("# secrets"))
    folder = tmp_path / "deploy/secrets"
    made = {path.name for path in folder.iterdir()}
    assert made == {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o440
    assert len((folder / "qdrant-api.key").read_text(encoding="utf-8").strip()) >= 32
    verify = ("openssl", "verify", "-x509_strict", "-purpose", "sslserver")
    for host, name, authority in (
        ("qdrant", "qdrant.crt", "authority.crt"),
        ("ringfence.test", "gateway.crt", "gateway.crt"),
    ):
        run(*verify, "-verify_hostname", host, "-CAfile", folder / authority, folder / name)


def test_the_readme_names_the_images_of_the_compose_file():
    for service in SERVICES.values():
        assert service["image"] in DEPLOY_README


def test_the_readme_fetches_packages_by_the_lock_file():
    assert re.search(r"pip download --require-hashes --no-deps .*requirements\.lock", DEPLOY_README)
    assert "docker build --network none" in DEPLOY_README


def test_secrets_are_kept_out_of_git():
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split("\n")
