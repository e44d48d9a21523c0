"""The guard of conftest.py holds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest
from conftest import FOREIGN, OWN, NetworkRefusedError, is_loopback

from rlm_core.config import config_dir

BEFORE = dict(os.environ)  # as it was when the tests were collected, outside the guard


def test_home_is_the_tests_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path(os.path.expanduser("~")) != Path(BEFORE.get("HOME", "/"))


@pytest.fixture(scope="module")
def seen_by_a_module() -> dict[str, str]:
    return dict(os.environ)


def test_what_a_module_makes_has_no_home_of_the_users_either(
    seen_by_a_module: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its fixtures begin before the test's own guard does."""
    for name in ("HOME", "USERPROFILE", "CLAUDE_CONFIG_DIR", "TMPDIR"):
        assert Path(seen_by_a_module[name]).is_relative_to(tmp_path_factory.getbasetemp())
        assert seen_by_a_module[name] != os.environ[name]


def test_claudes_directory_is_the_tests_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path(config_dir()).is_relative_to(tmp_path_factory.getbasetemp())


def test_temporary_files_of_the_product_stay_in_the_tests_directory(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Path(tempfile.gettempdir()).is_relative_to(tmp_path_factory.getbasetemp())


def test_no_setting_of_the_users_clients_is_left() -> None:
    left = [n for n in os.environ if n.startswith(FOREIGN) and n not in OWN]
    assert left == ["CLAUDE_CONFIG_DIR"]


def test_child_processes_inherit_the_guarded_environment() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import os;print(os.path.expanduser('~'))"], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == os.environ["HOME"]


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("8.8.8.8", 53)])
def test_connecting_to_another_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as s, pytest.raises(NetworkRefusedError):
        s.connect(address)
    with socket.socket() as s, pytest.raises(NetworkRefusedError):
        s.connect_ex(address)
    with socket.socket(type=socket.SOCK_DGRAM) as s, pytest.raises(NetworkRefusedError):
        s.sendto(b"x", address)


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("example.com", 80)


def test_urllib_is_held_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OSError, match="may not reach"):
        urllib.request.urlopen("http://example.com/", timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]) as c:
        assert c.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("::1%lo", True), ("10.0.0.1", False), ("x.org", False)],
)
def test_what_counts_as_this_machine(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours
