"""Which port the web server listens on."""

import socket

import pytest

from script.launch.checkout import Problem
from script.launch.ports import listen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_the_wanted_port_is_taken_when_it_is_free():
    remarks: list[str] = []
    port = free_port()
    with listen("127.0.0.1", port, remarks.append) as listener:
        assert listener.getsockname()[1] == port
    assert remarks == []


def test_a_port_in_use_is_named_and_the_next_one_taken():
    remarks: list[str] = []
    port = free_port()
    with listen("127.0.0.1", port, remarks.append), listen("127.0.0.1", port, remarks.append) as second:
        assert second.getsockname()[1] > port
    assert remarks[0] == f"Port {port} is in use; trying the next one."


def test_a_visitor_before_the_server_is_up_waits_instead_of_being_refused():
    with (
        listen("127.0.0.1", free_port(), print) as listener,
        socket.create_connection(listener.getsockname(), timeout=2) as visitor,
    ):
        accepted, _ = listener.accept()
        accepted.close()
        assert visitor.recv(1) == b""


def test_an_address_of_another_machine_ends_in_a_sentence():
    with pytest.raises(Problem, match=r"Cannot listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 8000, print)
