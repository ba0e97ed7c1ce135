"""Errors of a request: a code for programs, a message for people, and the field that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError, Node


def request_error(
    code: str,
    message: str,
    *,
    path: Sequence[str] = (),
    nodes: Sequence[Node] = (),
    **more: Any,
) -> GraphQLError:
    """Return an error with `extensions.code`; what `more` names becomes further extensions unless it is None."""
    extensions: Mapping[str, Any] = {"code": code, **{key: value for key, value in more.items() if value is not None}}
    return GraphQLError(message, list(nodes) or None, path=list(path) or None, extensions=dict(extensions))
