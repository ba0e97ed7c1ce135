"""The API of a service, served over HTTP until the service stops."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from api.app import ApiSettings, create_app
from api.limits import Limits
from api.tracking import TrackingLimits
from membergraph import writers  # noqa: F401 - importing this module imports all that the service needs
from membergraph.http_server import HttpServer
from membergraph.settings import Settings

if TYPE_CHECKING:
    from membergraph.service import Service


async def serve_api(service: Service, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until this is cancelled; call `ready` once connections are accepted."""
    place = service.place
    settings = place.settings
    server = HttpServer(settings)
    app = create_app(
        place.graph, service.writer, service.evaluator, place.clock, api_settings(settings), server.metrics
    )
    await server.serve(app, listener, ready)


def api_settings(settings: Settings) -> ApiSettings:
    """Return the settings of the API."""
    limits = Limits(
        body=settings.body_limit,
        tokens=settings.token_limit,
        depth=settings.depth_limit,
        aliases=settings.alias_limit,
        directives=settings.directive_limit,
        cost=settings.cost_limit,
        seconds=settings.timeout,
    )
    tracking = TrackingLimits(
        request_bytes=settings.tracking_body_limit,
        call_bytes=settings.tracking_call_limit,
        waiting_calls=settings.tracking_waiting,
        request_calls=settings.tracking_calls,
        public_bytes=settings.tracking_public_body_limit,
        public_calls=settings.tracking_public_calls,
    )
    return ApiSettings(settings.keys_path(), limits, tracking, settings.access_log)
