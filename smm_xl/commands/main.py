"""The command ``smm-xl``: its commands put together, each loaded when it is asked for."""

from __future__ import annotations

import gc
from importlib import import_module

import click

import smm_xl
from smm_xl.commands import console

# each in a module of that name, under that name; but «import» is a word of Python
_COMMANDS = ("report", "import", "exports", "calc", "plan", "kpis", "template", "check", "addin")
_MODULES = {"import": "importing"}


class _Commands(click.Group):
    """Commands by name. A command loads what it needs, and a quick one must not wait for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        found: click.Command = getattr(import_module(f"smm_xl.commands.{name}"), name)
        return found


@click.group(
    name="smm-xl",
    cls=_Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="KPIs of social media marketing. / KPI для SMM.",
)
@click.version_option(smm_xl.__version__, prog_name="smm-xl", message="%(prog)s %(version)s", help="Print the version. / Версия.")
def app() -> None:
    """What stands before the commands."""


def run() -> None:
    """The command as a program of its own."""
    console.prepare()
    gc.disable()  # a command ends soon: looking for what could be freed takes a fifth of a large report
    app()
