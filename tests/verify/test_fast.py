"""The check by several processes says of every bundle what the check in turn says: verdict, findings, places, and what the ledger tells."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from pars.core.ledger import checkpoint, drafts, fold_runs, merkle
from pars.core.ledger.bundle import LEAVES_IN_ONE
from pars.core.ledger.entries import By, Kind
from pars.core.ledger.state import Block, Ids, State
from pars.core.terms import DAY, HOUR, SECOND, Instant
from tests.agreements import NOW, ORIGIN
from tests.dealt import WHOLE
from tests.ledgers import LOG_PUBLIC, PERSON, Ledger, hashed, histories, make_version, outsider, staff
from tests.owners import profile_text
from tests.verify import mutations
from tests.verify.second import second
from tests.verify.test_mutations import BUNDLE, SECTIONS, rich_ledger
from verify import cutting, fast, runs
from verify.checks import Check, verify
from verify.fast import verify_fast
from verify.files import OnDisk
from verify.report import UNUSABLE, VERIFIED, VIOLATED
from verify.trust import Trust, read_trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from pars.core.agreements.version import Version
    from verify.report import Report

SPANS = (600, 5_000, 1 << 20)
"""From a few sections at a time to everything at once."""
MIDNIGHT = Instant(NOW + 21 * HOUR)  # the end of a civil day in New York


def same(data: bytes, trust: Trust | None = None, spans: tuple[int, ...] = SPANS) -> Report:
    """Return the report, once both say the same: the fast one as Python cuts, and as C does where that was compiled."""
    slow = verify(data, trust)
    for cut in {runs.cut, cutting.cut}:
        for span in spans:
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr("verify.spans.cut", cut)
                found = verify_fast(data, trust, processes=0, span=span)
            assert found == slow, (cut, span, found.words(), slow.words())
    return slow


def told(state: State | None) -> dict[str, Any]:
    """Return all that a state holds, as values that can be compared."""
    assert state is not None
    parts = {name: getattr(state, name) for name in State.__slots__}
    parts["given"] = {name: ids.pages for name, ids in state.given.items()}
    return {name: value.pages if isinstance(value, Ids) else value for name, value in parts.items()}


def states(data: bytes) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return the state that each comes to, and from how many entries on the fast one took those that are alike together."""
    slow = Check(data, None)
    for section in fast.read_sections(data):
        slow.take(section)
    quick = fast.Ahead(data, None, fast.here, frozenset(), ahead=1, span=1 << 20)
    assert quick.report() == slow.finish()
    return told(slow.state), told(quick.check.state), quick.together


def test_what_is_as_it_was_sealed_verifies_alike():
    assert {same(BUNDLE).status, same(WHOLE.bundle()).status} == {VERIFIED}
    for data in (BUNDLE, WHOLE.bundle()):
        slow, quick, together = states(data)
        assert slow == quick
        assert together > 1


def test_random_mutations_are_found_alike():
    chance, whole = random.Random(20260703), WHOLE.bundle()
    for turn in range(150):
        made = mutations.random_mutation(whole if turn % 4 == 0 else BUNDLE, chance)
        same(made.data, spans=(SPANS[turn % 3],))


@settings(max_examples=30)
@given(histories())
def test_random_histories_come_to_the_same_state(ledger):
    slow, quick, _ = states(ledger.bundle())
    assert slow == quick


def test_cut_between_any_two_sections_and_with_an_end_before_the_end_it_is_told_alike():
    for number, one in enumerate(SECTIONS):
        same(BUNDLE[: one.offset], spans=(SPANS[number % 3],))
        same(BUNDLE[: one.offset] + b"Z" + BUNDLE[one.offset + 1 :], spans=(SPANS[number % 2],))


def test_keys_that_came_by_another_way_are_held_against_alike():
    leaves = rich_ledger().parts()["leaves"]
    for size, root in ((9, merkle.root(leaves[:9])), (30, merkle.root(leaves[:30])), (30, bytes(32)), (99, bytes(32))):
        kept = checkpoint.Checkpoint(origin=ORIGIN, size=size, root=root)
        report = same(BUNDLE, Trust(logs=((ORIGIN, LOG_PUBLIC),), checkpoint=kept))
        assert report.status == (VIOLATED if root == bytes(32) else VERIFIED)
    assert same(BUNDLE, Trust(logs=(("other.test/log", LOG_PUBLIC),))).status == UNUSABLE


def test_any_checkpoint_of_a_bundle_and_any_size_between_can_be_the_one_that_was_kept():
    """Checkpoints stand before it and behind it in a stretch that is taken at once, and some sizes have none. The page says the same."""
    ledger, made = busy({"/limits/questions_per_day": 1_000})
    while len(ledger.entries) < LEAVES_IN_ONE + 60:
        go_on(ledger, made)
    ledger.points.update(range(37, len(ledger.entries), 37))
    data, leaves = ledger.bundle(), ledger.parts()["leaves"]
    sizes = {*ledger.points, len(leaves), LEAVES_IN_ONE, LEAVES_IN_ONE - 1, LEAVES_IN_ONE + 1, 100, 300}
    with second() as page:
        for size in sorted(sizes):
            for root, status in ((merkle.root(leaves[:size]), VERIFIED), (bytes(32), VIOLATED)):
                keys = checkpoint.trust_text(
                    logs=[(ORIGIN, LOG_PUBLIC)],
                    seats={},
                    checkpoint=checkpoint.Checkpoint(origin=ORIGIN, size=size, root=root),
                )
                report = same(data, read_trust(keys), spans=SPANS[2:])
                assert report.status == status, (size, report.words())
                assert {one.what for one in report.findings} <= {"HISTORY_REWRITTEN"}
                page.agrees(data, size, keys)


# ---------------------------------------------------------------- rules that plain entries break


def busy(changes: dict[str, Any] | None = None, end: int = NOW + 5 * DAY) -> tuple[Ledger, Version]:
    """Return a ledger in which much went on that is alike."""
    ledger = Ledger()
    made = ledger.serve(make_version({"/limits/questions_per_day": 12, **(changes or {})}, end=end))
    for rows in (0, 1, 2, 1, 7):
        go_on(ledger, made, rows)
    return ledger, made


def go_on(ledger: Ledger, made: Version, rows: int = 1) -> None:
    """Add something of every kind that is plain."""
    ledger.disclose(made, rows=rows)
    ledger.show(rows=rows, follows=ledger.entries[-1].id)
    ledger.add(drafts.refused(code="NOT_GRANTED", names=["/where/0"]), outsider())
    ledger.add(drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"c"), version=rows, detail={"arrests": 1}), staff("clerk"))


BOOKED = drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"c"), version=1, detail={})
BREAKS: dict[str, Callable[[Ledger, Version], object]] = {
    "NO_AUTHORITY": lambda ledger, _: ledger.show(by=By("clerk", "system")),
    "NO_AUTHORITY of an agreement": lambda ledger, _: ledger.show(by=outsider(client=None)),
    "NO_AUTHORITY of no grant": lambda ledger, _: ledger.show(by=staff("nobody")),
    "NO_AUTHORITY for an answer": lambda ledger, made: ledger.disclose(made, by=staff("clerk")),
    "OTHER_PERSON": lambda ledger, _: ledger.show(by=By("registrar", "grant:clerk")),
    "OTHER_PERSON booked": lambda ledger, _: ledger.add(BOOKED, By("registrar", "grant:clerk")),
    "NOT_GRANTED": lambda ledger, made: ledger.disclose(made, columns=("district",)),
    "NOT_GRANTED to staff": lambda ledger, _: ledger.show(columns=("amount_cents",)),
    "NOT_YOUR_ACT": lambda ledger, _: ledger.add(
        drafts.case_changed(Kind.BAIL_POSTED, case=hashed(b"c"), version=1, detail={}), staff("clerk")
    ),
    "OTHER_PROFILE": lambda ledger, _: ledger.add(
        drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"c"), version=1, detail={"profile": hashed(b"x")}), staff("clerk")
    ),
    "GRANT_ENDED": lambda ledger, _: [
        ledger.add(drafts.grant_removed(grant="clerk"), staff("registrar")),
        ledger.show(),
    ],
    "OUT_OF_ORDER": lambda ledger, made: [
        ledger.add(drafts.user_removed(agreement=made.agreement, person=PERSON), staff("registrar")),
        ledger.disclose(made, at=ledger.at - 10),
    ],
    "NOT_NAMED": lambda ledger, made: [
        ledger.add(drafts.user_removed(agreement=made.agreement, person=PERSON), staff("registrar")),
        ledger.disclose(made),
    ],
    "ENDING": lambda ledger, made: ledger.disclose(made, at=NOW + 5 * DAY - 75_000),
    "AGREEMENT_ENDED": lambda ledger, made: ledger.disclose(made, at=NOW + 5 * DAY),
    "TOO_MANY_ROWS": lambda ledger, made: ledger.disclose(made, rows=51),
    "NO_EVIDENCE": lambda ledger, made: ledger.disclose(made, evidence=None),
    "UNKNOWN_VERSION": lambda ledger, made: ledger.disclose(made, version=hashed(b"v")),
    "NO_AGREEMENT": lambda ledger, made: ledger.disclose(made, by=outsider(agreement="none")),
    "CLIENT_NOT_BOUND": lambda ledger, made: ledger.disclose(made, by=outsider(client="stranger")),
    "NO_SUCH_ENTRY": lambda ledger, made: ledger.disclose(made, follows=10_000),
    "NO_SUCH_STREAM": lambda ledger, made: ledger.disclose(made, stream=4),
    "ID_TWICE": lambda ledger, made: ledger.disclose(made, number=len(ledger.entries) - 3),
    "ID_TWICE far away": lambda ledger, made: [ledger.disclose(made, number=2**40), ledger.disclose(made, number=2**40)],
    "BEFORE_GENESIS": lambda ledger, _: ledger.add(drafts.refused(code="NOT_GRANTED"), outsider(), at=NOW - DAY),
    "LIMIT_REACHED": lambda ledger, made: [ledger.disclose(made) for _ in range(8)],
}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_rule_that_a_plain_entry_breaks_is_placed_alike(rule):
    ledger, made = busy()
    assert same(ledger.bundle()).status == VERIFIED
    before = len(ledger.entries)
    BREAKS[rule](ledger, made)
    report = same(ledger.bundle())
    assert report.first is not None
    assert report.first.what == rule.split()[0], report.words()
    assert report.first.index is not None
    assert report.first.index >= before
    go_on(ledger, made)
    assert same(ledger.bundle()) != report


def test_all_together_on_a_day_have_a_limit():
    ledger, made = busy({"/limits/questions_per_day_in_all": 7})
    ledger.add(drafts.user_named(agreement=made.agreement, person="sergeant", holds=["training_completed"]), staff("registrar"))
    ledger.disclose(made)
    ledger.disclose(made, by=outsider("sergeant"))
    assert same(ledger.bundle()).status == VERIFIED
    ledger.disclose(made, by=outsider("sergeant"))
    report = same(ledger.bundle())
    assert report.first is not None
    assert (report.first.what, report.first.index) == ("LIMIT_REACHED", len(ledger.entries) - 1)


# ---------------------------------------------------------------- what may be, and isn't plain at first sight


def test_a_limit_is_of_a_day_and_a_group_may_be_of_two():
    ledger, made = busy()
    ledger.at = Instant(MIDNIGHT - 8 * SECOND)
    for _ in range(14):
        ledger.disclose(made)
    ledger.points = set()
    slow, quick, together = states(ledger.bundle())
    assert slow == quick
    assert together > 30


def test_an_end_between_two_of_a_group_is_seen():
    """One grant goes on, the other ended; a version follows another; a profile follows the first."""
    ledger, made = busy(end=NOW + DAY)
    short = {"grant": "short", "person": "clerk", "role": ledger.entries[2].detail["role"], "start": NOW}
    ledger.add(drafts.grant_given(**short, end=Instant(NOW + DAY)), staff("registrar"))
    profile = ledger.entries[0].detail["profile"]
    ledger.adopt(following := make_version({"/limits/questions_per_day": 12}, number=2, start=NOW + DAY, end=NOW + 2 * DAY))
    first = ledger.at
    for at in (first, NOW + DAY - 2 * SECOND):
        ledger.disclose(made, at=at)
        ledger.show(by=By("clerk", "grant:short"))
    ledger.adopt_text("profile", later := profile_text({"/start": NOW + 2 * DAY}))
    for at in (NOW + DAY, NOW + DAY + HOUR):
        ledger.disclose(following, at=at)
        ledger.show(by=staff("clerk"))
    for at, hash_ in ((NOW + DAY + 2 * HOUR, profile), (NOW + 2 * DAY, hashed(later))):
        draft = drafts.case_changed(Kind.ARREST_BOOKED, case=hashed(b"c"), version=1, detail={"profile": hash_})
        ledger.add(draft, staff("clerk"), at=at)
    slow, quick, _ = states(ledger.bundle())
    assert slow == quick


def test_streams_exports_and_pages_go_on_among_what_is_plain():
    ledger, made = busy()
    ledger.disclose(made, stream=len(ledger.entries))
    first = ledger.entries[-1].id
    for _ in range(3):
        go_on(ledger, made)
        ledger.disclose(made, stream=first, rows=0)
    ledger.add(drafts.stream_closed(agency="sheriff", stream=first, reason="LEFT", chunks=4, empty=3), outsider())
    slow, quick, together = states(ledger.bundle())
    assert slow == quick
    assert together > 30
    ledger.disclose(made, stream=first, at=NOW + 2 * DAY)
    report = same(ledger.bundle())
    assert report.first is not None
    assert report.first.what == "NO_SUCH_STREAM"


def test_ids_in_blocks_are_the_same_ids():
    plain, blocks = Ids(), Ids()
    numbers = [3, 5, 4, Ids.PAGE - 1, Ids.PAGE, 3 * Ids.PAGE + 1]
    for number in numbers:
        assert plain.add(number)
    block = Block.of(numbers)
    assert block is not None
    assert not blocks.has_any(block)
    blocks.add_all(block)
    assert blocks.pages == plain.pages
    assert blocks.has_any(block)
    assert not blocks.has_any(Block(6, 1))
    assert Block.of([1, 1]) is None
    assert Block.of([1, 1 << 30]) is None
    assert Block.of([]) == Block(0, 0)


def test_a_day_long_ago_and_a_signature_that_no_plain_entry_has():
    made = make_version()
    assert {fold_runs.Groups()._day(made, Instant(at)) for at in (0, 5 * HOUR)} == {"1969-12-31", "1970-01-01"}
    assert not fold_runs._no_signature(b"", b"", b"")


def test_what_is_no_entry_stands_for_no_group():
    group = fold_runs.Group(b'{"at":0}', [NOW])
    assert not fold_runs.Groups().take(busy()[0].state(), [group], {})


def test_a_subtree_is_grafted_where_it_fits_alone():
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(11)]
    tree = merkle.Frontier()
    assert tree.root() == merkle.EMPTY_ROOT == merkle.root(())
    for at in (0, 4):
        tree.graft(2, merkle.root(leaves[at : at + 4]))
    for leaf in leaves[8:]:
        tree.append(leaf)
    assert tree.copy().root() == tree.root() == merkle.root(leaves)
    with pytest.raises(ValueError, match="a subtree of 2 leaves can't follow 11"):
        tree.graft(1, leaves[0])


# ---------------------------------------------------------------- several processes


@pytest.fixture(scope="module")
def long(tmp_path_factory) -> Path:
    """Give the file of a ledger that takes several processes a while."""
    ledger, made = busy({"/limits/questions_per_day": 1_000})
    for _ in range(300):
        go_on(ledger, made)
    path = tmp_path_factory.mktemp("fast") / "bundle.pars"
    path.write_bytes(ledger.bundle())
    return path


def test_other_processes_read_ahead_of_a_file(long):
    with long.open("rb") as file:
        assert verify_fast(OnDisk(file), processes=2, span=20_000) == verify(OnDisk(file))
    with pytest.raises(ValueError, match="only a file"):
        verify_fast(long.read_bytes(), processes=2)


def test_where_those_that_read_ahead_are_killed_the_check_goes_on_alone(long):
    """Each child of this process is killed as soon as it is there."""
    over, killed = threading.Event(), []

    def kill() -> None:
        while not over.is_set():
            for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                if int(child) not in killed and int(child) not in others:
                    killed.append(int(child))
                    os.kill(int(child), signal.SIGKILL)

    others = set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))
    killer = threading.Thread(target=kill)
    with long.open("rb") as file:
        expected = verify(OnDisk(file))
        killer.start()
        try:
            assert verify_fast(OnDisk(file), processes=2, span=20_000) == expected
        finally:
            over.set()
            killer.join()
    assert killed
