"""xlwings Lite: the functions in Pyodide, where it runs Python, and as xlwings registers them."""

from __future__ import annotations

import importlib
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from smm_xl.functions import FUNCTIONS
from tests.calccases import ALL, OMITTED, Case
from tests.com import MISSING, over_com, windows
from tests.node import in_pyodide, pure_xlwings
from tests.test_conventions import README, README_RU
from tests.wheels import wheel

# what xlwings Lite does with the arguments: a single cell comes as a block, what is left out as the default
CODE = """
import json, sys, time
{main}
def call(name, arguments):
    function = globals()[name]
    parameters = list(function.__signature__.parameters.values())
    given = [parameters[place].default if value == {{"omitted": True}} else value if isinstance(value, list) else [[value]]
             for place, value in enumerate(arguments)]
    return function(*given)
answers = [call(name, arguments) for name, arguments in json.loads(given)]
started, times = time.perf_counter(), 20_000
for _ in range(times):
    SMM_CPL([[1000.0]], [[20.0]])
speed = times / (time.perf_counter() - started)
result = json.dumps({{"answers": answers, "speed": speed, "python": sys.version.split()[0], "platform": sys.platform,
                      "where": sys.modules["smm_xl"].__file__, "loaded": sorted({{name.split(".")[0] for name in sys.modules}})}})
"""


def given(case: Case) -> list[Any]:
    return [{"omitted": True} if value is OMITTED else value for value in case.arguments]


def expected(case: Case) -> Any:
    result = case.expected
    return [["" if cell is None else cell for cell in row] for row in result] if isinstance(result, list) else result


def main_of(readme: str) -> str:
    """The text of main.py that the guide gives."""
    found = re.search(r"```python\n( *import sys\n.*?smm_xl\.hosts\.lite.*?)```", readme, flags=re.DOTALL)
    assert found is not None
    return textwrap.dedent(found[1])


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Pyodide says, with the wheel as the guide lets the user import it."""
    folder = tmp_path_factory.mktemp("lite")
    made = wheel(folder)
    calls = [(case.function.name, given(case)) for case in ALL]
    found: dict[str, Any] = in_pyodide(CODE.format(main=main_of(README)), calls, folder, packages=[pure_xlwings()], data={made.name: made})
    return found


def test_in_pyodide_every_function_gives_what_python_gives(answers: dict[str, Any]) -> None:
    assert answers["platform"] == "emscripten"
    assert answers["where"].startswith("/data/smm_xl-")  # out of the wheel itself
    for case, answer in zip(ALL, answers["answers"], strict=True):
        assert same(answer, expected(case)), (case.function.name, case.name)
    assert len({case.function.name for case in ALL}) == len(FUNCTIONS)


def same(found: Any, wanted: Any) -> bool:
    """Equal; the last digits of roots and logarithms differ between the mathematics of WebAssembly and of this machine."""
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, float) and isinstance(found, float | int):
        return abs(found - wanted) <= 1e-12 * abs(wanted)
    return bool(found == wanted)


def test_in_pyodide_nothing_is_needed_but_xlwings(answers: dict[str, Any]) -> None:
    assert set(answers["loaded"]) & {"pandas", "numpy", "openpyxl", "click", "pyopenvba"} == set()


def test_as_an_installed_package_it_works_too(tmp_path: Path) -> None:
    code = "from smm_xl.hosts.lite import *\nimport json\nresult = json.dumps([SMM_CPL([[1000.0]], [[20.0]]), SMM_CPL(1, 0), SMM_LIST.__doc__])"
    found = in_pyodide(code, None, tmp_path, packages=[pure_xlwings(), wheel(tmp_path)], data={})
    assert found == [50.0, "#DIV/0!", FUNCTIONS["SMM_LIST"].about.en]


def test_in_a_browser_nothing_has_to_be_installed_beside_it(tmp_path: Path) -> None:
    import zipfile

    from packaging.requirements import Requirement

    with zipfile.ZipFile(wheel(tmp_path)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("METADATA")]
        lines = archive.read(name).decode().splitlines()
    needed = [Requirement(line.removeprefix("Requires-Dist: ")) for line in lines if line.startswith("Requires-Dist: ")]
    assert len([one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]) >= 8
    assert [one.name for one in needed if one.marker is None or one.marker.evaluate({"sys_platform": "emscripten", "extra": ""})] == []


def test_the_guides_in_both_languages_give_the_same_files() -> None:
    def lines(readme: str) -> list[str]:
        """What main.py does, but for the language of the help."""
        found = [line.split("  #")[0] for line in main_of(readme).splitlines()]
        return [line for line in found if not line.startswith(("import os", "os.environ"))]

    assert lines(README) == lines(README_RU)
    russian = main_of(README_RU)
    assert 'os.environ["SMM_XL_LANG"] = "ru"' in russian


def test_xlwings_converts_the_arguments_as_the_functions_take_them() -> None:
    """Through xlwings' own conversion, that of Excel on Windows, which is free for companies."""
    with windows() as excel:
        module = importlib.import_module("smm_xl.hosts.lite")
        assert set(module.__all__) == set(FUNCTIONS)
        known = module.SMM_CPL.__xlfunc__
        assert known["ret"]["doc"] == FUNCTIONS["SMM_CPL"].about.en
        assert [argument["doc"] for argument in known["args"]] == [parameter.about.en for parameter in FUNCTIONS["SMM_CPL"].parameters]
        for case in ALL:
            arguments = [MISSING if value is OMITTED else over_com(value) for value in case.arguments]
            found = excel.call(case.function.name, *arguments, module="smm_xl.hosts.lite")
            rows = expected(case) if isinstance(case.expected, list) else [[case.expected]]
            assert found in (rows, rows[0], rows[0][0]), (case.function.name, case.name)


def test_a_fault_in_a_function_is_an_error_in_the_cell(capsys: pytest.CaptureFixture[str]) -> None:
    import dataclasses

    from smm_xl.hosts import lite

    def broken(spend: object, leads: object) -> float:
        raise RuntimeError("broken")

    assert lite._body(dataclasses.replace(FUNCTIONS["SMM_CPL"], source=broken))(1.0, 2.0) == "#VALUE!"
    assert capsys.readouterr().out == "SMM_CPL: RuntimeError: broken\n"
