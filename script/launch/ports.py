"""The web server's port: the first free one, held from the first moment on."""

import errno
import socket
from collections.abc import Callable

from script.launch.checkout import Problem

TRIES = 50


def listen(host: str, first: int, remark: Callable[[str], None]) -> socket.socket:
    """A listening socket on the first free port from `first` on; each one in use is named by `remark`.

    The socket is handed to the web server as it is, so nobody can take the port in between, and
    a visitor who comes while the server restarts waits instead of being refused.
    Raises Problem when none of fifty is free or the address is not this machine's.
    """
    for port in range(first, min(first + TRIES, 65536)):
        try:
            listener = socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
            )
        except PermissionError:
            remark(f"Port {port} is for root only; trying the next one.")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Problem(f"Cannot listen on {host}: {error.strerror}.") from error
            remark(f"Port {port} is in use; trying the next one.")
        else:
            return listener
    raise Problem(f"No free port from {first} on. Choose another with --port.")
