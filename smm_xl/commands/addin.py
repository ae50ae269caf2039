"""``smm-xl addin``: the worksheet functions in the spreadsheet program, installed, removed, examined; and spellings of workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smm_xl.commands import console
from smm_xl.commands.console import ForceOption, LanguageOption, errors_in_words, one_of, say, speaks
from smm_xl.errors import InputError
from smm_xl.hosts import all as hosts
from smm_xl.hosts import checks
from smm_xl.hosts.host import Host, Options, able
from smm_xl.language import Text
from smm_xl.outputs import writing

addin = typer.Typer(
    name="addin",
    no_args_is_help=True,
    help="The functions in a spreadsheet program: install, check, build. / Функции в табличном редакторе: установка и проверка.",
)
HostOption = Annotated[str, typer.Option("--host", metavar="|".join(host.key for host in hosts.HOSTS), help="The program. / Программа.")]
OfficeOption = Annotated[Path | None, typer.Option("--office", help="Where LibreOffice is, if it is not found. / Где LibreOffice.")]


def _host(key: str, options: Options) -> Host:
    """The host of a key. Raises InputError for an unknown one, and for an option that is for others."""
    by_key = {host.key: host for host in hosts.HOSTS}
    host = by_key[one_of(key, list(by_key), "--host")]
    for option, value in options._asdict().items():
        if value is not None and option not in host.takes:
            others = ", ".join(other.key for other in hosts.HOSTS if option in other.takes)
            raise InputError(
                Text(f"this is for --host {others} alone", f"это нужно только с --host {others}"), cure=Text("leave it out", "уберите"), place=f"--{option}"
            )
    return host


@addin.command(help="Install the functions for yourself. / Установить функции для себя.")
@errors_in_words
def install(host: HostOption, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    options = Options(office)
    named = _host(host, options)
    doubts = able(named.install)(options)
    say(
        lang,
        f"installed; start {named.name} anew and type {checks.FORMULA}: it gives {checks.RESULT:g}",
        f"установлено; перезапустите {named.name} и введите {checks.FORMULA}: получится {checks.RESULT:g}",
    )
    for doubt in doubts:
        say(lang, *checks.in_words(doubt))


@addin.command(help="Remove the functions again. / Удалить функции.")
@errors_in_words
def uninstall(host: HostOption, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    options = Options(office)
    able(_host(host, options).uninstall)(options)
    say(lang, "removed", "удалено")


@addin.command(help="Find out what is wrong, and how to mend it. / Найти, что не так, и как исправить.")
@errors_in_words
def doctor(host: HostOption = hosts.USUAL.key, office: OfficeOption = None, lang: LanguageOption = None) -> None:
    options = Options(office)
    well = True
    for check in able(_host(host, options).examine)(options):
        console.tell(f"{console.signs('✓', '[ok]') if check.cure is None else console.signs('✗', '[!]')} {check.found.in_language(speaks(lang))}")
        if check.cure is not None:
            well = False
            console.tell(f"  {console.signs('→', '->')} {check.cure.in_language(speaks(lang))}")
    if not well:
        raise typer.Exit(1)


@addin.command(help="Try the functions in Excel (Windows) and write a page to report. / Проверить функции в Excel и записать страницу.")
@errors_in_words
def selftest(
    output: Annotated[Path, typer.Option("-o", "--output", help="The page, a text file. / Страница, текстовый файл.")] = Path("smm-xl-selftest.txt"),
    host: HostOption = hosts.TRIED_OUT.key,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    try_out = able(_host(host, Options()).try_out)
    writing.must_be_writable(output, [], force=force)
    tried = try_out(speaks(lang), lambda words: say(lang, *words))
    writing.write_bytes(output, tried.content)
    say(lang, f"written: {output}; {tried.summary}", f"записано: {output}; {tried.summary}")
    if not tried.is_well:
        raise typer.Exit(1)


@addin.command(help="Write the add-in as a file, to install it by hand or elsewhere. / Записать надстройку в файл.")
@errors_in_words
def build(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file: smm.oxt; for Excel smm.xlam or smm.bas. / Файл.")],
    host: HostOption = hosts.USUAL.key,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    make = able(_host(host, Options()).build).for_name(output)
    writing.must_be_writable(output, [], force=force)
    built = make()
    if built.remark is not None:
        say(lang, *built.remark)
    writing.write_bytes(output, built.content)
    say(lang, f"written: {output}; {built.how.en}", f"записано: {output}; {built.how.ru}")


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
        raise InputError(Text("the bundle is a zip", "это архив zip"), cure=Text("name it smm-xl-windows.zip", "назовите его smm-xl-windows.zip"), place=output)
    if source is not None and keep is not None:
        raise InputError(
            Text("--from downloads nothing, so there is nothing to --keep", "с --from ничего не скачивается, сохранять (--keep) нечего"),
            cure=Text("leave one of them out", "уберите один из них"),
        )
    if source is not None and not source.is_dir():
        raise InputError(
            Text("there is no such folder", "такой папки нет"),
            cure=Text("name the folder of earlier downloads", "укажите папку со скачанным раньше"),
            place=source,
        )
    writing.must_be_writable(output, [], force=force)
    from smm_xl.hosts.excel_addin import bundle as bundles

    if keep is not None:
        if keep.exists() and not keep.is_dir():
            raise InputError(Text("this is a file", "это файл"), cure=Text("name a folder", "укажите папку"), place=keep)
        keep.mkdir(parents=True, exist_ok=True)
        writing.must_be_writable(keep / "download.whl", [], force=True)  # before the downloads and not after them
    if source is None:
        say(lang, "downloading Python for Windows and the packages, about 50 MB ...", "скачиваются Python для Windows и пакеты, около 50 МБ ...")
    with writing.scratch() as own:
        made = bundles.make(source or keep or own, bundles.RUNTIME, download=source is None)
    writing.write_bytes(output, made.content)
    size, count = f"{len(made.content) / 1e6:.1f}", len(made.packages)
    say(
        lang,
        f"written: {output} ({size} MB: Python {bundles.RUNTIME.python}, smm-xl and {count} packages); on the PC: unpack it and double-click install.cmd",
        f"записано: {output} ({size} МБ: Python {bundles.RUNTIME.python}, smm-xl и пакеты, их {count}); на том компьютере: распаковать и запустить install.cmd",
    )


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
        raise InputError(Text("there is no such file", "такого файла нет"), cure=Text("check the name and the folder", "проверьте имя и папку"), place=file)
    if output.suffix.lower() != file.suffix.lower():
        raise InputError(
            Text("the copy is of another kind than the file", "копия другого вида, чем файл"),
            cure=Text(f"name it with {file.suffix} at the end", f"её имя должно кончаться на {file.suffix}"),
            place=output,
        )
    writing.must_be_writable(output, [file], force=force)
    made: list[Converted] = []
    writing.write(output, lambda path: made.append(convert(file, path, spelling)))
    (done,) = made
    for remark in done.remarks:
        say(lang, *remark)
    if done.unknown:
        names = ", ".join(done.unknown)
        say(lang, f"left as they are, there are no such functions: {names}", f"оставлены как есть, таких функций нет: {names}")
    counted = ", ".join(f"{name} × {count}" for name, count in sorted(done.renamed.items())) or "—"
    say(lang, f"written for {done.spelling.value}: {output} ({counted})", f"записано для {done.spelling.value}: {output} ({counted})")
