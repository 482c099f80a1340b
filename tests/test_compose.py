"""docker-compose.yml, held line by line: there is no container engine in a test run.

The image, the gateway and the scripts beside it are held by test_deploy.py.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

import pytest
import yaml

from rag.settings import load_settings

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
NGINX = (ROOT / "deploy/gateway/nginx.conf").read_text(encoding="utf-8")
START_QDRANT = ROOT / "deploy/qdrant/start.sh"

every_service = pytest.mark.parametrize("name", SERVICES)
PINNED_TAG = re.compile(r"v?\d+\.\d+\.\d+(-[a-z]+)?(@sha256:[0-9a-f]{64})?")


def test_the_services_are_these_three():
    assert set(SERVICES) == {"gateway", "api", "qdrant"}


@every_service
def test_it_runs_as_a_numbered_user_that_is_not_root(name):
    user, _, group = SERVICES[name]["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert "0" not in [str(extra) for extra in SERVICES[name]["group_add"]]


@every_service
def test_its_file_system_is_read_only_and_its_scratch_space_is_small_memory(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    for mount in service["tmpfs"]:
        path, _, options = mount.partition(":")
        assert path == "/tmp"  # noqa: S108  the container's own
        assert re.fullmatch(r"size=\d+m,mode=1777,noexec,nosuid,nodev", options)


@every_service
def test_it_has_no_capability_and_can_gain_none(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for key in ("cap_add", "privileged", "devices", "device_cgroup_rules", "sysctls"):
        assert key not in service


@every_service
def test_it_shares_nothing_with_the_host(name):
    service = SERVICES[name]
    for key in ("network_mode", "pid", "ipc", "userns_mode", "uts", "cgroup", "extra_hosts"):
        assert key not in service


@every_service
def test_it_has_limits_on_processor_memory_and_processes(name):
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]) > 0
    assert re.fullmatch(r"\d+[mg]", limits["memory"])
    assert int(limits["pids"]) > 0


@every_service
def test_it_has_a_health_check_that_ends(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert "curl" not in " ".join(check["test"])


@every_service
def test_its_health_check_asks_the_container_itself(name):
    command = " ".join(SERVICES[name]["healthcheck"]["test"])
    assert "127.0.0.1" in command


@every_service
def test_its_image_has_a_fixed_tag_and_is_never_pulled(name):
    service = SERVICES[name]
    image, _, tag = service["image"].partition(":")
    assert image
    assert PINNED_TAG.fullmatch(tag)
    assert service["pull_policy"] == "never"
    assert "build" not in service


@every_service
def test_it_is_restarted_and_its_log_is_bounded(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["driver"] == "json-file"
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])


@every_service
def test_only_the_gateway_can_be_reached_from_outside(name):
    networks = set(SERVICES[name]["networks"])
    assert networks == ({"inside", "ingress"} if name == "gateway" else {"inside"})
    assert ("ports" in SERVICES[name]) == (name == "gateway")


@every_service
def test_what_it_mounts_is_a_named_volume_or_a_file_it_cannot_change(name):
    for mount in SERVICES[name].get("volumes", ()):
        source, target, *mode = mount.split(":")
        assert "docker.sock" not in source
        assert not target.startswith(("/etc/passwd", "/proc", "/sys", "/dev"))
        if source.startswith("."):
            assert mode == ["ro"]
            assert (ROOT / source).is_file()
        else:
            assert source in COMPOSE["volumes"]


@every_service
def test_its_secrets_are_files_and_none_is_in_its_environment(name):
    service = SERVICES[name]
    assert service["secrets"]
    for secret in service["secrets"]:
        source = COMPOSE["secrets"][secret]
        assert set(source) == {"file"}
        assert source["file"].startswith("./deploy/secrets/")
    assert "env_file" not in service
    for variable, value in service.get("environment", {}).items():
        if re.search(r"KEY|SECRET|PASSWORD|TOKEN", variable):
            assert value.startswith("/run/secrets/"), variable


@every_service
def test_it_is_given_every_secret_it_names_and_no_other(name):
    service = SERVICES[name]
    own_files = {"gateway": NGINX, "qdrant": START_QDRANT.read_text(encoding="utf-8"), "api": ""}
    said = " ".join(service.get("environment", {}).values()) + own_files[name]
    assert set(re.findall(r"/run/secrets/(\w+)", said)) == set(service["secrets"])


def test_every_secret_volume_and_network_is_used():
    def used(key):
        return {entry for service in SERVICES.values() for entry in service.get(key, ())}

    assert used("secrets") == set(COMPOSE["secrets"])
    assert used("networks") == set(COMPOSE["networks"])
    assert {mount.split(":")[0] for mount in used("volumes") if mount[0] != "."} == set(
        COMPOSE["volumes"]
    )


def test_the_private_keys_are_given_to_one_service_each():
    for secret in ("gateway_key", "qdrant_key"):
        assert [n for n, service in SERVICES.items() if secret in service["secrets"]] == [
            secret.removesuffix("_key")
        ]


def test_the_inner_network_leads_nowhere():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    ingress = COMPOSE["networks"]["ingress"]
    assert ingress["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"] == "false"
    for network in COMPOSE["networks"].values():
        assert network["driver"] == "bridge"


def test_the_gateway_publishes_one_port_on_loopback_unless_told_otherwise():
    [port] = SERVICES["gateway"]["ports"]
    match = re.fullmatch(r"\$\{GATEWAY_ADDRESS:-([\d.]+)}:\$\{GATEWAY_PORT:-\d+}:(\d+)", port)
    assert match
    assert ipaddress.ip_address(match[1]).is_loopback
    assert f"listen {match[2]} ssl;" in NGINX


def test_each_service_waits_until_the_one_below_is_healthy():
    assert SERVICES["gateway"]["depends_on"] == {"api": {"condition": "service_healthy"}}
    assert SERVICES["api"]["depends_on"] == {"qdrant": {"condition": "service_healthy"}}


def test_the_variables_of_the_api_are_settings_that_exist(tmp_path, monkeypatch):
    (tmp_path / "ringfence.toml").write_text("", encoding="utf-8")
    for variable, value in SERVICES["api"]["environment"].items():
        monkeypatch.setenv(variable, value)
    settings = load_settings(tmp_path)
    assert settings.store.kind == "server"
    assert settings.store.url == "https://qdrant:6333"
    assert settings.store.api_key_file == "/run/secrets/qdrant_api_key"
    assert settings.store.ca_file == "/run/secrets/qdrant_authority"
    assert settings.api.host == "0.0.0.0"  # noqa: S104  inside the container network only
    assert f"set $api http://api:{settings.api.port};" in NGINX


def test_the_home_of_the_api_is_a_volume():
    api = SERVICES["api"]
    assert f"home:{api['environment']['RINGFENCE_HOME']}" in api["volumes"]


def test_qdrant_speaks_tls_sends_no_telemetry_and_shows_no_pages():
    environment = SERVICES["qdrant"]["environment"]
    assert environment["QDRANT__TELEMETRY_DISABLED"] == "true"
    assert environment["QDRANT__SERVICE__ENABLE_TLS"] == "true"
    assert environment["QDRANT__SERVICE__ENABLE_CORS"] == "false"
    assert environment["QDRANT__SERVICE__ENABLE_STATIC_CONTENT"] == "false"


def test_qdrant_writes_only_where_it_can():
    qdrant = SERVICES["qdrant"]
    writable = [mount.split(":")[1] for mount in qdrant["volumes"] if mount[0] != "."]
    writable += [mount.split(":")[0] for mount in qdrant["tmpfs"]]
    for variable in (
        "QDRANT__STORAGE__STORAGE_PATH",
        "QDRANT__STORAGE__SNAPSHOTS_PATH",
        "QDRANT_INIT_FILE_PATH",
    ):
        assert qdrant["environment"][variable].startswith(tuple(writable))


def test_the_gateway_runs_with_the_configuration_of_this_repository():
    gateway = SERVICES["gateway"]
    assert gateway["entrypoint"][0] == "nginx"
    assert "daemon off;" in gateway["entrypoint"]
    assert "./deploy/gateway/nginx.conf:/etc/nginx/nginx.conf:ro" in gateway["volumes"]
