"""The `techmart` command. Each subcommand is a module of `ops.commands` with a click command named `command`."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Final

import click

COMMANDS: Final = {
    "up": "start the stack and stay in the foreground",
    "status": "processes, deliveries, replica lag",
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
WITHOUT_A_STACK: Final = ("up", "openapi")


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main(**_: Any) -> None:
    """Run and look after a TechMart stack."""


def _use_running_stack() -> None:
    from ops.stack.environment import load
    from ops.stack.errors import StackError

    try:
        load()
    except StackError as error:
        click.echo(f"techmart: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
