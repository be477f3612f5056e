"""Asking a server on this machine whether it answers, in its own protocol."""

import http.client
import socket
import struct
from pathlib import Path

SECONDS = 3.0
STARTUP = struct.pack("!i", 196608)  # PostgreSQL's protocol 3.0


def database_answers(path: Path, name: str) -> bool:
    """Whether the PostgreSQL behind this socket takes a session in a database of the user's own name."""
    packet = STARTUP + b"user\0%b\0database\0%b\0\0" % (name.encode(), name.encode())
    return _exchange(path, struct.pack("!i", len(packet) + 4) + packet) == b"R"


def broker_answers(path: Path) -> bool:
    """Whether the Redis behind this socket answers a ping."""
    return _exchange(path, b"PING\r\n") == b"+"


def page_answers(host: str, port: int, path: str, name: str = "localhost") -> bool:
    """Whether the web server answers this page with 200, asked for by this host name."""
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):  # not up yet
        return False
    finally:
        connection.close()


def _exchange(path: Path, message: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SECONDS)
        try:
            client.connect(str(path))
            client.sendall(message)
            return client.recv(1)
        except OSError:  # not up yet
            return b""
