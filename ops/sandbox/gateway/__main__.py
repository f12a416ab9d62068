"""The payment sandbox's process: `python -m ops.sandbox.gateway`."""

from __future__ import annotations

import os
import sys

import uvloop
from aiohttp import web

from kernel.settings import SettingsError, load
from kernel.telemetry import configure_logging
from ops.sandbox.gateway.app import Gateway
from ops.sandbox.gateway.settings import GatewaySettings


def main() -> None:
    """Serve until SIGTERM."""
    if os.environ.get("TECHMART_ENV") == "production":
        sys.exit("techmart: the payment sandbox does not start in production")
    try:
        (settings,) = load(GatewaySettings)
    except SettingsError as error:
        sys.exit(f"techmart: {error}")
    configure_logging()
    web.run_app(
        Gateway(settings).app(),
        host="127.0.0.1",
        port=settings.port,
        print=None,
        access_log=None,
        # A charge that is never answered must not keep the process.
        shutdown_timeout=0.5,
        loop=uvloop.new_event_loop(),
    )


if __name__ == "__main__":
    main()
