"""Settings: every fault at once, secrets not shown, nothing unfit for production."""

from __future__ import annotations

import pytest

from kernel.settings import (
    DatabaseSettings,
    IdentitySettings,
    SettingsError,
    ShopSettings,
    StoreSettings,
    load,
)

URLS = {f"TECHMART_DATABASE{kind}_URL": "postgresql://a:secret@h/d" for kind in ("", "_READ", "_DIRECT")}


def test_all_faults_are_named_at_once() -> None:
    env = {"TECHMART_DATABASE_POOL": "many", "TECHMART_ENV": "holiday", "TECHMART_LOCALES": "english"}
    with pytest.raises(SettingsError) as raised:
        load(DatabaseSettings, ShopSettings, env=env)
    named = {fault.partition("=")[0].partition(" ")[0] for fault in raised.value.faults}
    assert named == {
        "TECHMART_DATABASE_URL",
        "TECHMART_DATABASE_READ_URL",
        "TECHMART_DATABASE_DIRECT_URL",
        "TECHMART_DATABASE_POOL",
        "TECHMART_ENV",
        "TECHMART_LOCALES",
    }


@pytest.mark.parametrize(("value", "threshold"), [("none", None), ("0", 0), ("7", 7)])
def test_preparing_is_a_number_or_none(value: str, threshold: int | None) -> None:
    (settings,) = load(DatabaseSettings, env={**URLS, "TECHMART_DATABASE_PREPARE": value})
    assert settings.prepare_threshold == threshold


def test_a_secret_is_not_repeated_in_the_message() -> None:
    env = {"TECHMART_JWT_KEY": "/k", "TECHMART_TOKEN_SECRET": "short"}
    with pytest.raises(SettingsError) as raised:
        load(IdentitySettings, env=env)
    assert "short" not in str(raised.value).replace("shorter", "")


def test_production_takes_no_demo_defaults() -> None:
    env = {
        "TECHMART_ENV": "production",
        "TECHMART_JWT_KEY": "/k",
        "TECHMART_TOKEN_SECRET": "x" * 32,
        "TECHMART_S3_ENDPOINT": "http://store",
        "TECHMART_S3_BUCKET": "b",
        "TECHMART_S3_ACCESS_KEY": "a",
        "TECHMART_S3_SECRET_KEY": "x" * 32,
    }
    with pytest.raises(SettingsError) as raised:
        load(ShopSettings, IdentitySettings, StoreSettings, env=env)
    assert {fault.partition(":")[0] for fault in raised.value.faults} == {
        "TECHMART_LIMITS",
        "TECHMART_STAFF_TOTP",
        "TECHMART_S3_ENDPOINT",
    }
