"""Settings: every fault at once, secrets not shown, nothing unfit for production."""

from __future__ import annotations

import pytest

from kernel.settings import (
    DatabaseSettings,
    IdentitySettings,
    PaymentSettings,
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
        "TECHMART_SANDBOX_URL": "http://127.0.0.1:1",
        "TECHMART_SANDBOX_KEY": "sk_test_x",
        "TECHMART_SANDBOX_WEBHOOK_SECRETS": "x" * 16,
        "TECHMART_STRIPE_KEY": "sk_test_x",
        "TECHMART_STRIPE_WEBHOOK_SECRETS": "x" * 16,
    }
    with pytest.raises(SettingsError) as raised:
        load(ShopSettings, IdentitySettings, StoreSettings, PaymentSettings, env=env)
    assert {fault.partition(":")[0] for fault in raised.value.faults} == {
        "TECHMART_LIMITS",
        "TECHMART_STAFF_TOTP",
        "TECHMART_S3_ENDPOINT",
        "TECHMART_SANDBOX_URL",
        "TECHMART_STRIPE_KEY",
    }


def test_a_gateway_is_set_up_wholly_or_not_at_all() -> None:
    env = {"TECHMART_SANDBOX_URL": "http://127.0.0.1:1", "TECHMART_STRIPE_KEY": "sk_test_x"}
    with pytest.raises(SettingsError) as raised:
        load(PaymentSettings, env=env)
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [
        "TECHMART_SANDBOX_KEY",
        "TECHMART_SANDBOX_WEBHOOK_SECRETS",
        "TECHMART_STRIPE_WEBHOOK_SECRETS",
    ]
    (settings,) = load(PaymentSettings, env={"TECHMART_STRIPE_WEBHOOK_SECRETS": f"{'a' * 16},{'b' * 16}"})
    assert settings.stripe_webhook_secrets == ("a" * 16, "b" * 16)
