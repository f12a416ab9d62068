"""The `techmart` command. Each subcommand is a module of `ops.commands` with a click command named `command`."""

from __future__ import annotations

import errno
import importlib
import sys
from typing import Any, Final

import click

COMMANDS: Final = {
    "up": "start the stack and stay in the foreground",
    "status": "where the stack is, how its parts are, what is wrong",
    "import": "take in a product feed",
    "seed": "fill the shop with made-up products",
    "rebuild": "make documents, index and objects again while serving",
    "verify": "audit what is stored and served",
    "bench": "measure, each figure beside its limit",
    "search": "relevance figures",
    "openapi": "write the merged OpenAPI document",
    "migrate": "bring the schema up to date",
}
MODULES: Final = {"import": "import_"}
WITHOUT_A_STACK: Final = ("up", "status", "openapi")


class LazyGroup(click.Group):
    """Imports a subcommand only when it is asked for, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        if name not in WITHOUT_A_STACK and not {"--help", "-h", "--list"} & set(sys.argv) and not ctx.resilient_parsing:
            _use_running_stack()
        module = importlib.import_module(f"ops.commands.{MODULES.get(name, name)}")
        return module.command  # type: ignore[no-any-return]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; what a server or a setting did to it is told in one line, with exit status 2."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if (said := sentence(error)) is None:
                raise
            click.echo(f"techmart: {said}", err=True)
            sys.exit(2)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main(**_: Any) -> None:
    """Run and look after a TechMart stack."""


def sentence(error: Exception) -> str | None:
    """What to tell a person of an error that is no defect of ours, in one line; None of any other."""
    import httpx
    import psycopg

    from edge.store import StoreError
    from kernel.settings import SettingsError
    from ops.stack.errors import StackError
    from write_side.catalog.importing.runs import ImportRunningError

    if isinstance(error, SettingsError):
        return "settings are not usable: " + "; ".join(error.faults)
    if isinstance(error, psycopg.Error):
        return f"the database did not do its part: {_one_line(error)}"
    if isinstance(error, httpx.HTTPError):
        return f"{error.request.url} did not do its part: {_one_line(error)}"
    if isinstance(error, StoreError):
        return f"the bucket did not do its part: {_one_line(error)}"
    if isinstance(error, OSError) and error.errno != errno.EPIPE:  # a reader that went is click's to handle
        return f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    return _one_line(error) if isinstance(error, StackError | ImportRunningError) else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _use_running_stack() -> None:
    from ops.stack.environment import load

    load()


if __name__ == "__main__":
    main()
