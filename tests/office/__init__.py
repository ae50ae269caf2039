"""A LibreOffice for the tests: installed where it is not, with a profile and the add-in of its own, one for the whole session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from smm_xl.hosts.libreoffice import extension
from smm_xl.hosts.libreoffice import office as offices

HERE = Path(__file__).parent
NOBODY = "65534"


def needed() -> offices.Office:
    """The LibreOffice of this machine, installed if need be; without one the test is skipped, or fails where CI is set."""
    found = offices.find()
    if found is None or found.python is None:
        done = subprocess.run([HERE / "install.sh"], capture_output=True, text=True, check=False)
        found = offices.find()
        if found is None or found.python is None:
            missing(f"no LibreOffice for the tests: {done.stderr.strip().splitlines()[-1:]}")
    assert found is not None
    return found


def missing(reason: str) -> None:
    """Skip a test for what this machine lacks; where CI is set it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def as_user(home: Path) -> list[str]:
    """What runs a command as somebody who may install extensions: root may not."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", f"HOME={home}"]


@contextmanager
def folder_of_a_user() -> Iterator[Path]:
    """An empty folder that belongs to who installs the add-in."""
    folder = Path(tempfile.mkdtemp(prefix="smm-xl-office-"))
    try:
        if os.geteuid() == 0:
            os.chown(folder, int(NOBODY), int(NOBODY))
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Calc(NamedTuple):
    """An office that runs, its profile, and what answers."""

    office: offices.Office
    profile: Path
    remote: offices.Remote


@contextmanager
def office_with_the_add_in() -> Iterator[Calc]:
    """An office of its own with the add-in."""
    office = needed()
    with folder_of_a_user() as folder:
        built, profile = folder / "smm.oxt", folder / "profile"
        built.write_bytes(extension.build())
        built.chmod(0o644)
        offices.install(office, built, profile, as_user=as_user(folder))
        with offices.started(office, profile, HERE / "server.py") as remote:
            yield Calc(office, profile, remote)
