"""The add-in as a file, made without Excel: our functions, for the installed version of xlwings, their help, a ribbon tab."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import smm_xl
from smm_xl.hosts import archive
from smm_xl.hosts.excel_addin import FILE, PROJECT, texts, wrappers
from smm_xl.outputs import writing

_HERE = Path(__file__).parent
_UI = "customUI/customUI14.xml"
_OF_UI = f'<Relationship Id="rIdUi" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" Target="{_UI}"/></Relationships>'
_NOTHING_COMPILED = bytes.fromhex("CC61 FFFF 00 0000")
_IN_SHEET = 'SmmInterpreter = ThisWorkbook.Worksheets(1).Range("B1").Value2'  # where texts.rows puts it


def xlam(python: str) -> bytes:
    """The add-in: the same bytes for the same versions of smm-xl, xlwings and pyOpenVBA. python: the path of the program that Excel starts."""
    from pyopenvba import ExcelFile

    with writing.scratch() as folder:
        path = folder / FILE
        with ExcelFile.create_new(path) as file:
            project = file.vba_project()
            project.delete_module("Module1")
            project.add_module(wrappers.NAME, _windows_lines(xlam_module(_command_of(python))))
            file.set_module("ThisWorkbook", _windows_lines(file.get_module("ThisWorkbook") + wrappers.source("workbook.bas")))
            file.save()
        return _completed(path.read_bytes(), python)


def xlam_module(command: str = "smm-xl") -> str:
    """The module of the add-in; the path of Python stands in the add-in's sheet. command: by which smm-xl is called on that PC."""
    return wrappers.module(_IN_SHEET, command=command) + wrappers.ribbon()


def bas(python: str) -> bytes:
    """The functions as one module to import in the editor of VBA. python: the path of the program that Excel starts."""
    return _windows_lines(wrappers.module(f"SmmInterpreter = {wrappers.literal(python)}", PROJECT, _command_of(python))).encode("ascii")


def _command_of(python: str) -> str:
    """How smm-xl is called that belongs to a Python: a virtual environment is on no list of places for commands, nor is the zip with Python."""
    folder = Path(python).parent
    usual = (folder / "smm-xl.exe", folder / "Scripts" / "smm-xl.exe", folder.parent / "smm-xl.cmd")
    return next((f'"{path}"' for path in usual if path.is_file()), "smm-xl")


def _windows_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


# --- what pyOpenVBA's empty add-in lacks ----------------------------------------------------------------------------


def _completed(built: bytes, python: str) -> bytes:
    """The add-in with the sheet of its texts, its ribbon tab and its properties."""
    changes: dict[str, Callable[[bytes], bytes]] = {
        "xl/worksheets/sheet1.xml": lambda content: content.replace(b"<sheetData/>", f"<sheetData>{_cells(python)}</sheetData>".encode()),
        "xl/vbaProject.bin": _without_compiled_code,
        "_rels/.rels": lambda content: content.replace(b"</Relationships>", _OF_UI.encode()),
        "docProps/core.xml": lambda content: _properties().encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(built)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            archive.put(target, name, changes[name](content) if name in changes else content)
        archive.put(target, _UI, (_HERE / "ribbon.xml").read_bytes())
    return out.getvalue()


def _without_compiled_code(project: bytes) -> bytes:
    """The VBA project without what one version of Excel may keep compiled: pyOpenVBA leaves that version's number, and each has to compile
    the source. Source: MS-OVBA 2.3.4.1.
    """
    from pyopenvba.cfb import CFB

    file = CFB.from_bytes(project)
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", _NOTHING_COMPILED)
    return bytes(file.to_bytes())


def _cells(python: str) -> str:
    return "".join(f'<row r="{number}">{_row(number, *row)}</row>' for number, row in enumerate(texts.rows(python, _command_of(python)), 1))


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
        f"<dc:title>SMM KPI</dc:title><dc:creator>smm-xl</dc:creator><dc:description>smm-xl {smm_xl.__version__}, xlwings {wrappers.xlwings_version()}</dc:description>"
        "</cp:coreProperties>"
    )
