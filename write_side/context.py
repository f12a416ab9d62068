"""What a command is carried out with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kernel.auth import AccessTokens, Principal, Sessions
from kernel.consistency import ConsistencyTokens
from kernel.database import Database
from kernel.settings import IdentitySettings, PaymentSettings, ShopSettings
from write_side.payments.gateways.protocol import Gateway

Statement = tuple[str, Mapping[str, Any]]
"""A statement with its parameters."""


@dataclass(frozen=True)
class Services:
    """What the process holds for all requests."""

    database: Database
    tokens: AccessTokens
    sessions: Sessions
    consistency: ConsistencyTokens
    identity: IdentitySettings
    shop: ShopSettings
    payment: PaymentSettings
    gateways: Mapping[str, Gateway]
    origin: str
    """The shop's own address, as shoppers see it."""


@dataclass(frozen=True)
class Command:
    """One command: its id, who gave it (None of a guest), and what is noted with it."""

    id: UUID
    principal: Principal | None
    currency: str
    request_id: str | None = None
    address: str | None = None

    @property
    def staff_id(self) -> UUID:
        """Who of the staff gave it; only a guard lets a command of staff begin."""
        assert self.principal is not None, "a guest's command is no staff's"
        return self.principal.account_id


@dataclass(frozen=True)
class Result:
    """A command's answer: a Struct or None for no body, and headers such as Location and ETag.

    A command that found everything as asked, and so wrote nothing, says so: there is no event of it to look for.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wrote: bool = True
