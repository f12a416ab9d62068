"""Parameters: forms with names like `payment_method_data[card][token]`, decoded strictly."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct

from ops.sandbox.gateway.errors import invalid, raw_card

T = TypeVar("T")
Pairs = list[tuple[str, str]]

_NAME: Final = re.compile(r"([^\[\]]+)")
_PATH: Final = re.compile(r" - at (?:`key` in )?`\$\.?(.*)`$")
AMOUNT_MAX: Final = 99_999_999


class Card(Struct, forbid_unknown_fields=True):
    """A card by its token; what does not look like one may be a card's number, and is not repeated."""

    token: Annotated[str, Meta(pattern=r"^tok_[A-Za-z0-9_]{1,250}$")]


class MethodData(Struct, forbid_unknown_fields=True):
    """A means of payment, made for this charge."""

    type: Annotated[str, Meta(pattern="^card$")]
    card: Card


class CreateIntent(Struct, forbid_unknown_fields=True):
    """A charge: made and confirmed in one call."""

    amount: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    currency: Annotated[str, Meta(pattern="^[a-z]{3}$")]
    confirm: bool
    return_url: Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2000)]
    payment_method_data: MethodData | None = None
    payment_method: Annotated[str, Meta(pattern=r"^pm_[A-Za-z0-9_]{1,250}$")] | None = None
    metadata: dict[str, Annotated[str, Meta(max_length=500)]] = {}
    receipt_email: str | None = None

    @property
    def source(self) -> tuple[str, str]:
        """The means of payment, and the parameter it came in."""
        if self.payment_method_data is not None:
            return self.payment_method_data.card.token, "payment_method_data[card][token]"
        return self.payment_method or "", "payment_method"


class NoParams(Struct, forbid_unknown_fields=True):
    """None at all."""


class CreateRefund(Struct, forbid_unknown_fields=True):
    """Money back, all of it where no amount is given."""

    payment_intent: str
    amount: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)] | None = None


class Evidence(Struct, forbid_unknown_fields=True):
    """What decides a dispute, as in Stripe's test mode: `winning_evidence` or `losing_evidence`."""

    uncategorized_text: Annotated[str, Meta(pattern="^(winning|losing)_evidence$")]


class AnswerDispute(Struct, forbid_unknown_fields=True):
    """An answer to a dispute."""

    evidence: Evidence


class Page(Struct, forbid_unknown_fields=True):
    """A page of a list, newest first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    starting_after: str | None = None
    payment_intent: str | None = None
    type: str | None = None


def read_pairs(text: bytes | str) -> Pairs:
    """Names and values of a form or query. Raises `Refusal`."""
    try:
        return parse_qsl(text.decode() if isinstance(text, bytes) else text, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise invalid("The request body could not be parsed") from error


def decode(pairs: Pairs, wanted: type[T]) -> T:
    """The parameters as a Struct. Raises `Refusal` naming the one at fault."""
    try:
        return msgspec.convert(_nested(pairs), wanted, strict=False)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        raise invalid(str(error), code="parameter_invalid", param=_shown(found[1]) if found else None) from error


def _nested(pairs: Pairs) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in pairs:
        *folders, leaf = _NAME.findall(name) or [name]
        if leaf == "number" and folders and folders[-1] == "card":
            raise raw_card()
        branch = tree
        for folder in folders:
            inner = branch.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise invalid(f"Invalid hash: {name}", param=name)
            branch = inner
        branch[leaf] = value
    return tree


def _shown(path: str) -> str:
    first, *rest = path.split(".")
    return first + "".join(f"[{name}]" for name in rest)
