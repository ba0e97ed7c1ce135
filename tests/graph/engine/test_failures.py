"""Each failure of the driver has its recovery and its error."""

from __future__ import annotations

import pytest
from neo4j import exceptions as driver

from graph.engine.failures import Recovery, as_engine_error, recovery_for
from graph.engine.server import check_version
from graph.errors import (
    DatabaseMissing,
    EngineFull,
    EngineReadOnly,
    EngineRefused,
    EngineTimeout,
    EngineTooOld,
    EngineUnavailable,
    StatementError,
)


def server_error(code: str, message: str = "…") -> driver.Neo4jError:
    return driver.Neo4jError._hydrate_neo4j(code=code, message=message)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (driver.IncompleteCommit("gone"), Recovery.RECONNECT),
        (driver.ServiceUnavailable("gone"), Recovery.RECONNECT),
        (driver.SessionExpired("gone"), Recovery.RECONNECT),
        (ConnectionResetError(), Recovery.RECONNECT),
        (server_error("Neo.TransientError.Transaction.DeadlockDetected"), Recovery.RETRY),
        (server_error("Neo.ClientError.Schema.ConstraintValidationFailed"), Recovery.RETRY_FOR_KEY),
        (server_error("Neo.ClientError.Statement.SyntaxError"), Recovery.FAIL),
        (server_error("Neo.TransientError.General.Unknown", "No space left on device"), Recovery.FAIL),
        (TimeoutError(), Recovery.FAIL),
    ],
)
def test_a_failure_is_tried_again_only_where_that_can_help(failure: Exception, expected: Recovery):
    assert recovery_for(failure) is expected


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (server_error("Neo.ClientError.Security.Unauthorized"), EngineRefused),
        (server_error("Neo.ClientError.Database.DatabaseNotFound"), DatabaseMissing),
        (server_error("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"), EngineReadOnly),
        (server_error("Neo.ClientError.Statement.AccessMode"), EngineReadOnly),
        (server_error("Neo.ClientError.Transaction.TransactionTimedOut"), EngineTimeout),
        (server_error("Neo.DatabaseError.General.Unknown", "No space left on device"), EngineFull),
        (server_error("Neo.ClientError.Statement.SyntaxError"), StatementError),
        (TimeoutError(), EngineTimeout),
        (driver.ServiceUnavailable("refused"), EngineUnavailable),
    ],
)
def test_each_failure_has_its_own_error(failure: Exception, error: type[Exception]):
    assert type(as_engine_error(failure)) is error


def test_a_lost_transaction_on_a_full_disk_is_a_full_disk():
    lost = server_error("Neo.ClientError.Transaction.TransactionNotFound")
    assert type(as_engine_error(lost, free_bytes=1000)) is EngineFull
    assert type(as_engine_error(lost, free_bytes=10**9)) is StatementError
    assert type(as_engine_error(server_error("Neo.ClientError.Statement.SyntaxError"), free_bytes=0)) is StatementError


@pytest.mark.parametrize(
    ("agent", "version"), [("Neo4j/5.26.30", (5, 26)), ("Neo4j/2026.08.1", (2026, 8)), ("Neo4j/5.27-aura", (5, 27))]
)
def test_supported_versions_are_taken(agent: str, version: tuple[int, int]):
    assert check_version(agent) == version


@pytest.mark.parametrize("agent", ["Neo4j/5.25.1", "Neo4j/4.4.40", "Memgraph/3.0"])
def test_older_versions_and_other_servers_are_refused_by_name(agent: str):
    with pytest.raises(EngineTooOld, match=agent.removeprefix("Neo4j/").rsplit(".", 1)[0]):
        check_version(agent)
