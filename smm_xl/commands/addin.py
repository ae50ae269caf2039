"""``smm-xl addin``: the worksheet functions in the spreadsheet program, installed, removed, examined; and spellings of workbooks."""

from __future__ import annotations

from pathlib import Path

import click

from smm_xl.commands import console
from smm_xl.commands.console import PATH, errors_in_words, force_option, language_option, one_of, say, speaks
from smm_xl.errors import InputError
from smm_xl.hosts import all as hosts
from smm_xl.hosts import checks
from smm_xl.hosts.host import Host, Options, able
from smm_xl.language import Text
from smm_xl.outputs import writing

_HOSTS = "|".join(host.key for host in hosts.HOSTS)
_any_host = click.option("--host", metavar=_HOSTS, required=True, help="The program. / Программа.")
_usual_host = click.option("--host", metavar=_HOSTS, default=hosts.USUAL.key, help="The program. / Программа.")
_office_option = click.option("--office", type=PATH, help="Where LibreOffice is, if it is not found. / Где LibreOffice.")


@click.group(no_args_is_help=True)
def addin() -> None:
    """The functions in a spreadsheet program: install, check, build. / Функции в табличном редакторе: установка и проверка."""


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
@_any_host
@_office_option
@language_option
@errors_in_words
def install(host: str, office: Path | None, lang: str | None) -> None:
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
@_any_host
@_office_option
@language_option
@errors_in_words
def uninstall(host: str, office: Path | None, lang: str | None) -> None:
    options = Options(office)
    able(_host(host, options).uninstall)(options)
    say(lang, "removed", "удалено")


@addin.command(help="Find out what is wrong, and how to mend it. / Найти, что не так, и как исправить.")
@_usual_host
@_office_option
@language_option
@errors_in_words
def doctor(host: str, office: Path | None, lang: str | None) -> None:
    options = Options(office)
    well = True
    for check in able(_host(host, options).examine)(options):
        console.tell(f"{console.signs('✓', '[ok]') if check.cure is None else console.signs('✗', '[!]')} {check.found.in_language(speaks(lang))}")
        if check.cure is not None:
            well = False
            console.tell(f"  {console.signs('→', '->')} {check.cure.in_language(speaks(lang))}")
    if not well:
        raise click.exceptions.Exit(1)


@addin.command(help="Try the functions in Excel (Windows) and write a page to report. / Проверить функции в Excel и записать страницу.")
@click.option("-o", "--output", type=PATH, default=Path("smm-xl-selftest.txt"), help="The page, a text file. / Страница, текстовый файл.")
@click.option("--host", metavar=_HOSTS, default=hosts.TRIED_OUT.key, help="The program. / Программа.")
@force_option
@language_option
@errors_in_words
def selftest(output: Path, host: str, force: bool, lang: str | None) -> None:
    try_out = able(_host(host, Options()).try_out)
    writing.must_be_writable(output, [], force=force)
    tried = try_out(speaks(lang), lambda words: say(lang, *words))
    writing.write_bytes(output, tried.content)
    say(lang, f"written: {output}; {tried.summary}", f"записано: {output}; {tried.summary}")
    if not tried.is_well:
        raise click.exceptions.Exit(1)


@addin.command(help="Write the add-in as a file, to install it by hand or elsewhere. / Записать надстройку в файл.")
@click.option("-o", "--output", type=PATH, metavar="FILE", required=True, help="The file: smm.oxt; for Excel smm.xlam or smm.bas. / Файл.")
@_usual_host
@force_option
@language_option
@errors_in_words
def build(output: Path, host: str, force: bool, lang: str | None) -> None:
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
@click.option("-o", "--output", type=PATH, metavar="FILE", required=True, help="The file, for instance smm-xl-windows.zip. / Файл.")
@click.option("--from", "source", type=PATH, metavar="FOLDER", help="Earlier downloads; nothing is downloaded. / Папка со скачанным раньше.")
@click.option("--keep", type=PATH, metavar="FOLDER", help="Where the downloads stay, for --from. / Куда сохранить скачанное.")
@force_option
@language_option
@errors_in_words
def bundle(output: Path, source: Path | None, keep: Path | None, force: bool, lang: str | None) -> None:
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
        say(lang, "downloading Python for Windows and the packages, about 90 MB ...", "скачиваются Python для Windows и пакеты, около 90 МБ ...")
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
@click.argument("file", metavar="FILE", type=PATH)
@click.option("-o", "--output", type=PATH, metavar="FILE", required=True, help="The copy. / Копия.")
@click.option(
    "--to",
    metavar="excel|libreoffice",
    help="excel: SMM_CPL; libreoffice: SMM.CPL, for 7.4; without it the other one than in the file, excel where functions are tied to an add-in. / Для какой программы.",
)
@force_option
@language_option
@errors_in_words
def convert(file: Path, output: Path, to: str | None, force: bool, lang: str | None) -> None:
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
