"""The add-in as a file, made without Excel: xlwings' modules of the installed version, our functions, their help, a ribbon tab."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from xml.sax.saxutils import escape

import smm_xl
from smm_xl.errors import InputError
from smm_xl.hosts import archive
from smm_xl.hosts.xlam import FILE, PROJECT, texts, wrappers

_HERE = Path(__file__).parent
_TESTED = "0.37.8"  # of xlwings; constraints.txt installs it
_UI = "customUI/customUI14.xml"
_OF_UI = f'<Relationship Id="rIdUi" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" Target="{_UI}"/></Relationships>'


def xlwings_version() -> str:
    return metadata.version("xlwings")


def xlam() -> bytes:
    """The add-in: the same bytes for the same versions of smm-xl, xlwings and pyOpenVBA. Raises InputError where xlwings is none that is known."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory(prefix="smm-xl-") as folder:
        path = Path(folder) / FILE
        with ExcelFile.create_new(path) as file:
            project = file.vba_project()
            project.delete_module("Module1")
            project.add_module("xlwings", _windows_lines(_connection(alone=True)))
            project.add_module("Dictionary", _windows_lines(_of_xlwings("addin/Dictionary.cls")), kind=VBAModuleKind.other)
            project.add_module(wrappers.NAME, _windows_lines(functions_module()))
            file.set_module("ThisWorkbook", _windows_lines(file.get_module("ThisWorkbook") + _text("workbook.bas")))
            file.save()
        return _completed(path.read_bytes())


def functions_module() -> str:
    """The functions and what the buttons do, in one module: what they share is then private, and not in Excel's list of functions."""
    return wrappers.module() + _text("ribbon.bas")


def bas() -> bytes:
    """The functions as one module to import in the editor of VBA, with what of xlwings they need. Raises InputError as ``xlam`` does."""
    text = _connection(alone=False).replace('Attribute VB_Name = "xlwings"', f'Attribute VB_Name = "{PROJECT}"', 1)
    return _windows_lines(f"{text.rstrip()}\n\n{wrappers.functions()}").encode("ascii")


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="ascii")


def _windows_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


# --- xlwings' own module --------------------------------------------------------------------------------------------


def _of_xlwings(name: str) -> str:
    found = Path(str(metadata.distribution("xlwings").locate_file(f"xlwings/{name}")))
    if not found.is_file():
        raise InputError(
            f"xlwings {xlwings_version()} has no file {name}, so the add-in cannot be built; install xlwings again",
            f"в xlwings {xlwings_version()} нет файла {name}, надстройку не собрать; установите xlwings заново",
        )
    return found.read_text(encoding="utf-8")


def _connection(*, alone: bool) -> str:
    """xlwings' module for custom add-ins, which starts Python and talks to it, with our name and settings.

    Settings are read from the user's own file alone. xlwings also takes them, and with them the program to start as Python, from a
    sheet of the active workbook and from its folder; a workbook that somebody sent must not choose that. For the same reason Python
    does not look for modules in the current folder (-P), which in Excel is that of the last workbook.
    alone: whether it is a module of its own, whose functions are then kept out of Excel's list.
    """
    text = _of_xlwings("xlwings_custom_addin.bas").replace("\r\n", "\n")
    note = f"'Changed by smm-xl {smm_xl.__version__}: the name of the project; settings from the user's own file alone; no modules from the current folder.\n"
    changes = {
        'PROJECT_NAME As String = "myaddin"': f'PROJECT_NAME As String = "{PROJECT}"',
        'Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant': (
            'Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "user") As Variant'
        ),
        'PythonInterpreter & " -B -c ': 'PythonInterpreter & " -B -P -c ',
        'tail = " -B -c ': 'tail = " -B -P -c ',
        "#Const App = ": f"{note}{'Option Private Module' + chr(10) if alone else ''}#Const App = ",
    }
    for old, new in changes.items():
        if text.count(old) != 1:
            raise InputError(
                f'xlwings {xlwings_version()} is not known to smm-xl {smm_xl.__version__}; install a tested one: pip install "xlwings=={_TESTED}"',
                f'smm-xl {smm_xl.__version__} не знает xlwings {xlwings_version()}; установите проверенную версию: pip install "xlwings=={_TESTED}"',
            )
        text = text.replace(old, new)
    return text


# --- what pyOpenVBA's empty add-in lacks ----------------------------------------------------------------------------


def _completed(built: bytes) -> bytes:
    """The add-in with the sheet of its texts, its ribbon tab and its properties."""
    changes: dict[str, Callable[[str], str]] = {
        "xl/worksheets/sheet1.xml": lambda text: text.replace("<sheetData/>", f"<sheetData>{_cells()}</sheetData>"),
        "_rels/.rels": lambda text: text.replace("</Relationships>", _OF_UI),
        "docProps/core.xml": lambda text: _properties(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(built)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            archive.put(target, name, changes[name](content.decode()).encode() if name in changes else content)
        archive.put(target, _UI, (_HERE / "ribbon.xml").read_bytes())
    return out.getvalue()


def _cells() -> str:
    return "".join(f'<row r="{number}">{_row(number, *row)}</row>' for number, row in enumerate(texts.rows(), 1))


def _row(number: int, *cells: str | int) -> str:
    return "".join(
        f'<c r="{column}{number}"><v>{cell}</v></c>'
        if isinstance(cell, int)
        else f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for column, cell in zip("ABCD", cells, strict=True)
    )


def _properties() -> str:
    """What Excel's list of add-ins shows."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>SMM KPI</dc:title><dc:creator>smm-xl</dc:creator><dc:description>smm-xl {smm_xl.__version__}, xlwings {xlwings_version()}</dc:description>"
        "</cp:coreProperties>"
    )
