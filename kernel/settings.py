"""Settings: one Struct a concern, decoded from the environment once at start.

`load(DatabaseSettings, StoreSettings)` returns them in that order or raises one `SettingsError` that names
every fault of all of them. A field without a default must be set; production accepts no secret that the demo
made and no sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, get_type_hints, overload

import msgspec
from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=1, le=65535)]
Text = Annotated[str, Meta(min_length=1)]
Secret = Annotated[str, Meta(min_length=16)]
Locale = Annotated[str, Meta(pattern=r"^[a-z]{2}-[a-z]{2}$")]


class SettingsError(Exception):
    """One or more settings are missing or wrong; the message has a line for each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("settings are not usable:\n" + "\n".join(f"  {fault}" for fault in faults))


class ShopSettings(Struct, frozen=True):
    """What kind of stack this is and what it sells in."""

    env: Literal["demo", "test", "production"] = "demo"
    demo: Literal["on", "off"] = "on"
    limits: Literal["demo", "on"] = "demo"
    locales: tuple[Locale, ...] = ("en-us", "de-de")
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"


class DatabaseSettings(Struct, frozen=True):
    """The primary, the replica, and the primary without a pooler."""

    database_url: Text
    database_read_url: Text
    database_direct_url: Text
    database_prepare: Literal["none"] | Annotated[int, Meta(ge=0)] = 2
    database_pool: Annotated[int, Meta(ge=1, le=100)] = 8
    database_wait_seconds: Annotated[float, Meta(gt=0)] = 8.0

    @property
    def prepare_threshold(self) -> int | None:
        """psycopg's threshold; None never prepares, as a transaction-mode pooler without support needs."""
        return None if self.database_prepare == "none" else self.database_prepare


class ValkeySettings(Struct, frozen=True):
    """The broker that carries wake-ups and the cache of the read side."""

    broker_url: Text
    cache_url: Text


class StoreSettings(Struct, frozen=True):
    """The bucket behind the edge."""

    s3_endpoint: Text
    s3_bucket: Text
    s3_access_key: Text
    s3_secret_key: Secret
    s3_region: Text = "us-east-1"


class EdgeSettings(Struct, frozen=True):
    """The CDN before the bucket."""

    edge_url: Text
    cdn: Literal["local", "cloudfront", "none"] = "none"
    edge_purge_secret: str = ""
    cloudfront_distribution: str = ""


class IdentitySettings(Struct, frozen=True):
    """Keys of tokens."""

    jwt_key: Text
    token_secret: Secret
    jwt_keys_old: tuple[Text, ...] = ()
    staff_totp: Literal["required", "enrolled"] = "enrolled"
    access_seconds: Annotated[int, Meta(ge=60, le=900)] = 600
    session_days: Annotated[int, Meta(ge=1, le=90)] = 30


class PaymentSettings(Struct, frozen=True):
    """The gateways, and how long things of an order may take. An address or key that is not set leaves its gateway out."""

    sandbox_url: str = ""
    sandbox_key: str = ""
    sandbox_webhook_secrets: tuple[Secret, ...] = ()
    stripe_key: str = ""
    stripe_webhook_secrets: tuple[Secret, ...] = ()
    gateway_timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 8.0
    order_resume_seconds: Annotated[int, Meta(ge=1, le=3600)] = 60
    checkout_hold_seconds: Annotated[int, Meta(ge=1, le=3600)] = 600
    checkout_hold_max_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 1800


class OutboxSettings(Struct, frozen=True):
    """Delivery of events."""

    outbox_batch: Annotated[int, Meta(ge=1, le=5000)] = 200
    outbox_attempts_max: Annotated[int, Meta(ge=1, le=50)] = 8
    outbox_lease_seconds: Annotated[int, Meta(ge=5, le=600)] = 60
    outbox_keep_days: Annotated[int, Meta(ge=1, le=90)] = 7
    pages_delay_seconds: Annotated[float, Meta(ge=0)] = 2.0


class SearchSettings(Struct, frozen=True):
    """The node's search index."""

    search_dir: Text
    search_snapshot_minutes: Annotated[int, Meta(ge=1)] = 60


class ServerSettings(Struct, frozen=True):
    """What one process listens on; 0 lets a tool go without."""

    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    write_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    read_port: Annotated[int, Meta(ge=0, le=65535)] = 0


class TelemetrySettings(Struct, frozen=True):
    """Logs and traces."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otel_endpoint: str = ""


A = TypeVar("A", bound=Struct)
B = TypeVar("B", bound=Struct)
C = TypeVar("C", bound=Struct)
D = TypeVar("D", bound=Struct)


@overload
def load(a: type[A], /, *, env: Mapping[str, str] | None = None) -> tuple[A]: ...
@overload
def load(a: type[A], b: type[B], /, *, env: Mapping[str, str] | None = None) -> tuple[A, B]: ...
@overload
def load(a: type[A], b: type[B], c: type[C], /, *, env: Mapping[str, str] | None = None) -> tuple[A, B, C]: ...
@overload
def load(
    a: type[A],
    b: type[B],
    c: type[C],
    d: type[D],
    /,
    *more: type[Struct],
    env: Mapping[str, str] | None = None,
) -> tuple[Any, ...]: ...
def load(*concerns: type[Any], env: Mapping[str, str] | None = None) -> tuple[Any, ...]:
    """Decode each concern from `TECHMART_<FIELD>` variables; raise `SettingsError` naming every fault."""
    source = os.environ if env is None else env
    faults: list[str] = []
    loaded = tuple(_decode(concern, source, faults) for concern in concerns)
    faults += _half_a_gateway(loaded)
    faults += _unfit_for_production(loaded, source)
    if faults:
        raise SettingsError(faults)
    return loaded


def _decode(concern: type[Struct], source: Mapping[str, str], faults: list[str]) -> Struct | None:
    hints = get_type_hints(concern, include_extras=True)
    values: dict[str, Any] = {}
    sound = True
    for field in msgspec.structs.fields(concern):
        variable = f"TECHMART_{field.name.upper()}"
        raw = source.get(variable)
        if raw is None or raw == "":
            if field.required:
                faults.append(f"{variable} is not set")
                sound = False
            continue
        try:
            values[field.name] = _convert(raw, hints[field.name])
        except (msgspec.ValidationError, ValueError) as error:
            faults.append(f"{variable}={_shown(field.name, raw)!r}: {error}")
            sound = False
    return concern(**values) if sound else None


def _convert(raw: str, wanted: Any) -> Any:
    value: Any = raw.split(",") if getattr(wanted, "__origin__", None) is tuple else raw
    return msgspec.convert(value, wanted, strict=False)


def _shown(name: str, raw: str) -> str:
    return "…" if any(word in name for word in ("secret", "key", "url")) else raw[:80]


def _half_a_gateway(loaded: tuple[Any, ...]) -> list[str]:
    return [
        f"TECHMART_{missing}: {because} needs it"
        for concern in loaded
        if isinstance(concern, PaymentSettings)
        for missing, value, because, set_ in (
            ("SANDBOX_KEY", concern.sandbox_key, "TECHMART_SANDBOX_URL", concern.sandbox_url),
            ("SANDBOX_WEBHOOK_SECRETS", concern.sandbox_webhook_secrets, "TECHMART_SANDBOX_URL", concern.sandbox_url),
            ("STRIPE_WEBHOOK_SECRETS", concern.stripe_webhook_secrets, "TECHMART_STRIPE_KEY", concern.stripe_key),
        )
        if set_ and not value
    ]


def _unfit_for_production(loaded: tuple[Any, ...], source: Mapping[str, str]) -> list[str]:
    if source.get("TECHMART_ENV") != "production":
        return []
    faults = []
    for concern in loaded:
        if isinstance(concern, StoreSettings) and concern.s3_endpoint.startswith("http://"):
            faults.append("TECHMART_S3_ENDPOINT: production speaks https to its store")
        if isinstance(concern, IdentitySettings) and concern.staff_totp != "required":
            faults.append("TECHMART_STAFF_TOTP: production requires a second factor of staff")
        if isinstance(concern, ShopSettings) and concern.limits != "on":
            faults.append("TECHMART_LIMITS: production keeps volume limits on")
        if isinstance(concern, PaymentSettings) and concern.sandbox_url:
            faults.append("TECHMART_SANDBOX_URL: production takes no sandbox")
        if isinstance(concern, PaymentSettings) and not concern.stripe_key.startswith(("sk_live_", "rk_live_")):
            faults.append("TECHMART_STRIPE_KEY: production needs a live key")
    return faults
