"""What several tests need."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smm_xl.commands.main import app
from tests.office import Calc, office_with_the_add_in

# What .ci/check leaves out: tests that ask a judge (LibreOffice, POI, Wine, Node), start a process or work for long. A folder, a file, or a test in it.
SLOW = (
    "tests/test_benchmarks.py::test_a_command",
    "tests/test_benchmarks.py::test_the_report_and_the_script",
    "tests/test_bundle.py",
    "tests/test_calc_functions.py",
    "tests/test_calc_host.py",
    "tests/test_cli.py::test_csv_and_json_in_a_pipe",
    "tests/test_cli.py::test_data_on_a_screen",
    "tests/test_cli.py::test_nothing_that_is_printed_fails",
    "tests/test_cli.py::test_the_marks_of_the_doctor",
    "tests/test_cli.py::test_the_plan_in_a_pipe",
    "tests/test_cli.py::test_two_names_stay_two",
    "tests/test_compaction.py::test_figures_notes",
    "tests/test_compaction.py::test_neither_the_order",
    "tests/test_conventions.py::test_a_command_loads_no_library",
    "tests/test_conventions.py::test_importing_it_loads",
    "tests/test_conventions.py::test_style_and_types",
    "tests/test_conventions.py::test_the_examples_of_the_readme_run",
    "tests/test_conventions.py::test_the_wheel_is_pure",
    "tests/test_text.py::test_no_text_becomes_a_formula",
    "tests/test_excel_host.py::test_a_command_speaks",
    "tests/test_excel_host.py::test_a_command_whose_python",
    "tests/test_excel_host.py::test_a_new_workbook_is_written",
    "tests/test_excel_host.py::test_a_result_that_excel_does_not_open",
    "tests/test_excel_host.py::test_a_workbook_is_checked",
    "tests/test_excel_host.py::test_formulas_that_know_no_function",
    "tests/test_excel_host.py::test_on_an_empty_excel",
    "tests/test_excel_host.py::test_without_a_workbook",
    "tests/test_excel_host.py::test_in_vba_each_function",
    "tests/test_hosts.py::test_the_command_line_loads_of_the_hosts",
    "tests/test_hosts.py::test_what_a_spreadsheet_program_starts",
    "tests/test_lite.py",
    "tests/test_oracle.py::test_a_report_gives",
    "tests/test_plan.py::test_the_function_and_the_report_give",
    "tests/test_poi.py",
    "tests/test_properties.py::test_in_a_report_the_order_of_rows",
    "tests/test_properties.py::test_nothing_raises",
    "tests/test_readers.py::test_a_table_of_another_spreadsheet_program",
    "tests/test_report.py::test_dates_at_the_end_of_the_calendar",
    "tests/test_report.py::test_several_tables_give_one_report",
    "tests/test_report.py::test_the_worksheet_report_and_the_dataframe",
    "tests/test_selftest.py",
    "tests/test_spelling.py::test_a_range_of_one_cell",
    "tests/test_report_workbook.py::test_libreoffice_prints",
    "tests/test_report_workbook.py::test_a_pdf_that_is_there",
    "tests/test_spelling.py::test_a_workbook_that_libreoffice_saved",
    "tests/test_spelling.py::test_cells_tables_names_and_array_formulas",
    "tests/test_states.py",
    "tests/test_template.py",
    "tests/test_dashboard.py",
    "tests/test_workbook_faults.py",
    "tests/test_workbook_reader.py",
    "tests/test_writing.py::test_a_disk_that_is_full",
    "tests/test_xlam.py::test_a_button_runs",
    "tests/test_xlam.py::test_a_second_reader_of_vba",
    "tests/test_xlam.py::test_an_answer_is_given_once",
    "tests/test_xlam.py::test_libreoffice_reads",
    "tests/test_xlam.py::test_the_doctor",
    "tests/test_xlam.py::test_the_validator",
    "tests/windows/",
)
_running: list[pytest.Item] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _running[:] = [item]
    try:
        return (yield)
    finally:
        _running.clear()


def _only_slow_tests_start_processes(event: str, _: tuple[object, ...]) -> None:
    if event == "subprocess.Popen" and any(item.get_closest_marker("slow") is None for item in _running):
        pytest.fail("a test that starts a process is slow: it belongs to SLOW in tests/conftest.py")


sys.addaudithook(_only_slow_tests_start_processes)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New folders, one for each time it is asked. Not in those of the tests, some of which look what is in theirs."""
    folder = tmp_path_factory.mktemp("homes")

    def made() -> Iterator[Path]:
        for number in count():
            (folder / str(number)).mkdir()
            yield folder / str(number)

    return made()


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, empty and of the test alone: on Linux and Mac where HOME says, on Windows the other three."""
    folder = next(homes)
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever the machine speaks."""
    for variable in ("SMM_XL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, run in an empty folder; it must never end in a traceback."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture(scope="session")
def calc() -> Iterator[Calc]:
    """One headless LibreOffice with the add-in, for all tests of the session."""
    with office_with_the_add_in() as calc:
        yield calc
