"""What the commands share: the language of messages, errors in words, checks of options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

import typer

from smm_xl.errors import InputError, UnknownName
from smm_xl.language import LANGUAGES, Text, of_the_user

LanguageOption = Annotated[str | None, typer.Option("--lang", metavar="ru|en", help="Language of names and messages; the system's without it. / Язык.")]


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
            typer.echo(f"smm-xl: {error.text.in_language(speaks(named.get('lang')))}", err=True)
            raise typer.Exit(2) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            typer.echo(f"smm-xl: {where}{error.strerror or error}", err=True)
            raise typer.Exit(2) from None

    return run


def speaks(lang: str | None) -> str:
    return lang if lang in LANGUAGES else of_the_user()


def one_of(value: str, known: Sequence[str], option: str) -> str:
    """A value of an option. Raises UnknownName for one that is none of the known."""
    if value not in known:
        raise UnknownName(Text(f"value of {option}", f"значение {option}"), value, known)
    return value
