"""The hosts that there are; a new one is one entry. What they need is imported when it is asked for."""

from __future__ import annotations

import sys

from smm_xl.hosts.excel_addin.host import HOST as EXCEL
from smm_xl.hosts.host import Host
from smm_xl.hosts.libreoffice.host import HOST as LIBREOFFICE
from smm_xl.language import Text

_FROM_THE_STORE = Text(
    "xlwings Lite installs itself, from Microsoft's store, and the functions come into each workbook as a wheel: in this folder of smm-xl run "
    "python -m pip wheel --no-deps -w dist . and import the file in xlwings Lite (Files, Import/Export); the README has every step",
    "xlwings Lite устанавливается из магазина Microsoft, а функции добавляются в каждую книгу файлом wheel: в папке smm-xl выполните "
    "python -m pip wheel --no-deps -w dist . и загрузите файл в xlwings Lite (Files, Import/Export); все шаги в README",
)
LITE = Host(
    key="lite",
    name="Excel with xlwings Lite",
    install=_FROM_THE_STORE,
    uninstall=Text(
        "smm-xl has put nothing there: delete the lines about smm_xl in main.py of each workbook that has them, and restart xlwings Lite",
        "smm-xl ничего туда не устанавливал: удалите строки о smm_xl в main.py каждой книги, где они есть, и перезапустите xlwings Lite",
    ),
    examine=Text(
        "a program outside Excel cannot look into xlwings Lite: it shows itself, below its editor, what went wrong in a function",
        "снаружи в xlwings Lite заглянуть нельзя: что не так в функции, она сама показывает под редактором",
    ),
    build=_FROM_THE_STORE,
    try_out=Text(
        "the self-test is of Excel on Windows; in xlwings Lite type =SMM_CPL(1000,20) into a cell: it gives 50",
        "самопроверка есть для Excel в Windows; в xlwings Lite введите в ячейку =SMM_CPL(1000;20): получится 50",
    ),
)

HOSTS = (LIBREOFFICE, EXCEL, LITE)
USUAL = EXCEL if sys.platform == "win32" else LIBREOFFICE  # of who names none
TRIED_OUT = next(host for host in HOSTS if not isinstance(host.try_out, Text))  # by the self-test of who names none
