"""The LibreOffice of this computer: where it is, installing and removing the extension, and asking it things."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from smm_xl.errors import InputError
from smm_xl.hosts.libreoffice import IDENTIFIER, lock
from smm_xl.language import Text
from smm_xl.outputs import writing

SETTING = "SMM_XL_OFFICE"
_SYSTEMS_PYTHON = Path("/usr/bin/python3")
_REMOTE = Path(__file__).with_name("remote.py")
_SUFFIX = ".exe" if sys.platform == "win32" else ""
_STARTING = 300  # seconds: the first start of an office makes its profile


@dataclass(frozen=True)
class Office:
    """A LibreOffice, known by the folder that holds ``soffice``."""

    program: Path

    @property
    def soffice(self) -> Path:
        return self.program / f"soffice{_SUFFIX}"

    @property
    def unopkg(self) -> Path:
        # on Windows the .com writes to the console and waits, the .exe does not
        return self.program / ("unopkg.com" if sys.platform == "win32" else "unopkg")

    @cached_property
    def version(self) -> str:
        """Its version as it says it: ``LibreOffice 7.4.7.2``."""
        said = _run(self, [str(self.program / ("soffice.com" if sys.platform == "win32" else "soffice")), "--version"]).stdout
        return " ".join(said.split()[:2]) or "LibreOffice"

    @cached_property
    def python(self) -> tuple[Path, str] | None:
        """The Python that can talk to it, and that Python's version: its own, or the system's; None where there is none."""
        own = [self.program / f"python{_SUFFIX}", self.program.parent / "Resources" / "python"]
        for path in (*own, _SYSTEMS_PYTHON):
            if path.is_file():
                asked = _run(self, [*_command_of(path), "-c", "import uno, sys; print('.'.join(map(str, sys.version_info[:3])))"])
                if asked.returncode == 0:
                    return path, asked.stdout.strip()
        return None


def find(place: Path | None = None) -> Office | None:
    """The LibreOffice at a place (its program or its folder), or the one of this computer; None where there is none."""
    asked = place or (Path(os.environ[SETTING]) if os.environ.get(SETTING) else None)
    for candidate in [asked] if asked else _usual_places():
        folder = candidate if candidate.is_dir() else candidate.resolve().parent
        for program in (folder, folder / "program", folder / "Contents" / "MacOS"):
            office = Office(program.resolve())
            if office.soffice.is_file() and office.unopkg.is_file():
                return office
    return None


def _usual_places() -> Iterator[Path]:
    for name in ("soffice", "libreoffice"):
        yield from _on_the_path(f"{name}{_SUFFIX}")
    yield from map(Path, ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/Applications/LibreOffice.app"))
    yield from sorted(Path("/opt").glob("libreoffice*"), reverse=True)
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)"):
        if os.environ.get(variable):
            yield Path(os.environ[variable]) / "LibreOffice"


def _on_the_path(name: str) -> Iterator[Path]:
    """A program where PATH says, but not in the current folder, where Windows looks first: what lies there somebody may have sent."""
    for folder in map(Path, os.get_exec_path()):
        if folder.is_absolute() and os.access(folder / name, os.X_OK) and (folder / name).is_file():
            yield folder / name


def profile_of_the_user() -> Path:
    """Where LibreOffice keeps the settings and extensions of the user."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "LibreOffice" / "4"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LibreOffice" / "4"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "libreoffice" / "4"


# --- installing -----------------------------------------------------------------------------------------------------


def install(office: Office, extension: Path, profile: Path | None = None, *, as_user: Sequence[str] = ()) -> None:
    """Install the extension of a file for a user, in place of an earlier version. Raises InputError.

    profile: another than the user's own. as_user: a command that runs another as a user who is not root.
    """
    settings = _on(profile)
    if not (profile or profile_of_the_user()).is_dir():
        # an extension that is there before the office's first start may lose its component
        _run(office, [*as_user, str(office.soffice), "--headless", "--norestore", "--terminate_after_init", *settings])
    lock.free(profile or profile_of_the_user())
    done = _run(office, [*as_user, str(office.unopkg), "add", "--force", *settings, str(extension.absolute())])
    if done.returncode:
        raise _failed(done, "install", "установить")


def uninstall(office: Office, profile: Path | None = None, *, as_user: Sequence[str] = ()) -> None:
    """Remove the extension of a user. Raises InputError."""
    settings = _on(profile)
    lock.free(profile or profile_of_the_user())
    done = _run(office, [*as_user, str(office.unopkg), "remove", *settings, IDENTIFIER])
    if done.returncode:
        raise _failed(done, "remove", "удалить")


def _on(profile: Path | None) -> list[str]:
    """What lets a program of an office work on a profile; nothing for the user's own."""
    return [] if profile is None else [f"{lock.PROFILE}{profile.resolve().as_uri()}"]


def must_not_be_root() -> None:
    """Refuse to install as root. Raises InputError with the ways out."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise InputError(
            "this is root, and LibreOffice keeps extensions for each user: run the same command as the user who works with LibreOffice, without sudo; "
            "or, for all users of this computer: smm-xl addin build --host libreoffice -o smm.oxt && unopkg add --shared smm.oxt",
            "это root, а LibreOffice хранит расширения отдельно для каждого пользователя: выполните ту же команду от имени того, кто работает в LibreOffice, "
            "без sudo; или для всех пользователей компьютера: smm-xl addin build --host libreoffice -o smm.oxt && unopkg add --shared smm.oxt",
        )


def _failed(done: subprocess.CompletedProcess[str], verb: str, verb_ru: str) -> InputError:
    said = _said(done) or f"exit code {done.returncode}"
    return InputError(
        f"LibreOffice could not {verb} the add-in: {said}. Close LibreOffice, all its windows, and try again",
        f"LibreOffice не смог {verb_ru} надстройку: {said}. Закройте LibreOffice, все его окна, и повторите",
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What a program complains of, short enough for a message."""
    return " ".join((done.stderr or done.stdout).split())[:400]


def installed_version(folder: Path) -> str | None:
    """The version of the extension in a folder of a user, or of all users; None where there is none."""
    packages = folder / "uno_packages" / "cache"
    listed = packages / "uno_packages.pmap"  # what is removed leaves this list at once, and its folder later
    active = listed.read_bytes() if listed.is_file() else b""
    for described in sorted(packages.glob("uno_packages/*/*/description.xml")):
        text = described.read_text(encoding="utf-8", errors="replace")
        if described.parents[1].name.removesuffix("_").encode() in active and f'<identifier value="{IDENTIFIER}"/>' in text:
            found = re.search(r'<version value="([^"]*)"', text)
            return found[1] if found else "?"
    return None


def print_pdf(office: Office, workbook: Path, target: Path) -> None:
    """Print a workbook to a PDF file, in an office with a profile of its own. Raises InputError."""
    with writing.scratch() as folder:
        printing = ["--headless", "--norestore", *_on(folder / "profile"), "--convert-to", "pdf", "--outdir", str(folder.absolute())]
        done = _run(office, [str(office.soffice), *printing, str(workbook.absolute())])
        made = folder / f"{workbook.stem}.pdf"
        if not made.is_file():
            said = _said(done)
            raise InputError(f"LibreOffice printed no PDF: {said}", f"LibreOffice не сделал PDF: {said}")
        shutil.copyfile(made, target)


# --- asking ---------------------------------------------------------------------------------------------------------


class Remote:
    """An office that answers, see ``remote.py``."""

    def __init__(self, process: subprocess.Popen[str], complaints: IO[bytes]) -> None:
        self._process = process
        self._complaints = complaints

    def ask(self, do: str, **arguments: object) -> Any:
        """The answer to a request. Raises RuntimeError with what the office said against it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            self._complaints.seek(0)
            last = self._complaints.read().decode(errors="replace").strip().splitlines()[-1:]
            raise RuntimeError(f"the office ended while it was asked to {do}: {''.join(last)}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]


@contextmanager
def started(office: Office, profile: Path, script: Path = _REMOTE) -> Iterator[Remote]:
    """A headless office on a profile for as long as it is needed; only what is started here is ended.

    script: what serves the requests. Raises RuntimeError where no Python can talk to the office.
    """
    if office.python is None:
        raise RuntimeError("no Python can talk to this office")
    with (
        writing.scratch() as folder,
        (folder / "complaints").open("w+b") as complaints,
        subprocess.Popen(
            [*_command_of(office.python[0]), str(script.absolute()), str(office.program), str(profile.absolute())], cwd=office.program,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True, encoding="utf-8", env=_environment(),
        ) as process,
    ):  # fmt: skip
        yield Remote(process, complaints)
        # leaving closes its input, on which it ends the office and itself


def _command_of(python: Path) -> list[str]:
    """How a Python is started so that nothing of the current folder can run: a uno.py may lie beside a workbook that somebody sent.

    The system's takes -I. LibreOffice's own is a script, on Windows a program, that tells Python by PYTHONPATH where the modules are,
    which -I would not hear; before 3.11 it knows neither -P nor PYTHONSAFEPATH. So everything is started in LibreOffice's own folder,
    where that Python looks for uno anyway.
    """
    return [str(python), "-I"] if python == _SYSTEMS_PYTHON else [str(python)]


def _environment() -> dict[str, str]:
    """The environment without what would lead the office's Python to another one's modules."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PYTHONSAFEPATH": "1"}


def _run(office: Office, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """A command of an office that ends by itself; one that cannot start has failed."""
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_STARTING,
            cwd=office.program,
            env=_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


NO_OFFICE = Text(
    f"LibreOffice was not found; install it from libreoffice.org or your system's packages, or name its folder with --office or the variable {SETTING}",
    f"LibreOffice не найден; установите его с libreoffice.org или из пакетов системы, или укажите его папку через --office или переменную {SETTING}",
)
