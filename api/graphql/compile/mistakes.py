"""What is wrong with a request: one error with a code, where it stands and what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError, Node


def mistake(
    code: str,
    message: str,
    *,
    path: Sequence[str] = (),
    nodes: Sequence[Node] = (),
    **more: Any,
) -> GraphQLError:
    """A fault of the request: `extensions.code` for programs, the message for people."""
    extensions: Mapping[str, Any] = {"code": code, **{key: value for key, value in more.items() if value is not None}}
    return GraphQLError(message, list(nodes) or None, path=list(path) or None, extensions=dict(extensions))
