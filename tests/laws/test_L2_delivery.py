"""L2, the end is the end: no byte of a record is handed to the kernel at or after its stop, whatever the kernel and the clock do.

A simulated connection, in which every step costs a random time, the kernel takes a random part, timers ring late, writable sockets
are served before due timers (as asyncio does after the process was stopped) and the peer may leave at any moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.edge import wire as wires
from pars.edge.wire import MARGIN, WINDOW, Outcome, Stop, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD = bytes(range(1, 101))


@dataclass
class Timer:
    """What a loop gives for a call it will make later."""

    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class World:
    """Time, the kernel's side of one connection, and the loop's timers and watchers."""

    sends: list[tuple[int | None, float]]  # what each send(2) takes (None: would block; -1: broken), and how long it lasts
    pauses: list[float]  # how long the clock moves on each time it is read
    now: float = 100.0
    handed: list[tuple[float, bytes]] = field(default_factory=list)
    timers: list[tuple[float, Timer]] = field(default_factory=list)
    writer: Callable[[], None] | None = None
    resets: int = 0
    closes: int = 0
    closed: bool = False
    queue: int = 0
    left: int = 0
    proof: bool = False
    armed: bool = False
    armed_at_send: list[bool] = field(default_factory=list)

    def clock(self) -> float:
        read = self.now
        self.now += self.pauses.pop() if self.pauses else 0.0
        return read

    # our handle on the socket
    def fileno(self) -> int:
        return 9

    def make_room(self, size: int) -> None: ...

    def reset_on_close(self, reset: bool) -> None:
        self.armed = reset

    def unsent(self) -> int:
        return self.left

    def unacknowledged(self) -> int:
        return self.queue

    def quiet(self) -> bool:
        return self.queue == 0

    def proven_sent(self, *, now: float, before: float) -> bool:
        return self.proof and bool(self.handed) and self.handed[-1][0] < before <= now

    def close(self) -> None:
        self.closes += 1

    def send(self, data: memoryview) -> int:
        at = self.now
        self.armed_at_send.append(self.armed)
        takes, lasts = self.sends.pop() if self.sends else (len(data), 0.0)
        self.now += lasts
        if takes is None:
            raise BlockingIOError
        if takes < 0:
            raise ConnectionResetError
        taken = bytes(data[: max(1, takes)])
        self.handed.append((at, taken))
        return len(taken)

    # loop
    def call_later(self, delay: float, call: Callable[[], None]) -> Timer:
        handle = Timer(call)
        self.timers.append((self.now + delay, handle))
        return handle

    def add_writer(self, _fd: int, call: Callable[[], None]) -> None:
        self.writer = call

    def remove_writer(self, _fd: int) -> bool:
        had, self.writer = self.writer is not None, None
        return had

    # transport and protocol
    def get_extra_info(self, name: str, default: object = None) -> object:
        return self if name == "socket" else default

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes) -> None:
        self.handed.append((self.now, bytes(data)))

    def abort(self) -> None:
        self.resets += 1
        self.closed = True

    def ring(self) -> None:
        """Let the timers ring that are due."""
        due = [timer for at, timer in self.timers if at <= self.now]
        self.timers = [(at, timer) for at, timer in self.timers if at > self.now]
        for timer in due:
            if not timer.cancelled:
                timer.call()

    def ring_next(self, *, early: float = 0.0) -> None:
        """Let time pass until the next timer, and let it ring; or let it ring too early."""
        if self.timers:
            at, timer = self.timers.pop(min(range(len(self.timers)), key=lambda place: self.timers[place][0]))
            self.now = max(self.now, at - early)
            if not timer.cancelled:
                timer.call()


def connected(world: World) -> Wire:
    """Return a wire in that world, ready to carry a record."""
    wire = Wire(world, world)  # type: ignore[arg-type]
    wire._own = world  # type: ignore[assignment]
    return wire


lasting = st.one_of(st.floats(0, 0.004), st.floats(0, 0.1), st.floats(0.05, 40))
kernel = st.lists(st.tuples(st.one_of(st.none(), st.integers(-1, 120)), lasting), max_size=12)
steps = st.lists(st.tuples(st.sampled_from(["writable", "alarm", "early alarm", "lost"]), lasting), max_size=30)


@given(
    sends=kernel,
    age=st.one_of(st.floats(0, 0.08), st.floats(-1, 1)),
    left=st.one_of(st.floats(0, 0.2), st.floats(-1, 5)),
    steps=steps,
)
def test_no_byte_of_a_record_reaches_the_kernel_at_or_after_its_stop(
    sends: list[Any], age: float, left: float, steps: list[tuple[str, float]]
) -> None:
    world = World(sends=sends, pauses=[])
    wire = connected(world)
    stop = Stop(t0=world.now - age, until=world.now + left, clock=world.clock)
    outcomes: list[Outcome] = []
    wire.push(RECORD, stop, outcomes.append)
    for step, lasts in steps:
        if step == "lost" and not world.closed:
            world.closed = True
            wire.was_lost()
        elif step == "writable":
            world.now += lasts
            if world.writer is not None:
                world.writer()  # before the timers, as after a stop of the process
            world.ring()
        else:
            world.ring_next(early=lasts if step == "early alarm" else 0.0)
    while world.timers:
        world.ring_next()

    handed = b"".join(piece for _, piece in world.handed)
    assert all(stop.t0 <= at < stop.last - MARGIN for at, _ in world.handed), "handed over too late, or before its own t0"
    assert RECORD.startswith(handed)
    assert len(outcomes) == 1
    match outcomes[0]:
        case Outcome.HANDED:
            assert handed == RECORD
        case Outcome.LATE:
            assert handed == b""
            assert world.resets == 0, "a late piece leaves the connection whole"
        case Outcome.CUT:
            assert handed
            assert world.closed
        case Outcome.GONE:
            assert world.closed


@given(pauses=st.lists(st.floats(0, MARGIN * 0.99), min_size=1, max_size=8), age=st.floats(0, WINDOW))
def test_the_margin_covers_what_comes_between_the_clock_and_the_kernel(pauses: list[float], age: float) -> None:
    """A pause of less than the margin after the clock was read doesn't make a byte late."""
    world = World(sends=[], pauses=pauses)
    wire = connected(world)
    stop = Stop(t0=world.now - age, until=float("inf"), clock=world.clock)
    wire.push(RECORD, stop, lambda _: None)
    assert all(at < stop.last for at, _ in world.handed)


def test_a_send_that_outlasted_its_stop_is_cut_because_nobody_knows_when_it_happened() -> None:
    world = World(sends=[(len(RECORD), 3.0)], pauses=[])
    wire = connected(world)
    outcomes: list[Outcome] = []
    wire.push(RECORD, Stop(world.now, world.now + 60, world.clock), outcomes.append)
    assert outcomes == [Outcome.CUT]
    assert world.resets


def test_unless_the_kernel_says_that_it_happened_in_time() -> None:
    """The sender may be put to sleep in the call, after the bytes went: the receiver, once woken, takes its processor."""
    world = World(sends=[(len(RECORD), 3.0)], pauses=[], proof=True)
    outcomes: list[Outcome] = []
    connected(world).push(RECORD, Stop(world.now, world.now + 60, world.clock), outcomes.append)
    assert outcomes == [Outcome.HANDED]
    assert not world.resets


def test_the_reset_is_armed_before_the_first_byte_and_disarmed_when_all_is_acknowledged() -> None:
    """So that also the death of the process leaves nothing in the kernel that a reader could collect later."""
    world = World(sends=[], pauses=[], queue=9, left=9)
    wire = connected(world)
    wire.push(RECORD, Stop(world.now, world.now + 60, world.clock), lambda _: None)
    assert world.armed_at_send == [True]
    assert world.armed
    world.queue = world.left = 0
    world.ring_next()
    assert not world.armed
    assert not wire.owes()


@given(unsent=st.integers(1, 60_000), end=st.floats(0.1, 60), drains=st.one_of(st.none(), st.floats(0.001, 70)))
def test_unsent_bytes_are_reset_at_the_end_instant_or_when_the_reader_takes_too_long(
    unsent: int, end: float, drains: float | None
) -> None:
    world = World(sends=[], pauses=[])
    wire = connected(world)
    start, world.queue, world.left = world.now, unsent, unsent
    wire.push(RECORD, Stop(start, start + end, world.clock), lambda _: None)
    reset_at = None
    while world.timers and reset_at is None:
        world.now = max(world.now, min(at for at, _ in world.timers))
        if drains is not None and world.now - start >= drains:
            world.queue = world.left = 0
        world.ring()
        reset_at = world.now if world.resets else None
    limit = min(end, wires.DRAIN)
    if drains is not None and drains < limit - 0.001:
        assert reset_at is None
        assert not wire.owes()
    elif drains is None or drains > limit + 0.06:
        assert reset_at == pytest.approx(start + limit, abs=0.002)


def test_a_later_piece_with_a_sooner_end_is_watched_until_that_end() -> None:
    world = World(sends=[], pauses=[], queue=9)
    wire = connected(world)
    wire.push(RECORD, Stop(world.now, world.now + 60, world.clock), lambda _: None)
    for _ in range(9):
        world.ring_next()
    end, world.left = world.now + 0.03, 9
    wire.push(RECORD, Stop(world.now, end, world.clock), lambda _: None)
    while not world.resets:
        world.ring_next()
    assert world.now == pytest.approx(end, abs=0.002)


def test_sent_but_unacknowledged_bytes_are_not_reset_at_the_end() -> None:
    """An acknowledgement may take 40 ms; the reader has the bytes, and the closing message shall reach it."""
    world = World(sends=[], pauses=[])
    wire = connected(world)
    world.queue, world.left = len(RECORD), 0
    wire.push(RECORD, Stop(world.now, world.now + 0.02, world.clock), lambda _: None)
    world.now += 1
    world.ring()
    assert not world.resets
    assert wire.owes()


def test_what_follows_a_piece_under_way_waits_for_it_and_a_close_waits_for_both() -> None:
    world = World(sends=[(40, 0.0)], pauses=[])
    wire = connected(world)
    world.queue = 1
    wire.push(RECORD, Stop(world.now, world.now + 1, world.clock), lambda _: None)
    wire.write(b"next answer's head")
    assert b"".join(piece for _, piece in world.handed) == RECORD[:40]
    assert world.writer is not None
    world.writer()
    assert b"".join(piece for _, piece in world.handed) == RECORD + b"next answer's head"
    wire.close()
    assert wire.is_closing()
    assert world.closes == 0
    world.queue, world.now = 0, world.now + 0.01
    world.ring()
    assert world.closes == 1


def test_a_held_wire_writes_nothing() -> None:
    world = World(sends=[], pauses=[])
    wire = connected(world)
    with wire.held() as held:
        wire.write(b"head ")
        wire.writelines([b"and ", b"body"])
    assert held == b"head and body"
    assert world.handed == []
    assert wire.write(b"after") is None
    assert world.handed == [(world.now, b"after")]


def test_the_stopwatch_counts_the_time_the_machine_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    awake, slept = [50.0], [0.0]
    monkeypatch.setattr(wires.time, "monotonic", lambda: awake[0])
    monkeypatch.setattr(wires.time, "clock_gettime", lambda _clock: awake[0] + slept[0] + 7)
    clock = wires.stopwatch()
    assert clock() == pytest.approx(50.0)
    awake[0], slept[0] = 50.01, 3600.0
    assert clock() == pytest.approx(3650.01)
    assert Stop(t0=50.0, until=float("inf"), clock=clock).passed()


@pytest.mark.parametrize(
    ("age", "left", "passed"),
    [(0.0, 1.0, False), (0.06, 1.0, False), (0.066, 1.0, True), (0.0, 0.005, True), (-0.5, 1.0, True), (9.0, 1.0, True)],
)
def test_a_stop_has_passed_early_rather_than_late(age: float, left: float, passed: bool) -> None:
    assert Stop(t0=100.0 - age, until=100.0 + left, clock=lambda: 100.0).passed() is passed


@pytest.mark.parametrize("age", [-0.001, WINDOW - MARGIN, WINDOW, 3600.0])
def test_a_piece_from_the_future_or_too_old_is_not_sent_at_all(age: float) -> None:
    world = World(sends=[], pauses=[])
    outcomes: list[Outcome] = []
    connected(world).push(RECORD, Stop(world.now - age, world.now + 60, world.clock), outcomes.append)
    assert (outcomes, world.handed, world.resets) == ([Outcome.LATE], [], 0)
    assert not world.armed


def test_a_timer_that_rings_early_is_set_again() -> None:
    world = World(sends=[(None, 0.0)] * 9, pauses=[])
    wire = connected(world)
    outcomes: list[Outcome] = []
    wire.push(RECORD, Stop(world.now, world.now + 60, world.clock), outcomes.append)
    world.ring_next(early=0.001)
    assert outcomes == []
    world.ring_next()
    assert outcomes == [Outcome.LATE]


@pytest.mark.parametrize(("present", "guardable"), [({"socket"}, True), ({"socket", "sslcontext"}, False), (set(), False)])
def test_a_connection_that_hides_its_bytes_can_not_be_guarded(present: set[str], guardable: bool) -> None:
    """TLS that ends in this process buffers and writes by itself; a transport without a socket can't be cut."""
    world = World(sends=[], pauses=[])
    world.get_extra_info = lambda name, default=None: world if name in present else default  # type: ignore[method-assign]
    assert Wire(world, world).guardable is guardable  # type: ignore[arg-type]
