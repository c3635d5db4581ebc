"""A second handle on a connection's socket: what asyncio's transport doesn't let anybody do, and what Linux tells about its queue.

Where the kernel can't tell (not Linux), a queue counts as empty and a send as unproven: delivery stays safe and gets less patient.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import termios

SEND_BUFFER = 32 * 1024
"""SO_SNDBUF asked for, at least (Linux doubles it for its own bookkeeping): measured, one send(2) then takes 32 KiB and a head."""

LARGEST_BUFFER = 256 * 1024
"""SO_SNDBUF for a larger piece, at most. The kernel shall take each piece whole: a rest depends on the reader's speed."""

_UNSENT = 0x894B  # SIOCOUTQNSD
_TCP_INFO = 148  # bytes of struct tcp_info up to and with what is read here (Linux 4.6)
_UNACKED = slice(24, 28)  # tcpi_unacked: packets on their way
_LAST_DATA_SENT = slice(44, 48)  # tcpi_last_data_sent: milliseconds since data last went out
_NOT_SENT = slice(144, 148)  # tcpi_notsent_bytes
_TICK = 0.010  # its grain: one jiffy at the kernel's slowest, 100 a second


class Handle:
    """One connection, through a descriptor of our own (dup), so that we may write to it and watch it beside asyncio."""

    def __init__(self, fileno: int) -> None:
        self._socket = socket.socket(fileno=os.dup(fileno))
        self._socket.setblocking(False)
        self._buffer = 0
        self._resets = False
        self.send = self._socket.send
        self.fileno = self._socket.fileno
        self.close = self._socket.close

    def make_room(self, size: int) -> None:
        """Set the send buffer to what a piece of that size needs, and no larger."""
        wanted = min(max(SEND_BUFFER, size), LARGEST_BUFFER)
        if wanted != self._buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, wanted)
            self._buffer = wanted

    def reset_on_close(self, reset: bool) -> None:
        """Choose how the connection ends when its last descriptor closes, also by the process's death: by a reset, or in order."""
        if reset != self._resets:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))
            self._resets = reset

    def quiet(self) -> bool:
        """Return whether the peer has acknowledged everything: one call that, unlike ioctl, keeps the interpreter's lock."""
        told = self._told()
        if told is None:
            return self.unacknowledged() == 0
        return told[_UNACKED] == told[_NOT_SENT] == bytes(4)

    def unsent(self) -> int:
        """Return how many bytes the kernel holds that it has not sent at all."""
        return self._queue(_UNSENT)

    def unacknowledged(self) -> int:
        """Return how many bytes the kernel holds, sent or not, that the peer has not acknowledged."""
        return self._queue(termios.TIOCOUTQ)

    def proven_sent(self, *, now: float, before: float) -> bool:
        """Return whether the kernel says that everything it was given went out before that reading of the clock."""
        told = self._told()
        if told is None:
            return False
        (ago,) = struct.unpack("I", told[_LAST_DATA_SENT])
        return told[_NOT_SENT] == bytes(4) and now - ago / 1000 + _TICK < before

    def _told(self) -> bytes | None:
        """Return Linux's struct tcp_info, or None where there is none."""
        try:
            told = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO)
        except (AttributeError, OSError):
            return None
        return told if len(told) == _TCP_INFO else None

    def _queue(self, request: int) -> int:
        answer = bytearray(4)
        try:
            fcntl.ioctl(self._socket.fileno(), request, answer)
        except OSError:
            return 0
        size: int = struct.unpack("i", answer)[0]
        return size
