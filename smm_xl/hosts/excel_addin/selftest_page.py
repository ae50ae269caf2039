"""The page that ``smm-xl addin selftest`` writes: which versions, what was seen for each line of the check list, a summary."""

from __future__ import annotations

import importlib.util
import locale
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import smm_xl
from smm_xl.errors import InputError
from smm_xl.hosts.excel_addin import cleaning, states, watching, windows, wrappers
from smm_xl.hosts.excel_addin.checklist import Check, Step, checks
from smm_xl.hosts.excel_addin.selftest import Event
from smm_xl.hosts.excel_addin.windows import Computer
from smm_xl.language import Text, same
from smm_xl.outputs import writing

_MARKS = {
    "ok": Text("ok", "верно"),
    "differs": Text("DIFFERS", "ОТЛИЧИЕ"),
    "impossible": Text("NOT POSSIBLE", "НЕ УДАЛОСЬ"),
    "hand": Text("by hand [ ]", "вручную [ ]"),
}
_NOTHING = same("")
Watch = Callable[[Sequence[str], Path], list[Event]]


@dataclass(frozen=True)
class Page:
    """text: the whole of it. is_well: whether everything that a program can try came out as expected."""

    text: str
    summary: str
    is_well: bool

    @property
    def content(self) -> bytes:
        """The bytes of its file, as Notepad of any Windows reads them."""
        return self.text.replace("\n", "\r\n").encode("utf-8-sig")


@dataclass(frozen=True)
class _Line:
    check: Check
    kind: str
    words: Text = _NOTHING


def seen(computer: Computer, language: str, watch: Watch = watching.watch) -> Page:
    """Try the list in an Excel of this computer. Raises InputError where none starts."""
    with writing.scratch() as folder:
        events = watch(watching.command(computer.addin, folder), folder)
    refused = next((event.words for event in events if event.kind == "refused"), None)
    if refused is not None:
        raise InputError(
            f"Excel does not start for another program: {refused.en}. Repair Office (Windows, Settings, Apps), or see: smm-xl addin doctor --host excel",
            f"Excel не запускается из другой программы: {refused.ru}. Восстановите Office (Параметры Windows, Приложения) или выполните: smm-xl addin doctor --host excel",
        )
    return page(computer, events, language)


def must_be_ready(computer: Computer) -> None:
    """Raises InputError where the list cannot be tried on a computer, with the cure."""
    states.NO_WINDOWS.refuse(computer)
    if computer.excel is None:
        raise InputError(
            "Excel is not installed on this computer, so there is nothing to test; install Microsoft Excel for Windows",
            "на этом компьютере не установлен Excel, проверять нечего; установите Microsoft Excel для Windows",
        )
    if not has_pywin32():
        raise InputError(
            "pywin32 is not installed in this Python, and without it Excel cannot be driven; run: python -m pip install pywin32",
            "в этом Python не установлен pywin32, без него не управлять Excel; выполните: python -m pip install pywin32",
        )
    if not computer.addin.exists():
        raise InputError(
            f"{computer.addin}: the add-in is not installed; {states.INSTALL.en}", f"{computer.addin}: надстройка не установлена; {states.INSTALL.ru}"
        )
    if windows.version_of(computer.addin) is None:
        raise InputError(
            f"{computer.addin}: this is not the add-in of smm-xl; move that file elsewhere, then {states.INSTALL.en}",
            f"{computer.addin}: это не надстройка smm-xl; перенесите этот файл в другое место, затем {states.INSTALL.ru}",
        )


def has_pywin32() -> bool:
    return importlib.util.find_spec("pythoncom") is not None


def page(computer: Computer, events: Sequence[Event], language: str) -> Page:
    """The page for what was told of an Excel on a computer."""
    facts = {event.key: event.words for event in events if event.kind == "fact"}
    stopped = next((event.words for event in events if event.kind == "stopped"), None)
    lines = _lines(events, stopped)
    counted = {kind: sum(line.kind == kind for line in lines) for kind in _MARKS}
    summary = _summary(counted).in_language(language)
    text = [
        Text("smm-xl: the functions, tried in Excel", "smm-xl: функции, проверенные в Excel").in_language(language),
        Text(
            "Please report this page. It holds no names, paths, workbooks or cells of yours: the test used an Excel and workbooks of its own.",
            "Пришлите, пожалуйста, эту страницу разработчикам. В ней нет ваших имён, путей, книг и ячеек: для проверки были отдельный Excel и отдельные книги.",
        ).in_language(language),
        "",
        *(words.in_language(language) for words in _versions(computer, facts)),
        "",
        *(_shown(line, language) for line in lines),
        "",
        *([] if stopped is None else [Text(f"Stopped: {stopped.en}", f"Остановлено: {stopped.ru}").in_language(language), ""]),
        summary,
    ]
    is_well = stopped is None and counted["ok"] + counted["hand"] == len(lines)
    return Page("".join(f"{line}\n" for line in text), summary, is_well)


def _lines(events: Sequence[Event], stopped: Text | None) -> list[_Line]:
    """One for each check, also for those that were not reached."""
    ended = {event.key: event for event in events if event.kind in _MARKS}
    begun = {event.key for event in events if event.kind == "begins"}
    why = stopped or Text("nothing was told of it", "о ней ничего не сообщено")
    lines = []
    for check in checks():
        if check.step is Step.HAND:
            lines.append(_Line(check, "hand"))
        elif check.key in ended:
            lines.append(_Line(check, ended[check.key].kind, ended[check.key].words))
        elif check.key in begun:
            lines.append(_Line(check, "impossible", why))
        else:
            lines.append(_Line(check, "impossible", Text("not reached", "до этого не дошло")))
    return lines


def _shown(line: _Line, language: str) -> str:
    tried = "   ".join(part for part in (line.check.about.in_language(language), line.check.formula) if part)
    found = line.words.in_language(language)
    return f"{_MARKS[line.kind].in_language(language):<14}{line.check.key:<18}{tried}{f': {found}' if found else ''}"


def _summary(counted: dict[str, int]) -> Text:
    tried = sum(counted.values()) - counted["hand"]
    differs, impossible, hand = counted["differs"], counted["impossible"], counted["hand"]
    return Text(
        f"{counted['ok']} of {tried} as expected, {differs} different, {impossible} not possible; {hand} to try by hand",
        f"верно {counted['ok']} из {tried}, отличается {differs}, не удалось {impossible}; вручную проверить {hand}",
    )


def _versions(computer: Computer, facts: dict[str, Text]) -> list[Text]:
    """The versions of all that takes part, and what was measured."""
    clean = cleaning.of_this_computer()
    unknown = same("?")
    version, build, system, tables, first, many = (facts.get(key, unknown) for key in ("version", "build", "system", "tables", "first value", "1000 calls"))
    bits = windows.bits(computer.excel) if computer.excel else None
    of_addin = windows.version_of(computer.addin) or ("?", "?")
    spoken = facts.get("language", unknown).en
    spoken = locale.windows_locale.get(int(spoken), spoken) if spoken.isdigit() else spoken
    python = f"Python {platform.python_version()}, {platform.architecture()[0][:2]} bit"
    return [
        same(f"smm-xl {smm_xl.__version__}, xlwings {wrappers.xlwings_version()}, {python}"),
        same(f"Excel {version.en}, build {build.en}, {bits or '?'} bit, {spoken}, {system.en}"),
        same(f"Windows {clean(platform.version())}"),
        Text(
            f"Add-in of smm-xl {of_addin[0]} with xlwings {of_addin[1]}, opened by this test: an Excel that a program starts loads no add-ins by itself",
            f"Надстройка smm-xl {of_addin[0]} с xlwings {of_addin[1]}, открыта этой проверкой: Excel, запущенный программой, сам надстроек не загружает",
        ),
        Text(f"Tables: {tables.en}", f"Таблицы: {tables.ru}"),
        Text(f"First value after {first.en}; 1,000 calls in {many.en}", f"Первый ответ через {first.ru}; 1000 вызовов за {many.ru}"),
    ]
