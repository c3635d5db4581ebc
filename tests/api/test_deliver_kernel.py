"""What the second handle on a socket does and tells, on real connections."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from pars.edge.kernel import LARGEST_BUFFER, SEND_BUFFER, Handle

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pair:
    """A connection: the server's socket with our handle on it, and a reader with a small receive buffer."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.reader = socket.socket()
            self.reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.reader.settimeout(10)
            self.reader.connect(listener.getsockname())
            self.server, _ = listener.accept()
        self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as asyncio does
        self.handle = Handle(self.server.fileno())
        self.handle.make_room(0)

    def close(self) -> None:
        for end in (self.reader, self.server, self.handle):
            end.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    with ExitStack() as stack:
        yield stack.enter_context(closing(Pair()))


@pytest.mark.parametrize("size", [1, SEND_BUFFER + 2000, 100_000, LARGEST_BUFFER])
def test_one_send_takes_a_whole_piece_though_nobody_reads(pair: Pair, size: int) -> None:
    pair.handle.make_room(size)
    assert pair.handle.send(b"x" * size) == size


def test_room_is_made_no_larger_than_allowed_and_taken_back(pair: Pair) -> None:
    def room() -> int:
        return pair.server.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    small = room()
    pair.handle.make_room(10**9)
    largest = room()
    pair.handle.make_room(LARGEST_BUFFER)
    assert largest == room() > small
    pair.handle.make_room(10)
    assert room() == small


def test_the_queue_is_known_before_and_after_the_reader_takes_it(pair: Pair) -> None:
    assert (pair.handle.unsent(), pair.handle.unacknowledged(), pair.handle.quiet()) == (0, 0, True)
    pair.handle.send(b"x" * SEND_BUFFER)
    time.sleep(0.05)
    assert 0 < pair.handle.unsent() <= pair.handle.unacknowledged() <= SEND_BUFFER
    assert not pair.handle.quiet()
    taken = 0
    while taken < SEND_BUFFER:
        taken += len(pair.reader.recv(65536))
    for _ in range(100):
        if pair.handle.unacknowledged() == 0:
            break
        time.sleep(0.01)
    assert (pair.handle.unsent(), pair.handle.unacknowledged(), pair.handle.quiet()) == (0, 0, True)


def test_a_small_piece_on_its_way_is_not_quiet_until_it_is_acknowledged(pair: Pair) -> None:
    """The reader's kernel holds an acknowledgement back for a while: sent, but not quiet."""
    for _ in range(2):
        pair.handle.send(b"x" * 30)
    assert pair.handle.unsent() == 0
    assert pair.handle.quiet() == (pair.handle.unacknowledged() == 0)
    for _ in range(100):
        if pair.handle.quiet():
            break
        time.sleep(0.01)
    assert pair.handle.unacknowledged() == 0


def test_the_kernel_proves_when_bytes_went_out(pair: Pair) -> None:
    sent = time.monotonic()
    pair.handle.send(b"x" * 100)
    time.sleep(0.1)
    now = time.monotonic()
    assert pair.handle.proven_sent(now=now, before=sent + 0.05)
    assert not pair.handle.proven_sent(now=now, before=sent)
    assert not pair.handle.proven_sent(now=now, before=sent - 1)


def test_bytes_that_did_not_go_out_are_not_proven(pair: Pair) -> None:
    pair.handle.send(b"x" * SEND_BUFFER)
    time.sleep(0.05)
    assert not pair.handle.proven_sent(now=time.monotonic(), before=time.monotonic() + 60)


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_ends_as_chosen_when_its_last_descriptor_closes(pair: Pair, reset: bool) -> None:
    pair.handle.reset_on_close(True)
    pair.handle.reset_on_close(reset)
    pair.handle.send(b"x" * SEND_BUFFER)
    pair.server.close()
    pair.reader.settimeout(0.2)
    first = pair.reader.recv(1)
    assert first == b"x", "one descriptor is still open"
    pair.handle.close()
    pair.reader.settimeout(10)
    if reset:
        with pytest.raises(ConnectionResetError):
            rest_of(pair.reader)
    else:
        assert rest_of(pair.reader) == SEND_BUFFER - 1


def rest_of(reader: socket.socket) -> int:
    """Read to the end and return how many bytes came."""
    taken = 0
    while piece := reader.recv(65536):
        taken += len(piece)
    return taken


def test_the_handle_never_blocks(pair: Pair) -> None:
    pair.server.setblocking(True)
    with closing(Handle(pair.server.fileno())) as handle:
        while handle.send(b"x" * SEND_BUFFER) == SEND_BUFFER:
            pass
        with pytest.raises(BlockingIOError):
            handle.send(b"x")
