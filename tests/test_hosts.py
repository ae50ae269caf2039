"""The hosts: what each does or why it does not, the command line that maps over them, and how their modules stand to each other."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from smm_xl.hosts import all as hosts
from smm_xl.hosts.checks import Check
from smm_xl.hosts.host import Built, Files, Host, Options, Say, Tried
from smm_xl.language import Text

Run = Callable[..., Result]
ROOT = Path(__file__).parent.parent
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in (ROOT / "smm_xl" / "hosts").rglob("*.py")}

# --- a new host is one entry ----------------------------------------------------------------------------------------


def installed(options: Options) -> Sequence[Check]:
    assert options == Options()
    return (Check(Text("Tables: is open", "Таблицы: открыты"), Text("close it", "закройте")),)


def removed(options: Options) -> None:
    assert options == Options()


def examined(options: Options) -> Iterator[Check]:
    assert options == Options()
    yield Check(Text("Tables: 1.0", "Таблицы: 1.0"))


def built() -> Built:
    return Built(b"functions", Text("open it", "откройте"), Text("it is an early version", "это ранняя версия"))


def tried(language: str, say: Say) -> Tried:
    say(Text("it takes a second", "одна секунда"))
    return Tried(language.encode(), "1 of 1", is_well=True)


TABLES = Host(
    key="tables",
    name="Tables",
    install=installed,
    uninstall=removed,
    examine=examined,
    build=Files({".tab": built}, known=Text("Tables knows .tab", "Таблицы узнают .tab"), naming=Text("name it smm.tab", "назовите файл smm.tab")),
    try_out=tried,
)


@pytest.fixture
def _tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "HOSTS", (*hosts.HOSTS[:3], TABLES))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("install", "--host", "tables"), 0,
            "installed; start Tables anew and type =SMM_CPL(1000;20): it gives 50\nbut it may not work yet. Tables: is open\n  close it\n",
        ),
        (("uninstall", "--host", "tables"), 0, "removed\n"),
        (("doctor", "--host", "tables"), 0, "✓ Tables: 1.0\n"),
        (("build", "--host", "tables", "-o", "smm.tab"), 0, "it is an early version\nwritten: smm.tab; open it\n"),
        (("build", "--host", "tables", "-o", "smm.xlam"), 2, "smm-xl: smm.xlam: Tables knows .tab; name it smm.tab\n"),
        (("selftest", "--host", "tables", "-o", "page.txt"), 0, "it takes a second\nwritten: page.txt; 1 of 1\n"),
        (("install", "--host", "tables", "--office", "."), 2, "smm-xl: --office: this is for --host libreoffice alone; leave it out\n"),
        (("doctor", "--host", "numbers"), 2, "smm-xl: unknown value of --host «numbers»; known are: libreoffice, excel, lite, tables\n"),
        (("build", "--host", "table", "-o", "smm.tab"), 2, "smm-xl: unknown value of --host «table»; did you mean tables?\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
@pytest.mark.usefixtures("_tables")
def test_a_new_host_is_one_entry(arguments: tuple[str, ...], code: int, said: str, run: Run) -> None:
    result = run("addin", *arguments)
    assert (result.exit_code, result.output) == (code, said)


@pytest.mark.usefixtures("_tables")
def test_the_file_of_a_new_host_is_written_once(run: Run, tmp_path: Path) -> None:
    run("addin", "build", "--host", "tables", "-o", "smm.TAB")
    assert (tmp_path / "smm.TAB").read_bytes() == b"functions"
    assert "already there" in run("addin", "build", "--host", "tables", "-o", "smm.TAB").output


def test_the_help_lists_the_hosts(run: Run) -> None:
    assert "libreoffice|excel|lite" in run("addin", "doctor", "--help").output


# --- what a host does not do ----------------------------------------------------------------------------------------


def test_the_hosts_are_known_by_their_keys() -> None:
    keys = [host.key for host in hosts.HOSTS]
    assert keys[:3] == ["libreoffice", "excel", "lite"]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("command", "en", "ru"),
    [
        ("install", "pip wheel --no-deps -w dist . and import the file in xlwings Lite", "загрузите файл в xlwings Lite"),
        ("uninstall", "delete the lines about smm_xl in main.py", "удалите строки о smm_xl в main.py"),
        ("doctor", "look below its editor, where it shows what went wrong", "она сама показывает под редактором"),
        ("build", "pip wheel --no-deps -w dist . and import the file in xlwings Lite", "загрузите файл в xlwings Lite"),
        ("selftest", "type =SMM_CPL(1000,20) into a cell: it gives 50", "введите в ячейку =SMM_CPL(1000;20): получится 50"),
    ],
)
def test_xlwings_lite_says_why_not_and_what_to_do_instead(command: str, en: str, ru: str, run: Run, tmp_path: Path) -> None:
    output = ("-o", "file") if command == "build" else ()
    for language, words in (("en", en), ("ru", ru)):
        refused = run("addin", command, "--host", "lite", *output, "--lang", language)
        assert refused.exit_code == 2
        assert words in refused.stderr
    assert list(tmp_path.iterdir()) == []


# --- modules --------------------------------------------------------------------------------------------------------


def modules_of(path: Path) -> set[str]:
    """What a file imports anywhere in it: modules, and names that may be modules."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (named & set(NAMES)) or {node.module}
    return found


def test_no_modules_of_the_hosts_import_each_other_in_a_circle() -> None:
    asked = {name: (modules_of(path) & set(NAMES)) - {name} for name, path in NAMES.items()}
    assert asked["smm_xl.hosts.excel_addin.installing"] >= {"smm_xl.hosts.excel_addin.states", "smm_xl.hosts.excel_addin.windows"}
    assert len(list(graphlib.TopologicalSorter(asked).static_order())) == len(NAMES)  # else CycleError names the circle


@pytest.mark.parametrize("module", ["smm_xl.hosts.excel", "smm_xl.hosts.lite", "smm_xl.hosts.excel_addin.server"])
def test_what_a_spreadsheet_program_starts_loads_no_other_host(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in sys.modules if name.startswith('smm_xl.hosts')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert module in loaded
    assert {"smm_xl.hosts.all", "smm_xl.hosts.host", "smm_xl.hosts.libreoffice"} & set(loaded) == set()


def test_the_command_line_loads_of_the_hosts_what_names_them_alone() -> None:
    code = "import sys, smm_xl.commands.addin; print(*(name.removeprefix('smm_xl.hosts.') for name in sys.modules if name.startswith('smm_xl.hosts.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    packages = {path.parent.name for path in (ROOT / "smm_xl" / "hosts").glob("*/host.py")}
    assert packages >= {"excel_addin", "libreoffice"}
    assert set(loaded) == {"all", "checks", "faults", "host", *packages, *(f"{package}.host" for package in packages)}
