"""Ends every connection of the embedded engine and its transaction, inside the engine's own process (F10)."""

from __future__ import annotations

from typing import Any


def end_connections(jpype: Any) -> None:
    """Close every Bolt connection and wait until its thread has committed or undone its transaction.

    The engine's own method to stop Bolt closes only the port. So this closes the socket of each connection's thread. Such
    a thread reads nothing more, undoes an open transaction, and ends.
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
