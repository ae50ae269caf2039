"""The words of the add-in in both languages: its buttons, and the help of the functions. They stand in the add-in's own sheet."""

from __future__ import annotations

from collections.abc import Iterator

import smm_xl
from smm_xl.functions import FUNCTIONS
from smm_xl.language import Text

_WORDS = {
    "SmmBook": Text("Workbook", "Книга"),
    "SmmNewRuTip": Text("A new workbook for KPIs and targets, in Russian", "Новая книга для показателей и целей, на русском"),
    "SmmNewEnTip": Text("A new workbook for KPIs and targets, in English", "Новая книга для показателей и целей, на английском"),
    "SmmCheck": Text("Check", "Проверить"),
    "SmmCheckTip": Text("Every mistake in the data of this workbook, by sheet and cell", "Все ошибки в данных этой книги, с листом и ячейкой"),
    "SmmReport": Text("Report", "Отчёт"),
    "SmmReportTip": Text("A new workbook with the KPIs of this one", "Новая книга с показателями этой"),
    "SmmFunctions": Text("Functions", "Функции"),
    "SmmReference": Text("Reference", "Справочник"),
    "SmmReferenceTip": Text("All KPIs: formula, unit, when to use, pitfalls", "Все показатели: формула, единица, когда применять, ловушки"),
    "SmmReconnect": Text("Reconnect formulas", "Подключить формулы"),
    "SmmReconnectTip": Text(
        "For a workbook whose SMM_ formulas show #NAME? or ask for the add-in of another computer",
        "Для книги, где формулы SMM_ показывают #ИМЯ? или ищут надстройку с другого компьютера",
    ),
    "SmmReconnectAsk": Text(
        "Formulas of this workbook look for the add-in of another computer. Let them use the one of this computer? The file changes when you save it.",
        "Формулы этой книги ищут надстройку с другого компьютера. Подключить их к надстройке этого? Файл изменится, когда вы его сохраните.",
    ),
    "SmmReconnectDone": Text("Done: the formulas use the add-in of this computer.", "Готово: формулы используют надстройку этого компьютера."),
    "SmmReconnectLeft": Text(
        "The formulas use the add-in of this computer. Where one still shows #NAME?, for instance on a protected sheet: unprotect it, click the cell, press F2 and Enter.",
        "Формулы используют надстройку этого компьютера. Если где-то осталось #ИМЯ?, например на защищённом листе: снимите защиту, щёлкните ячейку, нажмите F2 и Enter.",
    ),
    "SmmReplace": Text("The file is already there: ?\nReplace it?", "Такой файл уже есть: ?\nЗаменить его?"),
    "SmmWorking": Text("SMM KPI: working...", "SMM KPI: идёт работа..."),
    "SmmNoBook": Text(
        "Open a workbook first; one in Protected View needs Enable Editing.", "Сначала откройте книгу; в защищённом просмотре нажмите «Разрешить редактирование»."
    ),
    "SmmAbout": Text("About", "О надстройке"),
    "SmmAboutTip": Text("Version and licences", "Версия и лицензии"),
    "SmmAboutText": Text(
        f"smm-xl {smm_xl.__version__}: KPIs of social media marketing (MIT licence).\n"
        "With xlwings (BSD-3-Clause, Zoomer Analytics LLC).\n"
        "If something does not work, run in a terminal: smm-xl addin doctor --host excel",
        f"smm-xl {smm_xl.__version__}: показатели SMM (лицензия MIT).\n"
        "Использует xlwings (BSD-3-Clause, Zoomer Analytics LLC).\n"
        "Если что-то не работает, выполните в терминале: smm-xl addin doctor --host excel",
    ),
}  # fmt: skip


# of the connection: they stand in the module, because smm.bas has no sheet. «?» is what the VBA puts in.
CONNECTION = {
    "failed": Text(
        "Cells with SMM functions show #VALUE!, because Python does not answer: ?\n\n"
        "What is wrong, and how to mend it, says in a terminal: smm-xl addin doctor --host excel\n"
        "To count anew afterwards wait a minute and press Ctrl+Alt+F9.",
        "Ячейки с функциями SMM показывают #ЗНАЧ!, потому что Python не отвечает: ?\n\n"
        "Что не так и как исправить, скажет в терминале: smm-xl addin doctor --host excel\n"
        "Чтобы затем пересчитать, подождите минуту и нажмите Ctrl+Alt+F9.",
    ),
    "nowhere": Text(
        "there is no Python at ? on this PC; close Excel and run: smm-xl addin install --host excel (or install.cmd of the zip with Python)",
        "на этом компьютере нет Python: ?. Закройте Excel и выполните: smm-xl addin install --host excel (или install.cmd из архива с Python)",
    ),
    "no library": Text(
        "the library ? cannot be loaded; install xlwings anew, close Excel and run: smm-xl addin install --host excel",
        "не удаётся загрузить библиотеку ?. Установите xlwings заново, закройте Excel и выполните: smm-xl addin install --host excel",
    ),
}


def by_command(words: Text, command: str) -> Text:
    """Words that name the doctor, with the command by which it is called on that PC."""
    return Text(*(text.replace("smm-xl addin doctor", f"{command} addin doctor") for text in words))


def rows(python: str, command: str = "smm-xl") -> Iterator[tuple[str, str, str, int]]:
    """A key, the words in English and in Russian, and for a function the number of its arguments, whose rows follow.

    python: the program that Excel starts, which stands first, like a word that is the same in both languages. command: by which smm-xl is called there.
    """
    yield "SmmPython", python, python, 0
    for key, words in _WORDS.items():
        yield key, *by_command(words, command), 0
    for function in FUNCTIONS.values():
        yield function.name, function.about.en, function.about.ru, len(function.parameters)
        for place, parameter in enumerate(function.parameters, 1):
            yield f"argument {place}", parameter.about.en, parameter.about.ru, 0
