"""Ends every connection of the embedded engine, and what they were doing, inside the engine's own process (F10)."""

from __future__ import annotations

from typing import Any


def end_connections(jpype: Any) -> None:
    """Close every Bolt connection and wait until its thread has committed or undone its transaction.

    The engine's own way to stop Bolt closes only the port. So its threads are asked one by one: a thread whose socket is
    closed reads nothing more, undoes an open transaction, and ends.
    """
    connection = jpype.JClass("com.arcadedb.bolt.BoltNetworkExecutor")
    socket = connection.class_.getDeclaredField("socket")
    socket.setAccessible(True)
    threads = jpype.JClass("java.lang.Thread").getAllStackTraces().keySet()
    ending = [thread for thread in threads if isinstance(thread, connection)]
    for thread in ending:
        if (opened := socket.get(thread)) is not None:
            opened.close()
    for thread in ending:
        thread.join()
