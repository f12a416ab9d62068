"""What a process that carries out commands holds: pool, gateways, tokens, sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec

from kernel.auth import AccessTokens, Sessions
from kernel.consistency import ConsistencyTokens
from kernel.database import Database
from kernel.settings import DatabaseSettings, EdgeSettings, IdentitySettings, PaymentSettings, ShopSettings, load
from write_side.context import Services
from write_side.payments.gateways import open_gateways


@asynccontextmanager
async def open_services(pool: int | None = None, *, env: Mapping[str, str] | None = None) -> AsyncIterator[Services]:
    """Decode the settings of `env`, open `pool` connections to the primary (the setting's number by default)."""
    database_settings, identity, shop, payment, edge = load(
        DatabaseSettings, IdentitySettings, ShopSettings, PaymentSettings, EdgeSettings, env=env
    )
    if pool is not None:
        database_settings = msgspec.structs.replace(database_settings, database_pool=pool)
    database = Database(database_settings, read=False)
    await database.open()
    gateways = open_gateways(payment)
    try:
        yield Services(
            database=database,
            tokens=AccessTokens(identity),
            sessions=Sessions(),
            consistency=ConsistencyTokens(identity.token_secret),
            identity=identity,
            shop=shop,
            payment=payment,
            gateways=gateways,
            origin=edge.edge_url,
        )
    finally:
        for gateway in gateways.values():
            await gateway.close()
        await database.close()
