"""What is wrong with the add-in in LibreOffice: one thing after another, each with its cure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import smm_xl
from smm_xl.hosts.checks import FORMULA, RESULT, Check, logged
from smm_xl.hosts.faults import LOG
from smm_xl.hosts.libreoffice import LEAST_PYTHON
from smm_xl.hosts.libreoffice import office as offices
from smm_xl.language import Text, same
from smm_xl.outputs import writing

_INSTALL = Text("run: smm-xl addin install --host libreoffice", "выполните: smm-xl addin install --host libreoffice")


def examine(place: Path | None = None, profile: Path | None = None) -> Iterator[Check]:
    """What there is and what is wrong, as it is found out; the last check tells whether a function answers.

    place: where LibreOffice is, the usual places without it. profile: the user's own without it; it is only read.
    """
    office = offices.find(place)
    if office is None:
        yield Check(Text("LibreOffice: not found", "LibreOffice: не найден"), offices.NO_OFFICE)
        return
    yield Check(same(f"{office.version}: {office.program}"))
    profile = profile or offices.profile_of_the_user()
    python = _python(office)
    yield python
    registered = _registered(office, profile)
    yield registered
    yield from logged(profile / "user" / LOG)
    if python.cure is None and registered.cure is None:
        yield _answers(office, profile)


def _python(office: offices.Office) -> Check:
    if office.python is None:
        return Check(
            Text("Python of LibreOffice: not found", "Python для LibreOffice: не найден"),
            Text(
                "install LibreOffice's Python support: on Debian and Ubuntu sudo apt install python3-uno, on Windows and Mac the full LibreOffice from libreoffice.org",
                "установите поддержку Python в LibreOffice: в Debian и Ubuntu sudo apt install python3-uno, в Windows и macOS полный LibreOffice с libreoffice.org",
            ),
        )
    path, version = office.python
    found = Text(f"Python of LibreOffice: {version} ({path})", f"Python для LibreOffice: {version} ({path})")
    if tuple(map(int, version.split(".")[:2])) >= LEAST_PYTHON:
        return Check(found)
    needed = ".".join(map(str, LEAST_PYTHON))
    return Check(found, Text(f"it has to be {needed} or newer: install a newer LibreOffice", f"нужен {needed} или новее: установите более новый LibreOffice"))


def _registered(office: offices.Office, profile: Path) -> Check:
    for folder, of_whom in ((profile / "user", Text("for you", "для вас")), (office.program.parent / "share", Text("for all users", "для всех"))):
        version = offices.installed_version(folder)
        if version is not None:
            found = Text(f"Add-in: {version}, {of_whom.en}", f"Надстройка: {version}, {of_whom.ru}")
            if version == smm_xl.__version__:
                return Check(found)
            return Check(
                found,
                Text(f"this is smm-xl {smm_xl.__version__}; to have that one in LibreOffice, {_INSTALL.en}",
                     f"это smm-xl {smm_xl.__version__}; чтобы в LibreOffice была эта версия, {_INSTALL.ru}"),
            )  # fmt: skip
    return Check(Text("Add-in: not installed in LibreOffice", "Надстройка: в LibreOffice не установлена"), _INSTALL)


def _answers(office: offices.Office, profile: Path) -> Check:
    """Whether a function answers, in an office on a copy of the profile: that of the user may be in use."""
    with writing.scratch() as folder:
        copy = folder / "profile"
        if profile.is_dir():
            shutil.copytree(profile, copy, ignore=shutil.ignore_patterns(".lock", ".~lock*", "backup"), ignore_dangling_symlinks=True)
        try:
            with offices.started(office, copy) as remote:
                book = remote.ask("new")
                remote.ask("fill", book=book, cells={"A1": FORMULA})
                ((result,),) = remote.ask("read", book=book, area="A1:A1")
        except RuntimeError as error:
            result = str(error)
        written = (copy / "user" / LOG).read_text(encoding="utf-8").splitlines() if (copy / "user" / LOG).is_file() else []
    if result == RESULT:
        return Check(Text(f"{FORMULA} gives {result:g}", f"{FORMULA} даёт {result:g}"))
    shown = result["error"] if isinstance(result, dict) else result
    reason = f" ({written[-1]})" if written else ""
    return Check(
        Text(f"{FORMULA} gives {shown}{reason}", f"{FORMULA} даёт {shown}{reason}"),
        Text(
            f"install the add-in again: {_INSTALL.en}; if that does not help, report this line",
            f"установите надстройку заново: {_INSTALL.ru}; если не поможет, сообщите об этой строке",
        ),
    )
