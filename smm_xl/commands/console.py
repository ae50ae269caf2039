"""What the commands share: the language of messages, errors in words, checks of options, and what the output can write."""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from smm_xl.errors import InputError, UnknownName
from smm_xl.language import LANGUAGES, Text, of_the_user, printable

language_option = click.option("--lang", metavar="ru|en", help="Language of names and messages; the system's without it. / Язык.")
force_option = click.option("--force", is_flag=True, help="Replace the output file if it is there. / Заменить файл результата.")
PATH = click.Path(path_type=Path)

_AS_CODES = "smm_xl.as_codes"


def errors_in_words(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose input errors are printed in the user's language, with exit code 2."""

    @wraps(command)
    def run(*arguments: Any, **named: Any) -> None:
        try:
            lang = named.get("lang")
            if lang is not None:
                one_of(lang, LANGUAGES, "--lang")
            command(*arguments, **named)
        except InputError as error:
            tell(f"smm-xl: {error.text.in_language(speaks(named.get('lang')))}", err=True)
            raise click.exceptions.Exit(2) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            tell(f"smm-xl: {where}{error.strerror or error}", err=True)
            raise click.exceptions.Exit(2) from None

    return run


def prepare() -> None:
    """Let the output write what it can: a sign that it lacks becomes «?» and no failure. For before anything is printed, help and the parser's errors too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def tell(text: str, *, err: bool = False) -> None:
    """Print words. They may hold names out of a file: line ends stay, what else a terminal would obey does not reach it."""
    click.echo("\n".join(map(printable, text.split("\n"))), err=err)


def say(lang: str | None, en: str, ru: str) -> None:
    """Print words beside the output, in the language that was asked for or else the user's."""
    tell(Text(en, ru).in_language(speaks(lang)), err=True)


def data(text: str) -> None:
    """Print CSV or JSON, whose values no code page may merge: UTF-8 to a pipe or a file; to a screen what it can show, other signs as their codes,
    and so those that it would obey.
    """
    shown = text
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors=_AS_CODES)
            shown = "".join(sign if sign == "\n" or unicodedata.category(sign) != "Cc" else f"\\u{ord(sign):04x}" for sign in text)
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors=_AS_CODES)  # text may hold half a sign, which UTF-8 lacks
    sys.stdout.write(shown)  # click would take out of a pipe what looks like a colour, and make one of two names
    sys.stdout.flush()


def _as_codes(error: UnicodeError) -> tuple[str, int]:
    """The signs that an encoding lacks as JSON writes their codes: Python's own backslashreplace writes some that JSON does not know."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4)), error.end


codecs.register_error(_AS_CODES, _as_codes)


def signs(wanted: str, plain: str) -> str:
    """Signs as they are wanted where the output can write them, else plain ones."""
    try:
        wanted.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return plain
    return wanted


def speaks(lang: str | None) -> str:
    return lang if lang in LANGUAGES else of_the_user()


def one_of(value: str, known: Sequence[str], option: str) -> str:
    """A value of an option. Raises UnknownName for one that is none of the known."""
    if value not in known:
        raise UnknownName(Text(f"value of {option}", f"значение {option}"), value, known)
    return value
