"""A hub on this machine: it speaks the hub's protocol to the real client, and can misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is on the hub, how it behaves, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Of the one model "someone/tiny"."""
    cut: dict[str, int] = field(default_factory=dict)
    """Bytes of one answer after which the line breaks, by file."""
    cuts: int = 10**9
    """How many answers are cut."""
    pause: float = 0.0
    """Seconds between two pieces of 4 KiB."""
    status: int = 200
    """What everything is answered with."""
    code: str = ""
    """The hub's own name for that status."""
    claims: dict[str, int] = field(default_factory=dict)
    """Sizes that are told, where they are not true."""
    sends: dict[str, bytes] = field(default_factory=dict)
    """Contents that are sent, where they are not those that were told."""
    ranges: bool = True
    """Whether a part can be asked for."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path, and range of each request."""
    agents: set[str] = field(default_factory=set)
    sent: int = 0
    """Bytes of files."""
    address: str = ""

    def got(self, name: str) -> list[str]:
        """Ranges in which a file was asked for; "" where whole."""
        return [part for method, path, part in self.asked if method == "GET"
                and path.endswith(f"/{name}")]


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""

    def _answer(self, body: bool) -> None:
        path, hub = unquote(urlsplit(self.path).path), self.hub
        part = self.headers.get("Range", "")
        hub.asked.append((self.command, path, part))
        hub.agents.add(self.headers.get("User-Agent", ""))
        if hub.status != 200:
            self._start(hub.status, {"X-Error-Code": hub.code, "Content-Length": "0"})
        elif path == "/api/models/someone/tiny":
            self._say(body)
        elif path.startswith(f"/someone/tiny/resolve/{COMMIT}/") and (
            name := path.rsplit("/", 1)[1]
        ) in hub.files:
            self._send(name, part, body)
        else:
            code = "EntryNotFound" if path.startswith("/someone/tiny/") else "RepoNotFound"
            self._start(404, {"X-Error-Code": code, "Content-Length": "0"})

    def _say(self, body: bool) -> None:
        hub = self.hub
        told = json.dumps({
            "id": "someone/tiny", "sha": COMMIT, "siblings": [
                {"rfilename": name, "size": hub.claims.get(name, len(data)), "blobId": "0" * 40}
                | ({"lfs": {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
                            "pointerSize": 130}} if name.endswith(".safetensors") else {})
                for name, data in hub.files.items()
            ],
        }).encode()
        self._start(200, {"Content-Type": "application/json", "Content-Length": str(len(told))})
        if body:
            self.wfile.write(told)

    def _send(self, name: str, part: str, body: bool) -> None:
        hub, data = self.hub, self.hub.files[name]
        size = hub.claims.get(name, len(data))
        if name.endswith(".safetensors"):
            etag = hashlib.sha256(data).hexdigest()
        else:
            etag = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        data = hub.sends.get(name, data)
        if body:
            size = len(data)
        start = int(part.removeprefix("bytes=").split("-")[0]) if part and hub.ranges else 0
        self._start(206 if start else 200, {
            "ETag": f'"{etag}"', "X-Repo-Commit": COMMIT, "Content-Length": str(size - start),
            "Accept-Ranges": "bytes",
        } | ({"Content-Range": f"bytes {start}-{size - 1}/{size}"} if start else {}))
        if not body:
            return
        end = len(data)
        if name in hub.cut and hub.cuts > 0:
            hub.cuts -= 1
            end = min(start + hub.cut[name], end)
        for at in range(start, end, 4096):
            piece = data[at : min(at + 4096, end)]
            self.wfile.write(piece)
            hub.sent += len(piece)
            time.sleep(hub.pause)
        if end < len(data):
            self.close_connection = True
            self.wfile.flush()
            self.connection.shutdown(2)

    def _start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients that go away are part of the tests."""


class Loopback:
    """The server, until it is closed."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.hub = Hub(files)
        self._server = _Server(
            ("127.0.0.1", 0), type("Answer", (_Answer,), {"hub": self.hub})
        )
        self.hub.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Nothing listens there any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def files_of(folder: Path) -> dict[str, bytes]:
    """A model folder as a repository, with files beside it that nobody needs here."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} | {
        "README.md": b"# tiny", "modeling_tiny.py": b"raise SystemExit", "pytorch_model.bin": b"x",
        "onnx/model.safetensors": b"y" * 999, "consolidated.safetensors": b"z" * 99,
    }
