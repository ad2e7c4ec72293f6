"""The listening side: sockets, headers, bodies; what to answer is decided elsewhere."""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

from tests.standin.values import Json


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """Still percent-encoded, so that a slash in a name isn't one between names."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        found = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in found.items()}

    def json(self) -> Json:
        parsed = json.loads(self.content) if self.content else {}
        return parsed if isinstance(parsed, dict) else {"": parsed}


@dataclass(slots=True)
class Answer:
    """What goes back; None as content is an empty body."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False


Handler = Callable[[Request], Answer]


class Server:
    """A threaded HTTP/1.1 server on 127.0.0.1."""

    def __init__(self, handler: Handler, port: int) -> None:
        self._server = _Listener(("127.0.0.1", port), _OneRequest)
        self._server.answer = handler
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    answer: Handler

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        with self._changed:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: object) -> None:
        connection = cast("socket.socket", request)
        super().shutdown_request(connection)
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """Ends what clients keep open, and waits a moment for those that are being answered."""
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are no news; everything else is recorded where it happens."""


class _OneRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        answer = cast("_Listener", self.server).answer(request)
        if answer.reset:
            self._hang_up()
            return
        self._write(answer)

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Server", self.version_string())
        if "Date" not in answer.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.content)
        self.wfile.flush()

    def _hang_up(self) -> None:
        """Closes with a reset instead of an orderly end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True

    def version_string(self) -> str:
        return "github.com"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The stand-in keeps its own log of requests."""

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)


def decoded(segment: str) -> str:
    return unquote(segment)
