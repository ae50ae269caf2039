"""What can keep the add-in from working in Excel on Windows: found, said with its cure, refused or warned of; installing that is killed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import Result

import smm_xl
from smm_xl.errors import InputError
from smm_xl.hosts.checks import Check
from smm_xl.hosts.excel_addin import build, doctor, from_bundle, installing, states, windows, wrappers
from smm_xl.hosts.excel_addin.states import Of, State
from smm_xl.hosts.excel_addin.windows import Computer

Run = Callable[..., Result]
OFFICE = r"Software\Microsoft\Office\16.0"
POLICIES = r"Software\Policies\Microsoft\Office\16.0"
CLOUD = r"Software\Policies\Microsoft\Cloud\Office\16.0"
RULES = r"Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
OWN_RULES = r"Software\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
MANAGER = r"Software\Policies\Microsoft\Windows Defender\Policy Manager"
CHILDREN, CALLS = "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
REMOTE = 4


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    """A Windows computer on which all is well, as far as files tell. Its Python says of itself what stands in the file facts."""
    excel = tmp_path / "Office16" / "EXCEL.EXE"
    excel.parent.mkdir()
    excel.touch()
    python = tmp_path / "python.exe"
    python.write_text(f"#!/bin/sh\ncat {tmp_path}/facts\n", encoding="utf-8")
    python.chmod(0o755)
    tell(tmp_path, base=str(tmp_path))
    (tmp_path / f"xlwings64-{wrappers.xlwings_version()}.dll").touch()
    start_folder = tmp_path / "Microsoft" / "Excel" / "XLSTART"
    return Computer(True, start_folder, excel, python, "cp1251", lambda path: path, base_prefix=tmp_path)


def tell(folder: Path, base: str) -> None:
    facts = {"python": "3.11.0", "base": base, "pywin32": True, "xlwings": wrappers.xlwings_version(), "smm-xl": smm_xl.__version__, "answer": 50.0}
    (folder / "facts").write_text(json.dumps(facts), encoding="utf-8")


def ours(version: str) -> bytes:
    """An add-in of a version of ours, as far as its mark tells."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("docProps/core.xml", f"<dc:description>smm-xl {version}, xlwings 0.1</dc:description>")
    return made.getvalue()


OLD, NEW = ours("0.0.1"), ours("0.0.2")


def has(computer: Computer, hive: str, path: str, **values: object) -> Computer:
    """The computer with values in its registry, beside those that are there."""
    there = {name.lower(): value for name, value in values.items()}

    def look(asked_hive: str, asked_path: str) -> Mapping[str, object]:
        more = there if (asked_hive, asked_path.lower()) == (hive, path.lower()) else {}
        return {**computer.values(asked_hive, asked_path), **more}

    return replace(computer, values=look)


def disabled(path: str) -> bytes:
    """A file on Excel's list of what it has switched off: a kind, the lengths of two texts, and these."""
    texts = [f"{text}\0".encode("utf-16-le") for text in (path.lower(), "SMM KPI")]
    return b"".join(number.to_bytes(4, "little") for number in (2, *map(len, texts))) + b"".join(texts)


def in_store(computer: Computer) -> Computer:
    place = computer.start_folder.parent / "WindowsApps" / "Microsoft.Office.Desktop.Excel_16051.1_x86__8wekyb3d8bbwe" / "Office16" / "EXCEL.EXE"
    return replace(computer, excel=place)


def with_a_foreign_file(computer: Computer) -> Computer:
    computer.start_folder.mkdir(parents=True, exist_ok=True)
    computer.addin.write_bytes(b"not ours")
    return computer


def python_in_store(computer: Computer) -> Computer:
    base = "/Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12_3.12.1_x64__qbz5n2kfra8p0"
    tell(computer.interpreter.parent, base)
    return replace(computer, base_prefix=Path(base))


def elsewhere(computer: Computer) -> Computer:
    """A second add-in in Excel's list."""
    return has(computer, "HKCU", rf"{OFFICE}\Excel\Options", OPEN=r'/R "C:\add-ins\smm.xlam"')


def marked(computer: Computer) -> Computer:
    return replace(computer, stream=lambda path, name: "[ZoneTransfer]\r\nZoneId=3\r\n" if (path, name) == (str(computer.addin), "Zone.Identifier") else "")


def left_over(computer: Computer) -> Computer:
    (computer.start_folder / ".smm-xl-x1y2.xlam").write_bytes(b"half")
    return computer


class Case(NamedTuple):
    """How a state comes about, and what is said of it."""

    make: Callable[[Computer], Computer]
    words: str


def policy(name: str, key: str, value: int = 1) -> Callable[[Computer], Computer]:
    return lambda computer: has(computer, "HKCU", rf"{POLICIES}\{key}", **{name: value})


def macros_off(computer: Computer) -> Computer:
    return replace(policy("VBAWarnings", r"Excel\Security", 4)(computer), drive_type=lambda path: REMOTE)


CASES = {
    "no Windows": Case(lambda computer: replace(computer, is_windows=False), "Windows: no"),
    "no Excel": Case(lambda computer: replace(computer, excel=None), "Excel: not found"),
    "Excel of the Store": Case(in_store, "from the Microsoft Store"),
    "start folder on the network": Case(lambda computer: replace(computer, drive_type=lambda path: REMOTE), "XLSTART is on the network"),
    "no trusted folders": Case(policy("AllLocationsDisabled", r"Excel\Security\Trusted Locations"), rf"HKCU\{POLICIES}\Excel\Security\Trusted Locations"),
    "macros off": Case(macros_off, r"Excel\Security\VBAWarnings = 4"),
    "add-ins off": Case(policy("DisableAllAddins", r"Excel\Security"), "all are switched off"),
    "signature needed": Case(policy("RequireAddinSig", r"Excel\Security"), "this one has none"),
    "disabled by Excel": Case(
        lambda computer: has(computer, "HKCU", rf"{OFFICE}\Excel\Resiliency\DisabledItems", A1B2=disabled(r"C:\XLSTART\smm.xlam")), r"(c:\xlstart\smm.xlam)"
    ),
    "child processes barred": Case(lambda computer: has(computer, "HKLM", RULES, **{CHILDREN: "1"}), "may start no other program"),
    "calls of Windows barred": Case(lambda computer: has(computer, "HKLM", RULES, **{CALLS: "1"}), "may not call libraries"),
    "two add-ins": Case(elsewhere, r"as well: C:\add-ins\smm.xlam"),
    "Python of the Store": Case(python_in_store, "one of the Microsoft Store"),
    "path of Python": Case(lambda computer: replace(computer, encoding="ascii", interpreter=renamed(computer)), "letters of another language"),
    "mark of the web": Case(marked, "as one from the internet"),
    "installation interrupted": Case(left_over, "left .smm-xl-x1y2.xlam"),
    "foreign file": Case(with_a_foreign_file, "another add-in of that name"),
    "in use": Case(lambda computer: replace(computer, is_open=lambda path: path == computer.addin), "in use or write-protected"),
}


def renamed(computer: Computer) -> Path:
    """The Python in a folder with a Russian name."""
    folder = computer.interpreter.parent / "Мария"
    folder.mkdir(exist_ok=True)
    return Path(computer.interpreter.replace(folder / computer.interpreter.name))


def test_each_state_has_a_case() -> None:
    assert list(CASES) == [state.key for state in states.STATES]


def applies(state: State, computer: Computer) -> Check:
    check = state.check(computer)
    assert check is not None
    return check


@pytest.mark.parametrize("state", states.STATES, ids=lambda state: state.key)
def test_a_state_is_found_where_it_is_and_nowhere_else(state: State, computer: Computer) -> None:
    installing.install(computer)
    assert [other.key for other in states.STATES if other.check(computer)] == []
    case = CASES[state.key]
    check = applies(state, case.make(computer))
    assert case.words in check.found.en
    assert all(any("а" <= sign <= "я" for sign in text.ru) and text.ru != text.en for text in (check.found, state.cure))
    assert check.cure == state.cure


@pytest.mark.parametrize("state", states.STATES, ids=lambda state: state.key)
def test_install_refuses_what_cannot_work_and_warns_of_the_rest(state: State, computer: Computer) -> None:
    computer.start_folder.mkdir(parents=True)
    computer.addin.write_bytes(OLD)
    changed = CASES[state.key].make(computer)
    if state.refuses:
        before = computer.addin.read_bytes()
        with pytest.raises(InputError) as refused:
            installing.install(changed)
        assert CASES[state.key].words in str(refused.value)
        assert str(refused.value).endswith(state.cure.en)
        assert refused.value.text.ru.endswith(state.cure.ru)
        assert computer.addin.read_bytes() == before
        assert list(computer.start_folder.parent.iterdir()) == [computer.start_folder]
    else:
        doubts = installing.install(changed)
        assert windows.version_of(computer.addin) == (smm_xl.__version__, wrappers.xlwings_version())
        assert (state.cure in [doubt.cure for doubt in doubts]) == (state.of is Of.COMPUTER)
        if state.key == "installation interrupted":  # it is mended
            assert list(computer.start_folder.iterdir()) == [computer.addin]


@pytest.mark.parametrize("state", [state for state in states.STATES if state.of is not Of.MOMENT], ids=lambda state: state.key)
def test_the_doctor_says_each_where_it_applies(state: State, computer: Computer) -> None:
    installing.install(computer)
    assert [check for check in doctor.examine(computer) if check.cure] == []
    changed = CASES[state.key].make(computer)
    if state.key == "path of Python":  # the add-in holds it: the code page has changed since
        computer.addin.write_bytes(build.xlam(str(changed.interpreter)))
    found = list(doctor.examine(changed))
    (check,) = [check for check in found if check.cure == state.cure]
    assert CASES[state.key].words in check.found.en
    others = [check.found.en for check in found if check.cure and check.cure != state.cure]
    assert [line for line in others if not ("on the network" in line and state.key == "macros off")] == []


def test_the_doctor_asks_the_python_of_the_add_in_where_it_comes_from_and_not_its_own(computer: Computer) -> None:
    installing.install(computer)
    python_in_store(computer)  # what that Python says of itself; this one is as it was
    assert [check.found.en.split(" is one of")[0] for check in doctor.examine(computer) if check.cure] == [f"Python: {computer.interpreter}"]


# --- where it is found ----------------------------------------------------------------------------------------------


def key(name: str) -> State:
    return next(state for state in states.STATES if state.key == name)


@pytest.mark.parametrize(
    ("interpreter", "base", "is_one"),
    [
        (r"C:\Users\m\AppData\Local\Microsoft\WindowsApps\python.exe", r"C:\Python312", True),
        (r"C:\venv\Scripts\python.exe", r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.1_x64__qbz5n2kfra8p0", True),
        (r"C:\venv\Scripts\python.exe", r"D:\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0", True),
        (r"C:\WindowsApps of mine\python.exe", r"C:\Python312", False),
    ],
)  # fmt: skip
def test_python_of_the_store_is_known_by_either_path(interpreter: str, base: str, is_one: bool, computer: Computer) -> None:
    asked = replace(computer, interpreter=Path(interpreter), base_prefix=Path(base))
    assert (key("Python of the Store").check(asked) is not None) == is_one


@pytest.mark.parametrize(
    ("folder", "is_one"),
    [(r"\\server\users\m\XLSTART", True), (r"\\?\C:\Users\m\XLSTART", False), (r"C:\Users\m\XLSTART", False)],
    ids=lambda value: str(value),
)
def test_a_folder_of_a_server_is_one_on_the_network(folder: str, is_one: bool, computer: Computer) -> None:
    assert (key("start folder on the network").check(replace(computer, start_folder=Path(folder))) is not None) == is_one


def test_a_folder_on_the_network_is_well_where_these_are_allowed(computer: Computer) -> None:
    remote = has(replace(computer, drive_type=lambda path: REMOTE), "HKCU", rf"{OFFICE}\Excel\Security\Trusted Locations", AllowNetworkLocations=1)
    assert installing.install(has(remote, "HKCU", rf"{OFFICE}\Excel\Security", VBAWarnings=4)) == ()


@pytest.mark.parametrize(("value", "is_said"), [(1, False), (2, False), (3, True), (4, True)])
def test_macros_that_are_off_matter_only_where_the_start_folder_is_not_trusted(value: int, is_said: bool, computer: Computer) -> None:
    off = has(computer, "HKCU", rf"{OFFICE}\Excel\Security", VBAWarnings=value)
    assert key("macros off").check(off) is None
    nowhere = has(off, "HKCU", rf"{OFFICE}\Excel\Security\Trusted Locations", AllLocationsDisabled=1)
    assert (key("macros off").check(nowhere) is not None) == is_said


@pytest.mark.parametrize(
    ("settings", "is_said"),
    [
        ((("HKCU", OFFICE, 1),), True),
        ((("HKLM", POLICIES, 1),), True),
        ((("HKLM", OFFICE, 1),), False),  # Excel does not look there
        ((("HKCU", OFFICE, 1), ("HKLM", POLICIES, 0)), False),
        ((("HKLM", POLICIES, 0), ("HKCU", POLICIES, 1)), True),
        ((("HKCU", POLICIES, 1), ("HKCU", CLOUD, 0)), False),
        ((("HKCU", OFFICE.replace("16.0", "15.0"), 1),), False),  # left by an Office that is no longer there
    ],
)  # fmt: skip
def test_a_policy_goes_before_what_the_user_chose(settings: tuple[tuple[str, str, int], ...], is_said: bool, computer: Computer) -> None:
    for hive, root, value in settings:
        computer = has(computer, hive, rf"{root}\Excel\Security", DisableAllAddins=value)
    assert (key("add-ins off").check(computer) is not None) == is_said


def test_excel_2013_has_settings_of_its_own(computer: Computer) -> None:
    older = has(
        replace(computer, excel=Path(r"C:\Program Files\Microsoft Office 15\root\Office15\EXCEL.EXE")), "HKCU", rf"{OFFICE}\Excel\Security", DisableAllAddins=1
    )
    assert key("add-ins off").check(older) is None
    older = has(older, "HKCU", rf"{OFFICE.replace('16.0', '15.0')}\Excel\Security", DisableAllAddins=1)
    assert r"Office\15.0\Excel" in applies(key("add-ins off"), older).found.en


def test_a_policy_for_add_ins_that_are_always_loaded_asks_for_a_signature_too(computer: Computer) -> None:
    asked = has(computer, "HKCU", rf"{POLICIES}\Common\Security", RequireAlwaysOnMacroSig=1)
    assert "RequireAlwaysOnMacroSig = 1" in applies(key("signature needed"), asked).found.en


def test_other_files_that_excel_switched_off_are_not_ours(computer: Computer) -> None:
    other = has(computer, "HKCU", rf"{OFFICE}\Excel\Resiliency\DisabledItems", A=disabled(r"C:\other.xlam"), B=b"\1", C="text")
    assert key("disabled by Excel").check(other) is None


@pytest.mark.parametrize(
    ("rules", "is_said"),
    [
        (((RULES, CHILDREN, "1"),), True),
        (((RULES, CHILDREN, 1),), True),
        (((RULES, CHILDREN.upper(), "6"),), True),
        (((RULES, CHILDREN, "2"),), False),  # it only notes
        (((RULES, CHILDREN, "0"), (OWN_RULES, CHILDREN, "1")), False),
        (((OWN_RULES, CHILDREN, "1"),), True),
        (((MANAGER, "ASRRules", f"{CALLS}=1|{CHILDREN.upper()}=1"),), True),
        (((MANAGER, "ASRRules", f"{CALLS}=1|{CHILDREN}=2"), (OWN_RULES, CHILDREN, "1")), False),
    ],
)  # fmt: skip
def test_a_rule_of_defender_counts_where_it_bars(rules: tuple[tuple[str, str, object], ...], is_said: bool, computer: Computer) -> None:
    for path, name, value in rules:
        computer = has(computer, "HKLM", path, **{name: value})
    assert (key("child processes barred").check(computer) is not None) == is_said


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (r'"C:\add-ins\SMM.xlam"', r"C:\add-ins\SMM.xlam"),
        (r'/R "\\server\share\smm.xlam"', r"\\server\share\smm.xlam"),
        ("smm.xlam", "AddIns/smm.xlam"),
        (r"/A /R C:\add-ins\smm.xlam", r"C:\add-ins\smm.xlam"),
    ],
)  # fmt: skip
def test_an_add_in_of_excels_list_is_found(value: str, path: str, computer: Computer) -> None:
    listed = has(computer, "HKCU", rf"{OFFICE}\Excel\Options", OPEN=r'"C:\other.xlam"', OPEN1=value, OPENED=r'"D:\smm.xlam"')
    (other,) = states.others(listed)
    assert str(other).endswith(path)


def test_the_installed_add_in_is_no_second_one_where_the_list_names_it_too(computer: Computer) -> None:
    installing.install(computer)
    assert states.others(has(computer, "HKCU", rf"{OFFICE}\Excel\Options", OPEN=f'"{str(computer.addin).upper()}"')) == ()


def test_other_start_folders_are_looked_at(computer: Computer, tmp_path: Path) -> None:
    assert computer.excel is not None
    for folder in (computer.excel.parent / "XLSTART", tmp_path / "more"):
        folder.mkdir()
        (folder / "smm.xlam").touch()
    listed = has(computer, "HKCU", rf"{OFFICE}\Excel\Options", AltStartup=str(tmp_path / "more"))
    assert set(states.others(listed)) == {computer.excel.parent / "XLSTART" / "smm.xlam", tmp_path / "more" / "smm.xlam"}


def test_a_carried_add_in_is_examined_as_the_one_there_is(computer: Computer, tmp_path: Path) -> None:
    carried = tmp_path / "downloads" / "smm.xlam"
    carried.parent.mkdir()
    carried.write_bytes(build.xlam(str(computer.interpreter)))
    listed = has(computer, "HKCU", rf"{OFFICE}\Excel\Options", OPEN=f'"{carried}"')
    found = list(doctor.examine(listed))
    assert f"Add-in: {smm_xl.__version__}, {carried}" in [check.found.en for check in found]
    assert [check for check in found if check.cure] == []
    barred = has(listed, "HKCU", rf"{POLICIES}\Excel\Security", BlockContentExecutionFromInternet=1)
    (check,) = [check for check in doctor.examine(replace(barred, stream=lambda path, name: "ZoneId=4" if path == str(carried) else "")) if check.cure]
    assert "BlockContentExecutionFromInternet = 1" in check.found.en
    assert "Unblock" in str(check.cure)


@pytest.mark.parametrize(("text", "is_said"), [("[ZoneTransfer]\nZoneId=4\n", True), ("[ZoneTransfer]\nZoneId=2\n", False), ("HostUrl=x?ZoneId=3", False)])
def test_only_a_mark_of_the_web_counts(text: str, is_said: bool, computer: Computer) -> None:
    assert (key("mark of the web").check(replace(computer, stream=lambda path, name: text)) is not None) == is_said


# --- installing that goes wrong -------------------------------------------------------------------------------------

# installs with an add-in of another version, and is killed at the given use of a file below its folder; or, where that is -1, in the midst of writing
KILLED = """
import os, resource, signal, sys
from pathlib import Path
from smm_xl.hosts.excel_addin import build, installing, windows

start_folder, stop = Path(sys.argv[1]), int(sys.argv[2])
home = str(start_folder.parents[2])
build.xlam = lambda python: bytes.fromhex(sys.argv[3])
seen = 0


def watch(event, arguments):
    global seen
    if event in ("open", "os.mkdir", "os.rename", "os.remove") and str(arguments[0]).startswith(home):
        if seen == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1


if stop < 0:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
sys.addaudithook(watch)
installing.install(windows.Computer(True, start_folder, Path(sys.executable), Path(sys.executable), "cp1251", lambda path: path))
print(seen)
"""


def killed(start_folder: Path, stop: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(start_folder.parents[2])}
    return subprocess.run(
        [sys.executable, "-B", "-c", KILLED, str(start_folder), str(stop), NEW.hex()], capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("earlier", [None, OLD], ids=["the first", "an update"])
def test_an_installation_that_is_killed_leaves_the_old_or_the_new_add_in_and_the_next_one_mends_it(
    earlier: bytes | None, computer: Computer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "xlam", lambda python: NEW)
    for stop in range(-1, 20):
        folder = tmp_path / str(stop) / "Microsoft" / "Excel" / "XLSTART"
        if earlier is not None:
            folder.mkdir(parents=True)
            (folder / "smm.xlam").write_bytes(earlier)
        done = killed(folder, stop)
        there = {path.name: path.read_bytes() for path in folder.glob("*")}
        assert there in ([{}] if earlier is None else [{"smm.xlam": earlier}]) + [{"smm.xlam": NEW}]
        if stop < 0:
            assert (folder.parent / "smm.xlam.new").read_bytes() == NEW[:1]  # it was in the midst
        installing.install(replace(computer, start_folder=folder))
        assert [path.name for path in folder.parent.rglob("*")] == ["XLSTART", "smm.xlam"]
        assert (folder / "smm.xlam").read_bytes() == NEW
        if done.returncode == 0:
            break
        assert done.returncode < 0, done.stderr
    assert stop == int(done.stdout) >= 4  # each use of a file was one at which it was killed


def test_where_excel_has_the_add_in_open_the_earlier_one_stays(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows refuses it; Excel may have been started since the look at the file."""
    installing.install(computer)
    before = computer.addin.read_bytes()

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Access is denied", str(self))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(InputError, match="close Excel and try again"):
        installing.install(replace(computer, interpreter=Path("/other/python.exe")))
    assert computer.addin.read_bytes() == before
    assert [path.name for path in computer.start_folder.parent.iterdir()] == ["XLSTART"]


def test_a_folder_that_takes_no_files_is_named(computer: Computer) -> None:
    computer.start_folder.parent.parent.mkdir()
    computer.start_folder.parent.write_bytes(b"a file")
    with pytest.raises(InputError, match="cannot be written") as refused:
        installing.install(computer)
    assert str(computer.start_folder) in refused.value.text.ru


# --- the commands ---------------------------------------------------------------------------------------------------


def test_the_command_says_what_may_keep_the_add_in_from_working(computer: Computer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    barred = CASES["child processes barred"].make(computer)
    monkeypatch.setattr(windows, "this_computer", lambda: barred)
    result = run("addin", "install", "--host", "excel", "--lang", "ru")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[1:] == [
        f"но может не заработать. Defender: Excel нельзя запускать другие программы, и Python тоже (правило {CHILDREN})",
        f"  {key('child processes barred').cure.ru}",
    ]


def test_a_python_that_does_not_know_the_flags_of_excels_command_is_called_old(computer: Computer) -> None:
    """As Python 3.10 refuses -P."""
    usage = "Unknown option: -P\nusage: python [option] ...\nTry `python -h' for more information.\n"
    computer.interpreter.write_text(f"#!/bin/sh\ncat >&2 <<'EOF'\n{usage}EOF\nexit 2\n", encoding="utf-8")
    installing.install(computer)
    *_, last = doctor.examine(computer)
    assert last.found.en == f"Python: {computer.interpreter} does not answer: it is older than 3.11"


def test_the_doctor_does_not_wait_for_what_python_started_in_its_turn(computer: Computer, tmp_path: Path) -> None:
    computer.interpreter.write_text(f"#!/bin/sh\nsleep 60 &\necho $! >{tmp_path}/other\ncat {tmp_path}/facts\n", encoding="utf-8")
    installing.install(computer)
    started = time.monotonic()
    assert [check for check in doctor.examine(computer) if check.cure] == []
    assert time.monotonic() - started < 30
    os.kill(int((tmp_path / "other").read_text()), signal.SIGTERM)  # it was still there


def test_the_installation_of_the_zip_says_it_too(computer: Computer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    barred = CASES["calls of Windows barred"].make(computer)
    monkeypatch.setattr(windows, "this_computer", lambda: barred)
    assert from_bundle.main(["register"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"but it may not work yet. Defender: macros may not call libraries of Windows, as the add-in has to (rule {CALLS})",
        f"  {key('calls of Windows barred').cure.en}",
    ]


def test_nothing_of_the_current_folder_runs_where_the_doctor_asks_python(computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = tmp_path / "books"
    for name in ("json.py", "sitecustomize.py", "smm_xl/__init__.py", "xlwings/__init__.py"):
        file = evil / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(tmp_path / 'RAN')!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(evil)
    monkeypatch.setenv("PYTHONPATH", str(evil))
    computer.interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    installing.install(computer)
    assert "=SMM_CPL(1000;20) gives 50" in [check.found.en for check in doctor.examine(computer)]
    assert not (tmp_path / "RAN").exists()
