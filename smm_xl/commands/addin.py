"""``smm-xl addin``: the worksheet functions in the spreadsheet program, installed, removed, examined; and spellings of workbooks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smm_xl.commands import console
from smm_xl.commands.console import LanguageOption, errors_in_words, one_of, speaks
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.outputs import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smm_xl.hosts.checks import Check
    from smm_xl.hosts.libreoffice import office as offices

HOSTS = ("libreoffice", "excel")
addin = typer.Typer(
    name="addin",
    no_args_is_help=True,
    help="The functions in a spreadsheet program: install, check, build. / Функции в табличном редакторе: установка и проверка.",
)
HostOption = Annotated[str, typer.Option("--host", metavar="libreoffice|excel", help="The program. / Программа.")]
USUAL_HOST = "excel" if sys.platform == "win32" else "libreoffice"  # of who names none
OfficeOption = Annotated[Path | None, typer.Option("--office", help="Where LibreOffice is, if it is not found. / Где LibreOffice.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the output file if it is there. / Заменить файл результата.")]


@addin.command(help="Install the functions for yourself. / Установить функции для себя.")
@errors_in_words
def install(host: HostOption, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    doubts: list[Text] = []
    if _is_excel(host, office):
        from smm_xl.hosts.excel_addin import installing, states, windows

        doubts = [states.in_words(check) for check in installing.install(windows.this_computer())]
        program = "Excel"
    else:
        from smm_xl.hosts.libreoffice import extension
        from smm_xl.hosts.libreoffice import office as offices

        offices.must_not_be_root()
        found = _found(office)
        with writing.scratch() as folder:
            built = folder / "smm.oxt"
            built.write_bytes(extension.build())
            offices.install(found, built)
        program = "LibreOffice Calc"
    _say(
        lang,
        f"installed; start {program} anew and type =SMM_CPL(1000;20): it gives 50",
        f"установлено; перезапустите {program} и введите =SMM_CPL(1000;20): получится 50",
    )
    for doubt in doubts:
        _say(lang, *doubt)


@addin.command(help="Remove the functions again. / Удалить функции.")
@errors_in_words
def uninstall(host: HostOption, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    if _is_excel(host, office):
        from smm_xl.hosts.excel_addin import installing, windows

        installing.uninstall(windows.this_computer())
    else:
        from smm_xl.hosts.libreoffice import office as offices

        offices.must_not_be_root()
        offices.uninstall(_found(office))
    _say(lang, "removed", "удалено")


@addin.command(help="Find out what is wrong, and how to mend it. / Найти, что не так, и как исправить.")
@errors_in_words
def doctor(host: HostOption = USUAL_HOST, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    well = True
    for check in _checks(office, excel=_is_excel(host, office)):
        console.tell(f"{console.signs('✓', '[ok]') if check.cure is None else console.signs('✗', '[!]')} {check.found.in_language(speaks(lang))}")
        if check.cure is not None:
            well = False
            console.tell(f"  {console.signs('→', '->')} {check.cure.in_language(speaks(lang))}")
    if not well:
        raise typer.Exit(1)


def _checks(office: Path | None, *, excel: bool) -> Iterable[Check]:
    if excel:
        from smm_xl.hosts.excel_addin import doctor

        return doctor.examine()
    from smm_xl.hosts.libreoffice import doctor as of_calc

    return of_calc.examine(office)


@addin.command(help="Try the functions in Excel (Windows) and write a page to report. / Проверить функции в Excel и записать страницу.")
@errors_in_words
def selftest(
    output: Annotated[Path, typer.Option("-o", "--output", help="The page, a text file. / Страница, текстовый файл.")] = Path("smm-xl-selftest.txt"),
    host: HostOption = "excel",
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    from smm_xl.hosts.excel_addin import selftest_page, windows

    if not _is_excel(host, None):
        raise InputError(
            "the self-test is of Excel; for LibreOffice: smm-xl addin doctor --host libreoffice",
            "самопроверка есть для Excel; для LibreOffice: smm-xl addin doctor --host libreoffice",
        )
    writing.must_be_writable(output, [], force=force)
    computer = windows.this_computer()
    selftest_page.must_be_ready(computer)
    _say(
        lang,
        "an Excel without a window is started and tried; that takes about a minute, your own Excel is not touched",
        "запускается отдельный Excel без окна, проверка займёт около минуты; ваш Excel не трогают",
    )
    page = selftest_page.seen(computer, speaks(lang))
    writing.write_bytes(output, page.content)
    _say(lang, f"written: {output}; {page.summary}", f"записано: {output}; {page.summary}")
    if not page.is_well:
        raise typer.Exit(1)


@addin.command(help="Write the add-in as a file, to install it by hand or elsewhere. / Записать надстройку в файл.")
@errors_in_words
def build(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file: smm.oxt; for Excel smm.xlam or smm.bas. / Файл.")],
    host: HostOption = USUAL_HOST,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    is_excel = _is_excel(host, None)
    kind = output.suffix.lower()
    if is_excel and kind not in (".xlam", ".bas"):
        raise InputError(
            f"{output}: name the add-in smm.xlam, or smm.bas for a module to import where add-ins are blocked",
            f"{output}: назовите надстройку smm.xlam или, если надстройки запрещены, smm.bas: модуль для импорта",
        )
    if not is_excel and kind != ".oxt":
        raise InputError(
            f"{output}: LibreOffice knows extensions by .oxt; name it smm.oxt", f"{output}: LibreOffice узнаёт расширения по .oxt; назовите файл smm.oxt"
        )
    writing.must_be_writable(output, [], force=force)
    if is_excel:
        from smm_xl.hosts.excel_addin import build as made
        from smm_xl.hosts.excel_addin import installing, windows

        computer = windows.this_computer()
        python = installing.interpreter(computer)
        if not computer.is_windows:
            _say(
                lang,
                f"the add-in starts {python}, which no Windows PC has: it is to be looked at. To carry: smm-xl addin bundle -o smm-xl-windows.zip",
                f"надстройка запускает {python}, а такого на компьютере с Windows нет: на неё можно посмотреть. Для переноса: smm-xl addin bundle -o smm-xl-windows.zip",
            )
        content = made.xlam(python) if kind == ".xlam" else made.bas(python)
        how = _HOW_XLAM if kind == ".xlam" else _HOW_BAS
    else:
        from smm_xl.hosts.libreoffice import extension

        content, how = extension.build(), _HOW_OXT
    writing.write_bytes(output, content)
    _say(lang, f"written: {output}; {how.en}", f"записано: {output}; {how.ru}")


_HOW_OXT = Text("open it with LibreOffice to install it", "чтобы установить, откройте файл в LibreOffice")
_HOW_XLAM = Text(
    "in Excel on Windows with this Python: File, Options, Add-ins, Go, Browse", "в Excel для Windows с этим Python: Файл, Параметры, Надстройки, Перейти, Обзор"
)
_HOW_BAS = Text(
    "in Excel on Windows: Alt+F11, File, Import File; then save the workbook as .xlsm",
    "в Excel для Windows: Alt+F11, File, Import File; затем сохраните книгу как .xlsm",
)


@addin.command(
    help="Write one zip for a Windows PC without Python: unpack, double-click install.cmd. / Записать архив для Windows без Python: распаковать и запустить install.cmd."
)
@errors_in_words
def bundle(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file, for instance smm-xl-windows.zip. / Файл.")],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="Earlier downloads; nothing is downloaded. / Папка со скачанным раньше.")
    ] = None,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="FOLDER", help="Where the downloads stay, for --from. / Куда сохранить скачанное.")] = None,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    if output.suffix.lower() != ".zip":
        raise InputError(f"{output}: the bundle is a zip; name it smm-xl-windows.zip", f"{output}: это архив zip; назовите его smm-xl-windows.zip")
    if source is not None and keep is not None:
        raise InputError("--from downloads nothing, so there is nothing to --keep", "с --from ничего не скачивается, сохранять (--keep) нечего")
    if source is not None and not source.is_dir():
        raise InputError(f"{source}: there is no such folder", f"{source}: такой папки нет")
    writing.must_be_writable(output, [], force=force)
    from smm_xl.hosts.excel_addin import bundle as bundles

    if keep is not None:
        if keep.exists() and not keep.is_dir():
            raise InputError(f"{keep}: this is a file; name a folder", f"{keep}: это файл; укажите папку")
        keep.mkdir(parents=True, exist_ok=True)
        writing.must_be_writable(keep / "download.whl", [], force=True)  # before the downloads and not after them
    if source is None:
        _say(lang, "downloading Python for Windows and the packages, about 50 MB ...", "скачиваются Python для Windows и пакеты, около 50 МБ ...")
    with writing.scratch() as own:
        made = bundles.make(source or keep or own, bundles.RUNTIME, download=source is None)
    writing.write_bytes(output, made.content)
    size, count = f"{len(made.content) / 1e6:.1f}", len(made.packages)
    _say(
        lang,
        f"written: {output} ({size} MB: Python {bundles.RUNTIME.python}, smm-xl and {count} packages); on the PC: unpack it and double-click install.cmd",
        f"записано: {output} ({size} МБ: Python {bundles.RUNTIME.python}, smm-xl и пакеты, их {count}); на том компьютере: распаковать и запустить install.cmd",
    )


def _is_excel(host: str, office: Path | None) -> bool:
    """Whether Excel is meant. Raises InputError for an unknown program, and for a LibreOffice that is named beside Excel."""
    excel = one_of(host, HOSTS, "--host") == "excel"
    if excel and office is not None:
        raise InputError("--office is for --host libreoffice alone", "--office нужен только с --host libreoffice")
    return excel


@addin.command(
    help="A copy of a workbook whose formulas call the functions as another program spells them. / Копия книги с функциями в записи другой программы."
)
@errors_in_words
def convert(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A workbook (.xlsx, .xlsm). / Книга.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The copy. / Копия.")],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="excel|libreoffice",
            help="excel: SMM_CPL; libreoffice: SMM.CPL, for 7.4; without it the other one than in the file, excel where functions are tied to an add-in. / Для какой программы.",
        ),
    ] = None,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    from smm_xl.hosts.spelling import Converted, Spelling, convert

    spelling = None if to is None else Spelling(one_of(to, [known.value for known in Spelling], "--to"))
    if not file.is_file():
        raise InputError(f"{file}: there is no such file", f"{file}: такого файла нет")
    if output.suffix.lower() != file.suffix.lower():
        raise InputError(f"{output}: the copy has to end in {file.suffix} like the file", f"{output}: копия должна кончаться на {file.suffix}, как сам файл")
    writing.must_be_writable(output, [file], force=force)
    made: list[Converted] = []
    writing.write(output, lambda path: made.append(convert(file, path, spelling)))
    (done,) = made
    for remark in done.remarks:
        _say(lang, *remark)
    if done.unknown:
        names = ", ".join(done.unknown)
        _say(lang, f"left as they are, there are no such functions: {names}", f"оставлены как есть, таких функций нет: {names}")
    counted = ", ".join(f"{name} × {count}" for name, count in sorted(done.renamed.items())) or "—"
    _say(lang, f"written for {done.spelling.value}: {output} ({counted})", f"записано для {done.spelling.value}: {output} ({counted})")


def _found(place: Path | None) -> offices.Office:
    from smm_xl.hosts.libreoffice import office as offices

    found = offices.find(place)
    if found is None:
        raise InputError(*offices.NO_OFFICE)
    return found


def _say(lang: str | None, en: str, ru: str) -> None:
    console.tell(Text(en, ru).in_language(speaks(lang)), err=True)
