"""What both APIs stand on: the application factory, errors, request ids, limits, health and metrics."""

from kernel.web.app import create_app
from kernel.web.sidecar import serve_health

__all__ = ["create_app", "serve_health"]
