"""A Neo4j by address: each way in which it can be wrong has its own error."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import struct

import pytest

from graph.engine import GraphSettings, open_graph
from graph.errors import DatabaseMissing, EngineRefused, EngineTooOld, EngineUnavailable, UserMistake

BOLT_4_4 = b"\x00\x00\x04\x04"
GOODBYE = b"\x00\x02\xb0\x02\x00\x00"
_AGENT = b"\x86server\x8cNeo4j/4.4.40\x8dconnection_id\x811"
CALLS_ITSELF_OLD = struct.pack(">H", len(_AGENT) + 3) + b"\xb1\x70\xa2" + _AGENT + b"\x00\x00"
"""Bolt's SUCCESS with the server's name for itself."""


@pytest.mark.neo4j
async def test_a_wrong_password_is_said(engine_settings: GraphSettings):
    with pytest.raises(EngineRefused, match="MEMBERGRAPH_NEO4J_PASSWORD"):
        await open_graph(dataclasses.replace(engine_settings, password="not the password"))


@pytest.mark.neo4j
async def test_a_database_that_is_not_there_is_said(engine_settings: GraphSettings):
    with pytest.raises(DatabaseMissing, match="MEMBERGRAPH_NEO4J_DATABASE"):
        await open_graph(dataclasses.replace(engine_settings, database="elsewhere"))


@pytest.mark.neo4j
async def test_a_routing_address_works_against_one_server(engine_settings: GraphSettings):
    assert engine_settings.uri is not None
    graph = await open_graph(dataclasses.replace(engine_settings, uri=engine_settings.uri.replace("bolt", "neo4j")))
    try:
        await graph.write(lambda tx: tx.execute("MERGE (:Rejected {id: 'routed'})", {}))
        assert await graph.query("MATCH (n:Rejected {id: 'routed'}) RETURN n.id AS id", {}) == [{"id": "routed"}]
    finally:
        await graph.close()


async def test_an_address_where_nothing_answers_is_said():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(EngineUnavailable, match=f"No Neo4j answers at {uri}"):
        await open_graph(GraphSettings(uri=uri, password="x"))


async def test_an_address_that_accepts_and_says_nothing_is_given_up():
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    uri = f"bolt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        with pytest.raises(EngineUnavailable, match="No Neo4j answers"):
            await open_graph(GraphSettings(uri=uri, password="x", connect_timeout=0.5))
    finally:
        server.close()


async def test_an_address_that_is_none_is_said():
    with pytest.raises(UserMistake, match="http://localhost:7474"):
        await open_graph(GraphSettings(uri="http://localhost:7474", password="x"))


async def test_a_server_that_is_too_old_is_said():
    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(20)  # Bolt's greeting and four proposals
        writer.write(BOLT_4_4)
        while message := await reader.read(65536):
            if not message.startswith(GOODBYE):
                writer.write(CALLS_ITSELF_OLD)
        writer.close()

    server = await asyncio.start_server(old, "127.0.0.1", 0)
    uri = f"bolt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        with pytest.raises(EngineTooOld, match=r"4\.4") as refusal:
            await open_graph(GraphSettings(uri=uri, password="x"))
        assert "5.26" in str(refusal.value.hint)
    finally:
        server.close()
