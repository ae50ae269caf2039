"""The add-in in a real LibreOffice: what cells mean there, help in two languages, installing, the doctor, the log."""

from __future__ import annotations

import io
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import smm_xl
from smm_xl.errors import InputError
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts.faults import LOG
from smm_xl.hosts.libreoffice import extension, lock
from smm_xl.hosts.libreoffice import office as offices
from smm_xl.hosts.libreoffice.doctor import examine
from smm_xl.hosts.libreoffice.lock import Process
from smm_xl.hosts.libreoffice.signatures import SIGNATURES
from tests.office import HERE, Calc, as_user, folder_of_a_user, needed

CELLS: dict[str, Any] = {
    "A2:B5": [[1000.0, 20.0], ["", 10.0], [500.0, ""], [300.0, 0.0]],
    "D1:G4": [["month", "channel", "spend", "leads"], ["2026-01", "VK", 100.0, 5.0], ["2026-02", "VK", 200.0, 8.0], ["2026-01", "Telegram", 50.0, 2.0]],
    "I2": "=1/0", "I3": 5.0, "I4": "=NA()", "J2": 1.0, "J3": 1.0, "J4": 1.0, "K2": "=TRUE()", "L2": "text",
}  # fmt: skip


def typed(calc: Calc, formulas: list[str], cells: dict[str, Any] | None = None) -> list[Any]:
    """What formulas give that are typed into a sheet with some cells."""
    book = calc.remote.ask("new")
    calc.remote.ask("fill", book=book, cells=CELLS if cells is None else cells)
    calc.remote.ask("fill", book=book, cells={f"Z{row}": formula for row, formula in enumerate(formulas, 1)})
    found = calc.remote.ask("read", book=book, area=f"Z1:Z{len(formulas)}")
    calc.remote.ask("close", book=book)
    return [cell["error"] if isinstance(cell, dict) else cell for (cell,) in found]


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=SMM_CPL(1000;20)", 50.0),
        ("=smm_cpl(A2*2;B2/2)", 200.0),
        ("=SMM_CPL(A2;B2)+1", 51.0),
        ("=IFERROR(SMM_CPL(A5;B5);-1)", -1.0),
        ("=SMM_CPL(A2:A5;B2:B5)", 65.0),
        ("=SMM_CPL(A2:A4;B2:B4)", 50.0),
        ("=SMM_CPL(A2:A4;B2:B5)", "#VALUE!"),
        ("=SMM_CPL({100|200};{1|2})", 100.0),
        ("=SMM_CPL(OFFSET(A2;0;0;2;1);OFFSET(B2;0;0;2;1))", 50.0),
        ("=SMM_CPL(A5;B5)", "#DIV/0!"),
        ("=SMM_CPL(-1;2)", "#NUM!"),
        ('=SMM_CPL("1 234,5 ₽";5)', 246.9),
        ('=SMM_CPL("1,234";5)', "#VALUE!"),
        ("=SMM_GAP(10;4)*2", 12.0),
        ('=IF(SMM_ATTAINMENT(5;4)>1;"over";"under")', "over"),
        ('=SMM_STATUS(SMM_ATTAINMENT(360;300;"cpl");;;"ru")', "■ отставание"),
        ('=SMM_ROWS("cpl";A2;B2)', 50.0),
        ('=SMM_KPI("cpl";D1:G4)', 350 / 15),
        ('=SMM_KPI("cpl";D:G;"2026-01")', 150 / 7),
        ('=SMM_KPI("cpl";D1:G4;"2026-01";"VK")', 20.0),
        ('=SMM_KPI("cpl";D1:G4;;"VK")', 300 / 13),
        ('=SMM_INFO("cpl";"name";"ru")', FUNCTIONS["SMM_INFO"].call("cpl", "name", "ru")),
        ("=SMM_CPL(A2:A1048576;B2:B1048576)", 65.0),
    ],
)  # fmt: skip
def test_what_users_type(calc: Calc, formula: str, result: object) -> None:
    assert typed(calc, [formula]) == [pytest.approx(result) if isinstance(result, float) else result]


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        # Calc hands over a single blank cell as 0; as a range of one cell it is unknown
        ("=SMM_CPL(A3;B3)", 0.0),
        ("=SMM_CPL(A3:A3;B3:B3)", "#N/A"),
        ("=SMM_CPL(A4;B4)", "#DIV/0!"),
        ("=SMM_CPL(A4:A4;B4:B4)", "#N/A"),
        # where 0 can mean nothing, a blank cell is one that is not given
        ('=SMM_KPI("cpl";D1:G4;X1;X2)', 350 / 15),
        # an error cell comes through as itself; one in a range of numbers is Calc's own error
        ("=SMM_CPL(I2;J2)", "#DIV/0!"),
        ("=SMM_STATUS(I4)", "#N/A"),
        ("=SMM_CPL(I2:I3;J2:J3)", "Err:504"),
        # in ranges that are tables, errors are seen, and #N/A among attainments is unknown
        ("=SMM_SCORE(I3:I4;J3:J4)", 1.2),
        # TRUE is the number 1
        ("=SMM_CPL(K2;2)", 0.5),
        ("=SMM_CPL(1000)", "Err:511"),
        ("=SMM_CPL(1000;)", "Err:511"),
        ("=SMM_KPI(\"cpl\";{1|2})", "Err:504"),
    ],
)  # fmt: skip
def test_where_calc_differs(calc: Calc, formula: str, result: object) -> None:
    assert typed(calc, [formula]) == [pytest.approx(result) if isinstance(result, float) else result]


def test_an_error_in_a_worked_out_range_comes_through_as_itself(calc: Calc) -> None:
    book = calc.remote.ask("new")
    calc.remote.ask("fill", book=book, cells={**CELLS, "Z1:Z1": "=SMM.CPL(I2:I3*1;J2:J3)", "Z2:Z2": "=SMM.CPL(I3:I4*1;J3:J4)"})
    assert calc.remote.ask("read", book=book, area="Z1:Z2") == [[{"error": "#DIV/0!"}], [{"error": "#N/A"}]]
    calc.remote.ask("close", book=book)


def test_of_whole_columns_what_is_used_counts(calc: Calc) -> None:
    cells = {
        "A1:B3": [[0.9, 1.0], [1.1, 2.0], [0.5, 3.0]],
        "D1:F3": [["channel", "spend", "leads"], ["VK", 100.0, 5.0], ["Telegram", 50.0, 2.0]],
        "H1048576": "a note at the end of the sheet",
        "J1:K1": [[0.9, 1.1]],
        "J2:K2": [[1.0, 2.0]],
        "AA1:AA5": "=SMM.GAP(A:A;B:B)",
        "AB1:AB5": '=SMM.REPORT(D:F;"channel";"cpl")',
    }
    formulas = {
        "=SMM_SCORE(A1:A3;B1:B3)": 4.6 / 6,
        "=SMM_SCORE(A1:A20;B1:B20)": 4.6 / 6,
        "=SMM_SCORE(A:A;B:B)": 4.6 / 6,
        "=SMM_SCORE(A1:A3;{1|2|3})": 4.6 / 6,
        "=SMM_SCORE(J1:S1;J2:S2)": 3.1 / 3,
        "=SMM_CPL(A:A;B:B)": 2.5 / 6,
        '=SMM_KPI("cpl";D:F)': 150 / 7,
        '=SMM_KPI("cpl";D:F;;"VK")': 20.0,
    }
    assert typed(calc, list(formulas), cells) == [pytest.approx(result) for result in formulas.values()]
    book = calc.remote.ask("new")
    calc.remote.ask("fill", book=book, cells=cells)
    none = {"error": "#N/A"}
    assert calc.remote.ask("read", book=book, area="AA1:AB5") == [
        [pytest.approx(-0.1), "channel"],
        [pytest.approx(-0.9), "Telegram"],
        [-2.5, "VK"],
        [none] * 2,
        [none] * 2,
    ]
    calc.remote.ask("close", book=book)


def test_a_table_is_an_array_formula(calc: Calc) -> None:
    book = calc.remote.ask("new")
    calc.remote.ask("fill", book=book, cells={**CELLS, "Z1:AB4": '=SMM.REPORT(D1:G4;"channel";"cpl, spend")'})
    assert calc.remote.ask("read", book=book, area="Z1:AB4") == [
        ["channel", "cpl", "spend"],
        ["Telegram", 25.0, 50.0],
        ["VK", pytest.approx(300 / 13), 300.0],
        [{"error": "#N/A"}] * 3,
    ]
    calc.remote.ask("close", book=book)


@pytest.mark.parametrize("null_date", [(1899, 12, 30), (1904, 1, 1)])
def test_days_count_from_where_the_book_begins(calc: Calc, null_date: tuple[int, int, int]) -> None:
    book = calc.remote.ask("new")
    calc.remote.ask("null_date", book=book, year=null_date[0], month=null_date[1], day=null_date[2])
    cells = {
        "A1": "=DATE(2026;6;15)",
        "A2": "=DATE(2026;6;1)",
        "A3": "=DATE(2026;6;30)",
        "C1:D1": [["date", "spend"]],
        "C2": "=A1",
        "D2": 10.0,
        "C3": "=A2",
        "D3": 5.0,
    }
    calc.remote.ask("fill", book=book, cells=cells)
    calc.remote.ask("as_date", book=book, area="A1:A3")
    calc.remote.ask("as_date", book=book, area="C2:C3")
    formulas = {"F1": "=SMM_FORECAST(10;A1;A2;A3)", "F2": '=SMM_KPI("spend";C1:D3;"2026-06-10..2026-06-20")', "F3": '=SMM_KPI("spend";C:D;"2026-06")'}
    calc.remote.ask("fill", book=book, cells=formulas)
    assert calc.remote.ask("read", book=book, area="F1:F3") == [[20.0], [10.0], [15.0]]
    calc.remote.ask("close", book=book)


# --- help -----------------------------------------------------------------------------------------------------------


def test_the_function_wizard_shows_every_function_with_its_help(calc: Calc) -> None:
    shown = calc.remote.ask("wizard")
    assert set(shown) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert shown[name]["about"] == function.about.en
        assert [argument[:2] for argument in shown[name]["arguments"]] == [[given.name, extension.help_of(given).en] for given in function.parameters]


@pytest.mark.parametrize("language", ["en-US", "ru"])
def test_names_and_help_are_there_in_both_languages(calc: Calc, language: str) -> None:
    configured = calc.remote.ask("configured", language=language)
    assert set(configured) == set(SIGNATURES)
    for method, signature in SIGNATURES.items():
        function, found = signature.function, configured[method]
        assert (found["name"], found["compatible"]) == (function.name, function.name) if language == "en-US" else found["name"] == function.name
        assert found["about"] == function.about.in_language(language)
        assert sorted(map(tuple, found["arguments"])) == sorted((given.name, extension.help_of(given).in_language(language)) for given in function.parameters)


# --- the file of the extension --------------------------------------------------------------------------------------


def test_the_same_package_gives_the_same_bytes() -> None:
    assert extension.build() == extension.build()


def test_the_extension_holds_the_core_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(extension.build())) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert {"LICENSE", "icon.png", "description.xml", "CalcAddIns.xcu", "pythonpath/smm_xl/functions/__init__.py"} <= set(names)
    parts = {name.split("/")[2] for name in names if name.startswith("pythonpath/")}
    assert parts == {"__init__.py", "language.py", "errors.py", "formula.py", "cells", "catalog", "engine", "targets", "functions", "hosts"}
    assert not [name for name in names if name.endswith("office.py")]
    code = (
        "import sys; sys.path.insert(0, 'pythonpath'); import smm_xl.hosts.libreoffice.values as v; print(v.__file__, *{m.split('.')[0] for m in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    place, *loaded = done.stdout.split()
    assert place.startswith(("pythonpath", str(tmp_path)))
    assert set(loaded) - set(sys.stdlib_module_names) <= {"smm_xl", "__main__"}


def test_the_licence_in_the_extension_is_that_of_the_project() -> None:
    root = Path(__file__).parent.parent
    assert (root / "smm_xl" / "hosts" / "libreoffice" / "LICENSE.txt").read_text(encoding="utf-8") == (root / "LICENSE").read_text(encoding="utf-8")


def test_build_writes_the_extension_and_never_over_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("addin", "build", "--host", "libreoffice", "-o", "smm.oxt").exit_code == 0
    assert (tmp_path / "smm.oxt").read_bytes() == extension.build()
    (tmp_path / "smm.oxt").write_text("mine")
    again = run("addin", "build", "-o", "smm.oxt")
    assert (again.exit_code, (tmp_path / "smm.oxt").read_text()) == (2, "mine")
    assert run("addin", "build", "-o", "smm.oxt", "--force").exit_code == 0
    assert run("addin", "build", "-o", "smm.zip").exit_code == 2


# --- installing -----------------------------------------------------------------------------------------------------


def test_root_is_told_how_to_install(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    for command in ("install", "uninstall"):
        refused = run("addin", command, "--host", "libreoffice")
        assert refused.exit_code == 2
        assert "unopkg add --shared" in refused.output
    assert "без sudo" in run("addin", "install", "--host", "libreoffice", "--lang", "ru").output


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_without_libreoffice_it_is_said_where_to_get_it(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    refused = run("addin", command, "--host", "libreoffice", "--office", tmp_path)
    assert refused.exit_code == 2
    assert "libreoffice.org" in refused.output


def test_an_unknown_program_is_named(run: Callable[..., Result]) -> None:
    refused = run("addin", "doctor", "--host", "numbers")
    assert refused.exit_code == 2
    assert "numbers" in refused.output


def test_installed_examined_and_removed_again(calc: Calc) -> None:
    with folder_of_a_user() as folder:
        profile, built = folder / "profile", folder / "smm.oxt"
        built.write_bytes(extension.build())
        offices.install(calc.office, built, profile, as_user=as_user(folder))
        offices.install(calc.office, built, profile, as_user=as_user(folder))  # in place of itself
        checks = list(examine(None, profile))
        assert [check.cure for check in checks] == [None] * 4
        assert [check.found.en.split(":")[0] for check in checks] == [calc.office.version, "Python of LibreOffice", "Add-in", "=SMM_CPL(1000;20) gives 50"]
        offices.uninstall(calc.office, profile, as_user=as_user(folder))
        *_, last = examine(None, profile)
        assert (last.found.en, last.cure and last.cure.en) == ("Add-in: not installed in LibreOffice", "run: smm-xl addin install --host libreoffice")
        with pytest.raises(InputError, match="could not remove"):
            offices.uninstall(calc.office, profile, as_user=as_user(folder))


def test_what_is_no_extension_is_not_installed(calc: Calc) -> None:
    with folder_of_a_user() as folder:
        (folder / "smm.oxt").write_text("no extension")
        with pytest.raises(InputError, match="could not install"):
            offices.install(calc.office, folder / "smm.oxt", folder / "profile", as_user=as_user(folder))


# --- an installer that was killed -------------------------------------------------------------------------------------


def started_install(calc: Calc, folder: Path) -> subprocess.Popen[bytes]:
    """LibreOffice's installer at work on a profile, with its children in a group of its own."""
    profile = folder / "profile"
    command = [*as_user(folder), str(calc.office.unopkg), "add", "--force", f"-env:UserInstallation={profile.as_uri()}", str(folder / "smm.oxt")]
    return subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def ready_profile(calc: Calc) -> Iterator[Path]:
    """The folder of a user with the file of the extension and a profile without it."""
    with folder_of_a_user() as folder:
        (folder / "smm.oxt").write_bytes(extension.build())
        (folder / "smm.oxt").chmod(0o644)
        offices.install(calc.office, folder / "smm.oxt", folder / "profile", as_user=as_user(folder))
        offices.uninstall(calc.office, folder / "profile", as_user=as_user(folder))
        yield folder


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)


def is_locked(profile: Path) -> bool:
    return (profile / lock.FILE).is_file() and "IPCServer=false" in (profile / lock.FILE).read_text(encoding="utf-8")


def is_unpacked(profile: Path) -> bool:
    try:
        return any((profile / "user" / "uno_packages").rglob("component.py"))
    except FileNotFoundError:  # the installer moves folders while they are looked through
        return False


def answer(calc: Calc, profile: Path) -> object:
    with offices.started(calc.office, profile) as remote:
        book = remote.ask("new")
        remote.ask("fill", book=book, cells={"A1": "=SMM_CPL(1000;20)"})
        return remote.ask("read", book=book, area="A1:A1")


@pytest.mark.parametrize(
    ("moment", "later"), [(is_locked, 0.0), (is_locked, 0.3), (is_unpacked, 0.0)], ids=["at once", "in the middle", "when files are there"]
)
def test_an_install_that_was_killed_is_repaired_by_the_next_one(calc: Calc, moment: Callable[[Path], bool], later: float) -> None:
    with ready_profile(calc) as folder:
        profile = folder / "profile"
        for unpacked in (profile / "user" / "uno_packages").rglob("component.py"):  # removed is what LibreOffice deletes at its next start
            unpacked.unlink()
        killed = started_install(calc, folder)
        wait_for(lambda: moment(profile))
        time.sleep(later)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        assert is_locked(profile), "it was killed too late"
        offices.install(calc.office, folder / "smm.oxt", profile, as_user=as_user(folder))
        assert not (profile / lock.FILE).exists()
        assert answer(calc, profile) == [[50.0]]


def test_what_a_killed_install_left_is_removed_by_uninstall(calc: Calc) -> None:
    with folder_of_a_user() as folder:
        (folder / "smm.oxt").write_bytes(extension.build())
        (folder / "smm.oxt").chmod(0o644)
        profile = folder / "profile"
        offices.install(calc.office, folder / "smm.oxt", profile, as_user=as_user(folder))
        killed = started_install(calc, folder)
        wait_for(lambda: is_locked(profile))
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        offices.uninstall(calc.office, profile, as_user=as_user(folder))
        assert offices.installed_version(profile / "user") is None


def test_an_installer_that_still_works_is_waited_for(calc: Calc) -> None:
    with ready_profile(calc) as folder:
        profile = folder / "profile"
        left = started_install(calc, folder)
        wait_for(lambda: is_locked(profile))
        offices.install(calc.office, folder / "smm.oxt", profile, as_user=as_user(folder))
        assert left.wait() == 0
        assert answer(calc, profile) == [[50.0]]


def test_the_lock_of_an_office_that_runs_stays(calc: Calc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_WAIT", 0)
    calc.remote.ask("close", book=calc.remote.ask("new"))  # it has started
    file = calc.profile / lock.FILE
    own = file.read_bytes()
    lock.free(calc.profile)
    assert file.read_bytes() == own
    try:
        file.write_bytes(own.replace(b"IPCServer=true", b"IPCServer=false"))  # even where it looked like an installer's
        assert is_locked(calc.profile)
        lock.free(calc.profile)
        assert is_locked(calc.profile)
    finally:
        file.write_bytes(own)


def test_where_libreoffice_runs_the_user_is_told_to_close_it(calc: Calc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_WAIT", 0)
    monkeypatch.setattr(lock, "running", lambda: iter([Process("soffice.bin", ("soffice.bin", "--calc"))]))
    with ready_profile(calc) as folder:
        file = locked(folder / "profile", host=platform.node())
        with pytest.raises(InputError, match="close LibreOffice, all its windows, and try again"):
            offices.install(calc.office, folder / "smm.oxt", folder / "profile", as_user=as_user(folder))
        with pytest.raises(InputError, match="close LibreOffice, all its windows, and try again"):
            offices.uninstall(calc.office, folder / "profile", as_user=as_user(folder))
        assert file.exists()


def locked(profile: Path, *, host: str, ipc: str = "false") -> Path:
    profile.mkdir(exist_ok=True)
    file = profile / lock.FILE
    file.write_text(f"[Lockdata]\nUser=somebody\nHost={host}\nStamp=0123456789ABCDEF\nTime=Thu Nov 26 00:48:20 2026\nIPCServer={ipc}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("host", "ipc", "runs", "stays"),
    [
        (platform.node(), "false", [], False),
        (platform.node(), "false", None, True),
        (platform.node(), "false", [Process("soffice.bin", ("soffice.bin", "--calc"))], True),
        (platform.node(), "true", [], True),
        ("another-computer", "false", [], True),
    ],
    ids=["nobody's", "unknown whose", "a running one's", "an office's, which LibreOffice knows itself", "another computer's"],
)
def test_only_a_lock_that_is_nobodys_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, ipc: str, runs: list[Process] | None, stays: bool
) -> None:
    monkeypatch.setattr(lock, "_WAIT", 0)
    monkeypatch.setattr(lock, "running", lambda: None if runs is None else iter(runs))
    file = locked(tmp_path / "profile", host=host, ipc=ipc)
    lock.free(tmp_path / "profile")
    assert file.exists() == stays


def test_a_lock_that_is_another_one_by_now_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = locked(tmp_path / "profile", host=platform.node())
    monkeypatch.setattr(lock, "_WAIT", 0)

    def nobody_yet() -> Iterator[Process]:
        file.write_text(file.read_text(encoding="utf-8").replace("Stamp=0", "Stamp=F"), encoding="utf-8")
        return iter(())

    monkeypatch.setattr(lock, "running", nobody_yet)
    lock.free(tmp_path / "profile")
    assert "Stamp=F" in file.read_text(encoding="utf-8")


def test_which_programs_may_work_on_a_profile(tmp_path: Path) -> None:
    profile, link = tmp_path / "мой profile", tmp_path / "link"
    profile.mkdir()
    link.symlink_to(profile)
    owner = profile.stat().st_uid
    for words, user, is_its in (
        (None, None, True),  # Windows does not tell
        ((), owner, True),
        ((), owner + 1, False),
        ((), 0, True),
        ((profile.as_uri(),), owner + 1, True),
        ((link.as_uri(),), owner, True),
        (((tmp_path / "other").as_uri(),), owner, False),
        (("$SYSUSERCONFIG/libreoffice/4",), owner + 1, True),
    ):
        named = words and tuple(f"-env:UserInstallation={word}" for word in words)
        for name in ("soffice.bin", "unopkg.bin", "oosplash"):
            process = Process(name, None if words is None else ("/usr/lib/libreoffice/program/soffice.bin", *(named or ())), user)
            assert lock.is_in_use(profile, iter([process])) == is_its, process
    assert not lock.is_in_use(profile, iter([Process("python3", ("python3", "-m", "smm_xl", "--office", "/usr/bin/soffice"), owner)]))


def test_a_program_that_was_killed_and_that_nobody_asked_after_does_not_run(tmp_path: Path) -> None:
    shutil.copy("/bin/sleep", tmp_path / "unopkg.bin")
    with subprocess.Popen([tmp_path / "unopkg.bin", "60"]) as process:

        def seen() -> bool:
            return any(found.name == "unopkg.bin" and found.words and found.words[0] == str(tmp_path / "unopkg.bin") for found in lock.running() or ())

        wait_for(seen)
        process.kill()
        wait_for(lambda: not seen())
        assert "unopkg.bin" in Path(f"/proc/{process.pid}/comm").read_text(encoding="utf-8")  # it is listed as long as nobody waits for it


@pytest.mark.parametrize(
    ("system", "said", "names"),
    [
        ("win32", ['"System Idle Process","0","Services","0","8 K"', '"soffice.bin","7312","Console","1","211,004 K"'], ["System Idle Process", "soffice.bin"]),
        ("darwin", ["/sbin/launchd", "/Applications/LibreOffice.app/Contents/MacOS/soffice"], ["launchd", "soffice"]),
    ],
)
def test_what_runs_is_read_from_what_the_system_says(monkeypatch: pytest.MonkeyPatch, system: str, said: list[str], names: list[str]) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(lock, "_said", lambda _: said)
    assert [process.name for process in lock.running() or ()] == names
    assert lock.is_in_use(Path("profile"), lock.running())
    monkeypatch.setattr(lock, "_said", lambda _: None)
    assert lock.is_in_use(Path("profile"), lock.running())


def test_a_command_of_the_system_that_fails_says_nothing(tmp_path: Path) -> None:
    assert lock._said(["/bin/sh", "-c", "echo one; echo two"]) == ["one", "two"]
    assert lock._said(["/bin/sh", "-c", "echo one; exit 1"]) is None
    assert lock._said(["/bin/sh", "-c", ":"]) is None
    assert lock._said([str(tmp_path / "no-such-program")]) is None


# --- nothing of the current folder runs -----------------------------------------------------------------------------

_OF_A_STRANGER = "import pathlib; pathlib.Path(r'{ran}').write_text(__name__)\n"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is there if code of the current folder ran, which holds modules with the names of those that are needed."""
    folder = tmp_path / "of a stranger"
    folder.mkdir()
    for name in ("uno", "unohelper", "json", "queue", "sitecustomize", "usercustomize", "smm_xl"):
        (folder / f"{name}.py").write_text(_OF_A_STRANGER.format(ran=tmp_path / "ran"), encoding="utf-8")
    for name in ("soffice", "libreoffice", "unopkg", "python"):
        (folder / name).write_text(f"#!/bin/sh\necho {name} > '{tmp_path / 'ran'}'\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", os.environ["PATH"]]))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return tmp_path / "ran"


def test_the_doctor_and_the_office_run_nothing_of_the_current_folder(ran: Path) -> None:
    office = needed()
    with folder_of_a_user() as folder:
        profile, built = folder / "profile", folder / "smm.oxt"
        built.write_bytes(extension.build())
        built.chmod(0o644)
        offices.install(office, built, profile, as_user=as_user(folder))
        assert [check.cure for check in examine(None, profile)] == [None] * 4
        with offices.started(office, profile) as remote:
            remote.ask("new")
            works = [Path(f"/proc/{process}/cwd").readlink() for process in offices_on(profile)]
        assert works == [office.program] * len(works) != []
    assert not ran.exists()


def offices_on(profile: Path) -> list[str]:
    """The numbers of the processes of an office on a profile."""
    return [found.parent.name for found in Path("/proc").glob("[0-9]*/cmdline") if f"-env:UserInstallation={profile.as_uri()}" in commands(found)]


def commands(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return []


@pytest.mark.parametrize("knows", [True, False], ids=["3.11 and later", "before 3.11, which does not know PYTHONSAFEPATH"])
def test_libreoffices_own_python_runs_nothing_of_the_current_folder_and_finds_its_modules(ran: Path, tmp_path: Path, knows: bool) -> None:
    program = tmp_path / "program"
    program.mkdir()
    forget = "" if knows else "unset PYTHONSAFEPATH; "
    # as LibreOffice's does; a variable that is there but blank would add the current folder
    (program / "python").write_text(
        f'#!/bin/sh\n{forget}PYTHONPATH="{program}${{PYTHONPATH+:$PYTHONPATH}}"; export PYTHONPATH\nexec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    (program / "python").chmod(0o755)
    (program / "uno.py").write_text("mine = True\n", encoding="utf-8")
    office = offices.Office(program)
    assert office.python is not None
    assert office.python[0] == program / "python"
    script = tmp_path / "script.py"
    script.write_text("import json, sys, uno\nfor line in sys.stdin: print(json.dumps({'result': uno.__file__}), flush=True)\n", encoding="utf-8")
    with offices.started(office, Path("profile"), script) as remote:
        assert remote.ask("where") == str(program / "uno.py")
    assert not ran.exists()


# --- the doctor and the log -----------------------------------------------------------------------------------------


def test_the_doctor_says_what_is_wrong(run: Callable[..., Result], tmp_path: Path) -> None:
    found = run("addin", "doctor", "--host", "libreoffice", "--office", tmp_path, "--lang", "ru")
    assert found.exit_code == 1
    assert "✗ LibreOffice: не найден" in found.output
    assert "→ установите" in found.output


def broken(text: str, old: str, new: str) -> Callable[[bytes], bytes]:
    """What puts other text into a file of the extension."""

    def change(built: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(built)) as archive, zipfile.ZipFile(out, "w") as copy:
            for name in archive.namelist():
                content = archive.read(name)
                if name.endswith(text):
                    assert old.encode() in content
                    content = content.replace(old.encode(), new.encode())
                copy.writestr(name, content)
        return out.getvalue()

    return change


@pytest.mark.parametrize(
    ("change", "shown", "logged"),
    [
        (
            broken("libreoffice/values.py", "            if tuple(map", "            raise KeyError('of a cell')\n            if tuple(map"),
            "#VALUE!",
            "SMM_CPL: KeyError in values.py, line",
        ),
        (broken("libreoffice/__init__.py", "LEAST_PYTHON = (3, 11)", "LEAST_PYTHON = (9, 9)"), "", "needed: 9.9 or newer"),
        (broken("description.xml", f'"{smm_xl.__version__}"', '"0.0.1"'), "", ""),
    ],
    ids=["an exception in a function", "a Python that is too old", "another version"],
)
def test_the_doctor_names_what_failed(change: Callable[[bytes], bytes], shown: str, logged: str) -> None:
    office = needed()
    with folder_of_a_user() as folder:
        profile, built = folder / "profile", folder / "smm.oxt"
        built.write_bytes(change(extension.build()))
        offices.install(office, built, profile, as_user=as_user(folder))
        *_, last = examine(None, profile)
        assert last.cure is not None
        assert "smm-xl addin install" in last.cure.en
        if not logged:
            assert last.found.en == "Add-in: 0.0.1, for you"
            return
        assert shown in last.found.en
        assert logged in last.found.en
        assert "of a cell" not in last.found.en
        assert not (profile / "user" / LOG).exists()  # the doctor works on a copy

        with offices.started(office, profile, HERE / "server.py") as remote:
            book = remote.ask("new")
            remote.ask("fill", book=book, cells={"A1": "=SMM_CPL(1;2)", "A2": "=SMM_CPL(3;4)"})
            remote.ask("read", book=book, area="A1:A2")
        lines = (profile / "user" / LOG).read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1  # each message once
        assert logged in lines[0]
        log = next(check for check in examine(None, profile) if check.found.en.startswith("Log"))
        assert lines[0] in log.found.en
        assert log.cure is not None


def test_an_office_that_does_not_start_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 7\n")
    (tmp_path / "soffice").chmod(0o755)
    with offices.started(offices.Office(tmp_path), tmp_path / "profile") as remote, pytest.raises(RuntimeError, match="soffice ended with 7"):
        remote.ask("new")
