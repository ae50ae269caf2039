"""What several tests on the Windows computers need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.windows import Computer, computer, package


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our package, as it is installed on the computers."""
    return package(tmp_path_factory.mktemp("windows"))


@pytest.fixture
def pc(installed: Path, tmp_path: Path) -> Iterator[Computer]:
    """A computer that may be broken."""
    with computer(tmp_path / "c", installed) as made:
        yield made
