"""A service in another process, as users start it, and a proxy that spoils its answers."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from graph.engine import GraphSettings

ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"answers at (http://\S+)")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command: this process's without settings, and wide enough for tables."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MEMBERGRAPH_")}
    return {**plain, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", "MEMBERGRAPH_HEAP": "512m", **more}


def settings_on(graph: GraphSettings) -> dict[str, str]:
    """Return the settings of a command on this graph."""
    found = {"MEMBERGRAPH_DATA_DIR": str(graph.data_dir)}
    if graph.uri is not None:
        found |= {"MEMBERGRAPH_NEO4J_URI": graph.uri, "MEMBERGRAPH_NEO4J_PASSWORD": graph.password}
    return found if graph.own_bolt else found | {"MEMBERGRAPH_BOLT": "driver"}


class Running:
    """A service in another process."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process

    def ask(self, document: str, key: str | None = None) -> Any:
        """Return the data of a GraphQL query."""
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
        request = urllib.request.Request(f"{self.address}/graphql", json.dumps({"query": document}).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            response = json.loads(answer.read())
        assert "errors" not in response, response["errors"]
        return response["data"]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)


@contextmanager
def serving(*arguments: str, **settings: str) -> Iterator[Running]:
    """Run `membergraph serve` on a free port until it is ready."""
    command = [sys.executable, "-m", "membergraph", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment(**settings), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        address, output = _wait_for_address(process)
        assert address, f"the service did not start:\n{output}"
        threading.Thread(target=process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
        yield Running(address, process)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_for_address(process: subprocess.Popen[str]) -> tuple[str | None, str]:
    output = ""
    assert process.stdout is not None
    for line in process.stdout:
        output += line
        if found := _ADDRESS.search(line):
            return found[1], output
    return None, output


class _Spoiling(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        target = http.client.HTTPConnection(server.target, timeout=60)
        target.request("POST", self.path, body, dict(self.headers))
        answer = target.getresponse()
        content, status = answer.read(), answer.status
        target.close()
        with server.lock:
            server.seen.append((self.headers.get("Content-Encoding"), status))
            if server.spoiled:
                status, content = server.spoiled.pop(0), b'{"success": false}'
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def spoiling(address: str, *statuses: int) -> Iterator[tuple[str, list[tuple[str | None, int]]]]:
    """Run a proxy that passes all requests on, and answers the first ones with these statuses.

    So the service has written calls that its client takes for failed. Sending them again must not double them.
    """
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Spoiling)
    server.target, server.lock = address.removeprefix("http://"), threading.Lock()
    server.seen, server.spoiled = [], list(statuses)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
