"""A WSGI application at an address of this computer, for a vendor's client to talk to."""

import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    timeout = 10  # Who connects and says nothing is let go.

    def log_message(self, *_):
        pass


@contextmanager
def served(application):
    """Serve it while the block runs; gives its address."""
    with make_server("127.0.0.1", 0, application, Server, Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
