"""What the project promises of itself: imports, types, style, and that the README's commands are those that run."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.wheels import wheel

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "smm_xl").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_RU = (ROOT / "README.ru.md").read_text(encoding="utf-8")

# The order in which modules may import each other: only what stands before
ORDER = (
    "language", "errors", "cells", "periods", "formula", "kpi", "catalog", "registry", "headers", "totals", "plans", "engine", "ranges", "listrows", "targets",
    "statistics", "goals", "spreads", "targettable", "planfact", "reference", "calls", "tablefunctions", "functions", "writing", "csvtext", "hosts", "funnel", "groupsums", "arrayrows", "intake", "tables", "files", "datachecks", "reporting", "planreport", "frames", "workbook", "printing", "console", "addin", "books", "cli", "ribbon",
)  # fmt: skip
CORE = ORDER[: ORDER.index("functions") + 1]


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
    if path.name == "__init__.py":
        return
    own = ORDER.index(name_of(path))
    for module in imports_of(path):
        if module.startswith("smm_xl."):
            other = module.split(".")[1]
            assert other == name_of(path) or ORDER.index(other) < own, f"{path.name} imports {module}"


def test_cells_imports_nothing_of_ours_and_formula_knows_no_domain() -> None:
    for name in ("cells", "formula", "language"):
        assert not [module for module in imports_of(ROOT / "smm_xl" / f"{name}.py") if module.startswith("smm_xl")]


@pytest.mark.parametrize("name", CORE)
def test_the_core_imports_the_standard_library_alone(name: str) -> None:
    for module in imports_of(ROOT / "smm_xl" / f"{name}.py"):
        top = module.split(".")[0]
        assert top == "smm_xl" or top in sys.stdlib_module_names, f"{name} imports {module}"


def test_outside_libraries_are_imported_where_they_belong() -> None:
    homes = {
        "uno": ("hosts/calc/component.py", "hosts/calc/remote.py"),
        "xlwings": ("hosts/registering.py", "hosts/excel.py", "hosts/xlam/server.py"),
        "pyopenvba": ("hosts/xlam/build.py",),
        "packaging": ("hosts/xlam/bundle.py",),
        "pythoncom": ("hosts/xlam/server.py", "hosts/xlam/watching.py"),
        "xlsxwriter": ("workbook/",),
        "typer": ("cli.py", "console.py", "addin.py", "books.py"),
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


def example_commands() -> list[str]:
    """The commands of the READMEs' blocks that start with smm-xl, each line one."""
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", README + README_RU, flags=re.DOTALL)
    return [line.split("#")[0].strip() if "calc" in line else line.strip() for block in blocks for line in block.splitlines() if line.startswith("smm-xl ")]


def test_the_readme_has_examples() -> None:
    assert {command.split()[1] for command in example_commands()} == {"report", "calc", "plan", "kpis", "addin", "template", "check"}


@pytest.mark.parametrize("command", example_commands())
def test_the_examples_of_the_readme_run(command: str, tmp_path: Path) -> None:
    import shlex

    (tmp_path / "ads.csv").write_text((ROOT / "smm_xl" / "examples" / "campaigns.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "crm.csv").write_text("month,leads\n2026-01,300\n2026-02,250\n", encoding="utf-8")
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
    result = subprocess.run([sys.executable, "-m", "smm_xl.cli", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)
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
        "smm_xl/functions.py",
        "smm_xl/hosts/calc/icon.png",
        "smm_xl/hosts/calc/LICENSE.txt",
        "smm_xl/hosts/xlam/checklist.toml",
        "smm_xl/hosts/xlam/connection.bas",
        "smm_xl/hosts/xlam/functions.bas",
        "smm_xl/hosts/xlam/ribbon.bas",
        "smm_xl/hosts/xlam/ribbon.xml",
        "smm_xl/hosts/xlam/unpacked/install.cmd",
        "smm_xl/hosts/xlam/unpacked/uninstall.cmd",
        "smm_xl/hosts/xlam/unpacked/smm-xl.cmd",
        "smm_xl/hosts/xlam/unpacked/READ ME.txt",
    } <= set(names)
    assert not [name for name in names if name.startswith("tests")]
