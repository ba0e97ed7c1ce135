"""A client whose key has certain scopes."""

from __future__ import annotations

from pathlib import Path

import httpx2

from api.access_log import Asgi
from api.keys import create
from graph.clock import Clock
from tests.api.conftest import client_of


def client_with_key(
    service: Asgi, keys_file: Path, clock: Clock, *scopes: str, public: bool = False
) -> httpx2.AsyncClient:
    """Return a client with a new key of these scopes."""
    secret, _ = create(keys_file, "k", list(scopes), clock, public=public)
    return client_of(service, authorization=f"Bearer {secret}")
