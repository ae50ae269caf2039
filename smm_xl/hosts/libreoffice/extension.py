"""The extension as a file: type library, configuration with help in two languages, component, and the core of the package."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import smm_xl
from smm_xl.catalog.kpi import Argument
from smm_xl.hosts import archive
from smm_xl.hosts.libreoffice import IDENTIFIER
from smm_xl.hosts.libreoffice.signatures import INTERFACE, MODULES, SERVICE, SIGNATURES, Signature
from smm_xl.language import Text, same

COMPONENT = "component.py"
# what travels in the extension: these modules and all of the package that they import
_ROOTS = ("smm_xl.hosts.libreoffice.signatures", "smm_xl.hosts.libreoffice.values", "smm_xl.hosts.faults")
_PACKAGE = Path(smm_xl.__file__).parent
_HERE = Path(__file__).parent
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def build() -> bytes:
    """The extension, the same bytes for the same package."""
    files = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "description/about.en.txt": _ABOUT.en + "\n",
        "description/about.ru.txt": _ABOUT.ru + "\n",
        f"{INTERFACE}.idl": idl(),
        "CalcAddIns.xcu": configuration(),
        "smm.components": _components(),
        COMPONENT: (_HERE / "component.py").read_text(encoding="utf-8"),
        "LICENSE": (_HERE / "LICENSE.txt").read_text(encoding="utf-8"),
    }
    files |= {f"pythonpath/{path.relative_to(_PACKAGE.parent).as_posix()}": path.read_text(encoding="utf-8") for path in _travelling()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in [*sorted((name, text.encode()) for name, text in files.items()), ("icon.png", (_HERE / "icon.png").read_bytes())]:
            archive.put(target, name, content)
    return out.getvalue()


# --- the parts ------------------------------------------------------------------------------------------------------

_NAME = Text("SMM KPI functions", "Функции KPI для SMM")
_ABOUT = Text(
    "KPIs of social media marketing as worksheet functions: =SMM_CPL(spend; leads) and its kin, targets and statistics.",
    "KPI для SMM как функции листа: =SMM_CPL(расход; заявки) и другие, цели и статистика.",
)


def idl() -> str:
    """The type library as text: one method for each function."""
    methods = "".join(
        f"    {signature.result} {signature.method} ( {', '.join(f'[in] {given.type} {given.name}' for given in signature.arguments)} );\n"
        for signature in SIGNATURES.values()
    )
    opened = " ".join(f"module {name} {{" for name in MODULES)
    return f"{opened}\ninterface {INTERFACE}\n{{\n{methods}}};\n{' '.join(['};'] * len(MODULES))}\n"


def configuration() -> str:
    """CalcAddIns.xcu: the names of the functions and their help in both languages."""
    nodes = "".join(map(_function_node, SIGNATURES.values()))
    return (
        f'{_XML}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        ' oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="{SERVICE}" oor:op="replace"><node oor:name="AddInFunctions">\n'
        f"{nodes}</node></node></node>\n</oor:component-data>\n"
    )


def _function_node(signature: Signature) -> str:
    name = signature.function.name
    arguments = "".join(
        _node(given.name, _words("DisplayName", same(given.parameter.name)) + _words("Description", help_of(given.parameter)))
        for given in signature.arguments
        if given.parameter is not None
    )
    return _node(
        signature.method,
        _words("DisplayName", same(name))
        + _words("Description", signature.function.about)
        + '<prop oor:name="Category"><value>Add-In</value></prop>'
        + f'<prop oor:name="CompatibilityName"><value xml:lang="en-US">{name}</value></prop>'
        + f'<node oor:name="Parameters">{arguments}</node>',
    )


def help_of(parameter: Argument) -> Text:
    """Help of an argument. The wizard calls each one optional that may be a number or a range, so what is needed says so itself."""
    about = parameter.about
    return about if parameter.optional else Text(f"Required. {about.en}", f"Обязательно. {about.ru}")


def _node(name: str, content: str) -> str:
    return f'<node oor:name="{name}" oor:op="replace">{content}</node>\n'


def _words(prop: str, words: Text) -> str:
    return f'<prop oor:name="{prop}"><value xml:lang="en-US">{escape(words.en)}</value><value xml:lang="ru">{escape(words.ru)}</value></prop>'


def _manifest() -> str:
    parts = {
        f"{INTERFACE}.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "smm.components": "application/vnd.sun.star.uno-components",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    }
    entries = "".join(f' <manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n' for name, kind in parts.items())
    return f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}</manifest:manifest>\n'


def _components() -> str:
    implementation = f'<implementation name="{IDENTIFIER}.Functions"><service name="{SERVICE}"/></implementation>'
    return (
        f'{_XML}<components xmlns="http://openoffice.org/2010/uno-components">\n'
        f' <component loader="com.sun.star.loader.Python" uri="{COMPONENT}">{implementation}</component>\n</components>\n'
    )


def _description() -> str:
    names = "".join(f"<name lang={quoteattr(language)}>{escape(_NAME.in_language(language))}</name>" for language in ("en", "ru"))
    about = "".join(f'<src xlink:href="description/about.{language}.txt" lang="{language}"/>' for language in ("en", "ru"))
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f' <identifier value="{IDENTIFIER}"/>\n <version value="{smm_xl.__version__}"/>\n'
        f" <display-name>{names}</display-name>\n <extension-description>{about}</extension-description>\n"
        ' <icon><default xlink:href="icon.png"/></icon>\n'
        "</description>\n"
    )


# --- what travels ---------------------------------------------------------------------------------------------------


def _travelling() -> list[Path]:
    """The files of the modules that the functions need, and of the packages that hold them."""
    found: set[Path] = set()
    waiting = list(_ROOTS)
    while waiting:
        module = waiting.pop()
        path = _file_of(module)
        if path is None or path in found:
            continue
        found.add(path)
        parts = module.split(".")
        waiting += [".".join(parts[:count]) for count in range(1, len(parts))]
        if path != _PACKAGE / "__init__.py":  # what the whole package offers is loaded when it is asked for
            waiting += _imported(path)
    return sorted(found)


def _file_of(module: str) -> Path | None:
    if module.split(".")[0] != "smm_xl":
        return None
    place = _PACKAGE.joinpath(*module.split(".")[1:])
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
