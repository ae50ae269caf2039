"""Excel on Windows as a host: its add-in, put into the folder that Excel loads add-ins from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from smm_xl.hosts.checks import Check
from smm_xl.hosts.host import Built, Files, Host, Options, Say, Tried
from smm_xl.language import Text


def _install(options: Options) -> Sequence[Check]:
    from smm_xl.hosts.excel_addin import installing, windows

    del options
    return installing.install(windows.this_computer())


def _uninstall(options: Options) -> None:
    from smm_xl.hosts.excel_addin import installing, windows

    del options
    installing.uninstall(windows.this_computer())


def _examine(options: Options) -> Iterator[Check]:
    from smm_xl.hosts.excel_addin import doctor

    del options
    return doctor.examine()


def _xlam() -> Built:
    from smm_xl.hosts.excel_addin import build

    return _built(
        build.xlam,
        Text(
            "in Excel on Windows with this Python: File, Options, Add-ins, Go, Browse",
            "в Excel для Windows с этим Python: Файл, Параметры, Надстройки, Перейти, Обзор",
        ),
    )


def _bas() -> Built:
    from smm_xl.hosts.excel_addin import build

    return _built(
        build.bas,
        Text(
            "in Excel on Windows: Alt+F11, File, Import File; then save the workbook as .xlsm",
            "в Excel для Windows: Alt+F11, File, Import File; затем сохраните книгу как .xlsm",
        ),
    )


def _built(made: Callable[[str], bytes], how: Text) -> Built:
    """An add-in that starts this Python. made: gets the path of Python."""
    from smm_xl.hosts.excel_addin import installing, windows

    computer = windows.this_computer()
    python = installing.interpreter(computer)
    elsewhere = Text(
        f"the add-in starts {python}, which no Windows PC has: it is to be looked at. To carry: smm-xl addin bundle -o smm-xl-windows.zip",
        f"надстройка запускает {python}, а такого на компьютере с Windows нет: на неё можно посмотреть. Для переноса: smm-xl addin bundle -o smm-xl-windows.zip",
    )
    return Built(made(python), how, None if computer.is_windows else elsewhere)


def _try_out(language: str, say: Say) -> Tried:
    from smm_xl.hosts.excel_addin import selftest_page, windows

    computer = windows.this_computer()
    selftest_page.must_be_ready(computer)
    say(
        Text(
            "an Excel without a window is started and tried; that takes about a minute, your own Excel is not touched",
            "запускается отдельный Excel без окна, проверка займёт около минуты; ваш Excel не трогают",
        )
    )
    page = selftest_page.seen(computer, language)
    return Tried(page.content, page.summary, page.is_well)


HOST = Host(
    key="excel",
    name="Excel",
    install=_install,
    uninstall=_uninstall,
    examine=_examine,
    build=Files(
        {".xlam": _xlam, ".bas": _bas},
        naming=Text(
            "name the add-in smm.xlam, or smm.bas for a module to import where add-ins are blocked",
            "назовите надстройку smm.xlam или, если надстройки запрещены, smm.bas: модуль для импорта",
        ),
    ),
    try_out=_try_out,
)
