"""The audits of what selling touches, run as `techmart verify` runs them."""

from __future__ import annotations

from kernel.database import SyncDatabase
from ops.verify.audit import Context
from ops.verify.registry import chosen
from tests.support.polling import eventually
from tests.support.stack import Stack

SELLING = ("levels", "promises", "orders", "money", "gateway", "idempotency")


def assert_sound(stack: Stack, database: SyncDatabase, names: tuple[str, ...] = SELLING) -> None:
    """Every audit finds nothing, once what is under way is done."""
    context = Context(stack.env)
    try:
        eventually(lambda: not wrong(context, names), f"the audits {', '.join(names)} to be green", 60)
    except AssertionError as error:
        raise AssertionError(f"{error}: {wrong(context, names)}") from None
    finally:
        context.close()


def wrong(context: Context, names: tuple[str, ...]) -> list[str]:
    """What the audits find."""
    return [f"{audit.name} {found}" for audit in chosen(names) for found in audit.run(context).violations]
