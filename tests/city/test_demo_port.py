"""The demo plays its story, tokens and all, to its own server and to nobody else's."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading

import pytest

from pars.edge.city import demo


def test_a_port_that_somebody_listens_on_is_refused_before_anything_is_sent() -> None:
    with socket.socket() as theirs:
        theirs.bind(("127.0.0.1", 0))
        theirs.listen()
        with pytest.raises(demo.NotADemo, match="--port"):
            demo._refuse_a_taken(theirs.getsockname()[1])


def test_a_free_port_is_taken() -> None:
    demo._refuse_a_taken(demo._free_port())


class _Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ready"}')

    def log_message(self, *_: object) -> None:
        pass


def test_another_server_s_readiness_is_not_ours() -> None:
    theirs = http.server.HTTPServer(("127.0.0.1", 0), _Ready)
    threading.Thread(target=theirs.serve_forever, daemon=True).start()
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    child.wait()
    try:
        with pytest.raises(demo.NotADemo, match="did not come up"):
            demo._wait_until_ready(f"http://127.0.0.1:{theirs.server_port}", child, patience=5)
    finally:
        theirs.shutdown()
        theirs.server_close()
