"""A report that is served while its search runs, to this machine alone.

There is one page, at "/". Of a request its method, its path and the name of the host are compared
with what is allowed, and nothing else is looked at; no request reads or writes any file by a name
that it gives.
"""

import os
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from skhpo.reports._html import tag
from skhpo.reports._page import POLICY, page_of
from skhpo.reports._source import read_source

HOST = "127.0.0.1"
SHORTEST, LONGEST = 3.0, 30.0  # seconds between two versions of the page
SHARE = 0.1  # of one processor that may go into writing it


class Watched:
    """The page of a journal, written anew when the journal has grown.

    Parameters
    ----------
    journal : str or path-like
        The journal.
    metric : str or None, default=None
        Which score.
    """

    def __init__(self, journal: str | os.PathLike[str], metric: str | None = None) -> None:
        self.journal = journal
        self.metric = metric
        self.pause = SHORTEST
        self._lock = threading.Lock()  # of matplotlib too, which is for one thread at a time
        self._seen: tuple[int, int] | None = None
        self._page = b""
        self._due = 0.0

    def page(self) -> bytes:
        """Return the page; the last one where the journal is as it was, or cannot be read."""
        with self._lock:
            state = self._state()
            if state is None or (state != self._seen and time.monotonic() >= self._due):
                self._write(state)
            return self._page

    def _state(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.journal)
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _write(self, state: tuple[int, int] | None) -> None:
        start = time.thread_time()
        try:
            page = page_of(read_source(self.journal, self.metric), refresh=self.pause)
        except (OSError, ValueError) as error:  # not there yet, or gone
            if not self._page or state is None:
                self._page = _waiting(error)
            return
        self._page, self._seen = page.encode(), state
        took = time.thread_time() - start
        self.pause = round(min(max(SHORTEST, took / SHARE), LONGEST), 1)
        self._due = time.monotonic() + self.pause - SHORTEST


def _waiting(error: Exception) -> bytes:
    body = tag("p", f"There is no report yet: {error}")
    again = tag("meta", http_equiv="refresh", content=str(int(SHORTEST)))
    head = tag("head", tag("meta", charset="utf-8"), again, tag("title", "Waiting"))
    return f"<!DOCTYPE html>\n{tag('html', head, tag('body', body))}\n".encode()


class _Handler(BaseHTTPRequestHandler):
    server: "Server"
    server_version = "skhpo"
    sys_version = ""
    timeout = 10  # s, of a client that says nothing

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if self.headers.get("Host") not in self.server.names:  # another site's name for this host
            self.send_error(403)
            return
        if self.path != "/":
            self.send_error(404)
            return
        page = self.server.watched.page()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if with_body:
            self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests."""


class Server(ThreadingHTTPServer):
    """Serves the report of a journal on 127.0.0.1.

    Parameters
    ----------
    watched : Watched
        The page.
    port : int, default=0
        Where; 0 for any that is free.

    Raises
    ------
    OSError
        If the port is taken.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, watched: Watched, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.watched = watched
        self.names = {f"{name}:{self.server_port}" for name in (HOST, "localhost")}

    def server_bind(self) -> None:
        """Bind, without the question to the network what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that go away."""

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"
