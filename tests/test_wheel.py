"""One wheel with the four packages as they lie on disk, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from pipelines.names import OWN_NAMES
from pipelines.prose import README


@pytest.mark.slow
def test_the_wheel_holds_the_packages_their_data_and_their_commands(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=README.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {*OWN_NAMES, next(top for top in tops if top.endswith(".dist-info"))}
    assert {f"{name}/py.typed" for name in OWN_NAMES} <= set(names)
    assert "eval/templates/compare.html" in names
    assert "eval/corpora/bank/documents/permissions.toml" in names
    assert "eval/corpora/clinic/documents/protocols/sepsis-adult.pdf" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
