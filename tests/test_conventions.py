"""What the project promises of itself: imports, types, style, and that the README's commands are those that run."""

from __future__ import annotations

import ast
import graphlib
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import smm_xl
from smm_xl.catalog.definitions import KPIS
from smm_xl.targets.calculations import CALCULATIONS
from tests.conftest import SLOW
from tests.wheels import wheel

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "smm_xl").rglob("*.py"))
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_RU = (ROOT / "README.ru.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# The parts of the package, each with those that it stands upon: it may import these and what they stand upon, and nothing else
PARTS = {
    "language": "", "errors": "language", "formula": "errors", "cells": "", "catalog": "cells formula", "engine": "catalog", "targets": "engine",
    "functions": "targets", "sources": "targets", "reports": "sources", "outputs": "reports", "workbook": "functions outputs", "hosts": "workbook",
    "commands": "hosts", "ribbon": "commands", "__main__": "commands",
}  # fmt: skip
CORE = ("language", "errors", "formula", "cells", "catalog", "engine", "targets", "functions")


def below(part: str) -> set[str]:
    """The parts that a part stands upon, to the ground."""
    return {part}.union(*(below(other) for other in PARTS[part].split()))


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, with dots."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "smm_xl" else {node.module}
    return found


def name_of(path: Path) -> str:
    """The module, or the package below smm_xl that holds it."""
    return path.relative_to(ROOT / "smm_xl").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    if path == ROOT / "smm_xl" / "__init__.py":  # the public face, which loads what it shows when it is asked for
        return
    parts = {module.split(".")[1] for module in imports_of(path) if module.startswith("smm_xl.")}
    assert parts - below(name_of(path)) == set()


def test_cells_and_language_import_nothing_of_ours_and_formula_knows_no_domain() -> None:
    assert below("cells") | below("language") == {"cells", "language"}
    assert below("formula") == {"formula", "errors", "language"}


def own_imports(path: Path) -> set[str]:
    """The modules of ours that a file imports anywhere in it, but for types alone."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), set[str]()
    for_types = {inner for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" for inner in ast.walk(node)}
    for node in set(ast.walk(tree)) - for_types:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {module if module in NAMES else str(node.module) for module in (f"{node.module}.{alias.name}" for alias in node.names)}
    return found & NAMES.keys()


def test_no_module_imports_itself_in_a_circle() -> None:
    graphlib.TopologicalSorter({name: own_imports(path) for name, path in NAMES.items()}).prepare()  # raises CycleError, which names the circle


def test_the_sheets_do_not_know_the_template_and_the_reader_knows_neither() -> None:
    own = {name: own_imports(path) for name, path in NAMES.items() if name.startswith("smm_xl.workbook")}
    assert [name for name, modules in own.items() if "smm_xl.workbook.template" in modules] == []
    assert {module for module in own["smm_xl.workbook.reader"] if module in own} == {
        "smm_xl.workbook.content",
        "smm_xl.workbook.schema",
        "smm_xl.workbook.stored",
    }


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) in CORE], ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_imports_the_standard_library_alone(path: Path) -> None:
    assert {module.split(".")[0] for module in imports_of(path)} <= {"smm_xl", *sys.stdlib_module_names}


def test_outside_libraries_are_imported_where_they_belong() -> None:
    homes = {
        "uno": ("hosts/libreoffice/component.py", "hosts/libreoffice/remote.py"),
        "xlwings": ("hosts/registering.py", "hosts/excel.py", "hosts/excel_addin/server.py"),
        "pyopenvba": ("hosts/excel_addin/build.py",),
        "packaging": ("hosts/excel_addin/bundle.py",),
        "pythoncom": ("hosts/excel_addin/server.py", "hosts/excel_addin/watching.py"),
        "xlsxwriter": ("workbook/", "outputs/workbook_", "outputs/rows.py"),
        "click": ("commands/",),
        "numpy": ("sources/", "reports/frames.py", "workbook/"),
        "narwhals": ("sources/",),
        "polars": ("sources/", "outputs/rows.py"),
        "pandas": ("reports/frames.py",),
    }
    for path in MODULES:
        name = path.relative_to(ROOT / "smm_xl").as_posix()
        for module in imports_of(path):
            assert name.startswith(homes.get(module.split(".")[0], name)), f"{name} imports {module}"


@pytest.mark.parametrize("module", ["smm_xl", "smm_xl.functions"])
def test_importing_it_loads_the_standard_library_alone(module: str) -> None:
    code = f"import sys; before = set(sys.modules); import {module}; print(*{{m.split('.')[0] for m in set(sys.modules) - before}})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert set(loaded) - set(sys.stdlib_module_names) == {"smm_xl"}


@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (["calc", "cpl", "1000", "20"], set()),
        (["kpis", "--format", "csv"], set()),
        (["plan", "--customers", "5", "--cr-lead-customer", "1", "--cr-click-lead", "1", "--cpc", "1"], set()),
        (["report", "--example", "--by", "month", "--compare", "previous"], {"narwhals", "numpy", "polars"}),
        (["template", "--demo", "-o", "book.xlsx"], {"narwhals", "numpy", "polars"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_no_library_that_it_does_not_need(command: list[str], loaded: set[str], tmp_path: Path) -> None:
    heavy = "{'narwhals', 'numpy', 'polars', 'pandas', 'pyarrow', 'duckdb', 'xlwings'}"
    code = f"import sys; from smm_xl.commands.main import app; app({command}, standalone_mode=False); print('loaded', *{heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert set(said.splitlines()[-1].split()) == {"loaded", *loaded}


def test_colours_fonts_and_the_rules_of_safe_cells_stand_in_one_place() -> None:
    said = [path.name for path in MODULES if re.search(r"#[0-9A-Fa-f]{6}\b|Calibri|strings_to_formulas|data_bar\"", path.read_text(encoding="utf-8"))]
    assert said == ["look.py"]


def test_number_formats_stand_in_one_place() -> None:
    form = re.compile(r"[+-]?[#0][#0,.]*[#0%](;.*)?|0;.*")
    said = [
        f"{path.name}: {node.value}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and form.fullmatch(node.value) and path.name != "look.py"
    ]
    assert said == []


def test_the_sign_of_an_error_is_that_of_a_status_and_of_its_help() -> None:
    assert [path.name for path in MODULES if re.search("■|●", path.read_text(encoding="utf-8"))] == ["arithmetic.py", "calculations.py"]


def test_nothing_of_xlwings_that_is_not_free_is_touched() -> None:
    touched = [path.name for path in MODULES if re.search(r"xlwings[. ](?:import )?(?:server|pro)\b|LICENSE_KEY", path.read_text(encoding="utf-8"))]
    assert touched == []


@pytest.mark.parametrize("command", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_style_and_types(command: list[str]) -> None:
    result = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_ci_calls_the_test_command_of_the_readme() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line and not line.startswith(("#", "set ", "export "))]
    assert len(commands) == 1
    assert f"```\n{commands[0]}\n```" in README


def test_check_sets_up_as_the_readme_does_and_runs_each_tool_once() -> None:
    check = (ROOT / ".ci" / "check").read_text(encoding="utf-8")
    setup = re.search(r"^python3 -m venv .*(?= && .venv/bin/python -m pytest$)", README, flags=re.MULTILINE)
    assert setup is not None
    assert setup[0] in check
    for tool in ("/ruff format", "/ruff check", "/mypy", "-m pytest"):
        assert check.count(tool) == 1, tool


def test_what_is_called_slow_is_there() -> None:
    for place in SLOW:
        path, _, name = place.partition("::")
        assert (ROOT / path).exists(), place
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8") if name else True, place


def test_the_files_that_contributing_names_are_there() -> None:
    named = re.findall(r"`((?:smm_xl|tests|\.ci|hosts|sources|workbook_templates)/[\w./-]*)`", CONTRIBUTING)
    assert len(named) > 20
    assert [name for name in named if not any((folder / name).exists() for folder in (ROOT, ROOT / "smm_xl"))] == []


def test_the_changelog_has_the_version() -> None:
    assert re.search(rf"^## .*\b{re.escape(smm_xl.__version__)}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_first_lines_of_the_readmes_count_the_catalog() -> None:
    assert f"One catalog of {len(KPIS)} KPIs" in README
    assert f"and {len(CALCULATIONS)} functions for targets" in README.replace("\n", " ")
    assert f"{len(KPIS)} показателей" in README_RU


def example_commands() -> list[str]:
    """The commands of the READMEs' blocks that start with smm-xl, each line one."""
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", README + README_RU, flags=re.DOTALL)
    return [line.split("#")[0].strip() if "calc" in line else line.strip() for block in blocks for line in block.splitlines() if line.startswith("smm-xl ")]


def test_the_readme_has_examples() -> None:
    assert {command.split()[1] for command in example_commands()} == {"report", "import", "exports", "calc", "plan", "kpis", "addin", "template", "check"}


@pytest.mark.parametrize("command", example_commands())
def test_the_examples_of_the_readme_run(command: str, tmp_path: Path) -> None:
    import shlex

    (tmp_path / "ads.csv").write_text((ROOT / "smm_xl" / "examples" / "campaigns.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "crm.csv").write_text("month,leads\n2026-01,300\n2026-02,250\n", encoding="utf-8")
    (tmp_path / "exports").mkdir()
    for name in ("meta-ads.csv", "tiktok-ads.csv", "linkedin-ads.csv"):
        shutil.copy(ROOT / "tests" / "exports" / name, tmp_path / "exports")
    targets = re.search(r"```\n(KPI,target.*?)```", README, flags=re.DOTALL)
    assert targets is not None
    (tmp_path / "targets.csv").write_text(targets[1], encoding="utf-8")
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = "=SMM_CPL(1000,20)"
    book.save(tmp_path / "book.xlsx")
    for name, language in (("smm-kpi-demo.xlsx", "en"), ("kpi-demo.xlsx", "ru")):
        if "--demo" not in command:  # else the command writes it
            shutil.copy(ROOT / "workbook_templates" / f"smm_kpi_{language}_demo.xlsx", tmp_path / name)
    arguments = shlex.split(command)[1:]
    result = subprocess.run([sys.executable, "-m", "smm_xl", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout or re.search("written|записано", result.stderr)


@pytest.mark.parametrize("readme", [README, README_RU], ids=["en", "ru"])
def test_the_pictures_and_files_of_the_readmes_are_there(readme: str) -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", readme) + re.findall(r"`(workbook_templates/\w+\.xlsx)`", readme)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_first_command_of_the_readme_runs_the_example() -> None:
    command = re.search(r"^python3 -m venv .*$", README, flags=re.MULTILINE)
    assert command is not None
    assert command[0].endswith(".venv/bin/smm-xl report --example --by campaign -o smm-report.xlsx")


def test_the_wheel_is_pure_and_holds_what_the_package_needs(tmp_path: Path) -> None:
    built = wheel(tmp_path)
    assert built.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(built).namelist()
    assert {
        "smm_xl/py.typed",
        "smm_xl/examples/campaigns.csv",
        "smm_xl/functions/__init__.py",
        "smm_xl/functions/__init__.pyi",
        "smm_xl/hosts/libreoffice/icon.png",
        "smm_xl/hosts/libreoffice/LICENSE.txt",
        "smm_xl/hosts/excel_addin/checklist.toml",
        "smm_xl/hosts/excel_addin/connection.bas",
        "smm_xl/hosts/excel_addin/functions.bas",
        "smm_xl/hosts/excel_addin/ribbon.bas",
        "smm_xl/hosts/excel_addin/ribbon.xml",
        "smm_xl/hosts/excel_addin/unpacked/install.cmd",
        "smm_xl/hosts/excel_addin/unpacked/uninstall.cmd",
        "smm_xl/hosts/excel_addin/unpacked/smm-xl.cmd",
        "smm_xl/hosts/excel_addin/unpacked/READ ME.txt",
    } <= set(names)
    assert not [name for name in names if name.startswith("tests")]
