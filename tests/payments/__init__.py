"""The gateway's adapter, the sandbox it is tested against, and what gateways tell."""
