"""The verifier of the public page says of every bundle what ours says: verdict, finding, place. They share a specification and no code.

Each rule broken once is among the specification's vectors (tests/docs/test_vectors.py).
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from pars.core import canonical
from pars.core.ledger import checkpoint, drafts, merkle
from pars.core.letters import RUNS
from tests.agreements import ORIGIN, PUBLIC, public
from tests.dealt import WHOLE
from tests.ledgers import LOG_PUBLIC, TEXTS, Ledger, hashed, make_version, staff
from tests.verify import mutations
from tests.verify.second import second
from tests.verify.tampering_watched import LEDGER as FOLLOWED
from tests.verify.test_keys import BUNDLE as KEYED
from tests.verify.test_keys import FIRST, SIGNED, THREE, TWO, noted, without
from tests.verify.test_mutations import BUNDLE, SECTIONS, entries_at, rich_ledger
from tests.verify.test_second_codes import FOLDER
from tests.verify.vectors import doubted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.verify.second import Second


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Give the second verifier."""
    with second() as started:
        yield started


def test_it_verifies_what_is_as_it_was_sealed(other: Second) -> None:
    assert {other.agrees(BUNDLE), other.agrees(WHOLE.bundle())} == {"verified"}


def test_it_tells_of_a_successor_of_revoked_keys_and_of_votes_in_doubt(other: Second) -> None:
    assert other.report(FOLLOWED.bundle())["successors"] == ["pars.test/log-2"]
    told = other.report(doubted(("courts", "prosecutor")).bundle())
    assert (told["revoked"], told["doubted"]) == (["seat:city"], 1)


def test_random_mutations_are_found_alike(other: Second) -> None:
    chance, whole = random.Random(20260702), WHOLE.bundle()
    verdicts = set()
    for turn in range(200):
        made = mutations.random_mutation(whole if turn % 4 == 0 else BUNDLE, chance)
        verdicts.add(other.agrees(made.data, made.how))
    assert verdicts == {"violated", "unusable"}


@pytest.mark.parametrize("how", ["drop", "double", "swap"])
def test_an_entry_dropped_doubled_or_swapped_is_placed_alike(other: Second, how: str) -> None:
    numbers = entries_at()
    for index, at in enumerate(numbers[::5]):
        parts = [(one.tag, one.body) for one in SECTIONS]
        if how == "drop":
            del parts[at]
        elif how == "double":
            parts.insert(at, parts[at])
        else:
            away = numbers[(5 * index + 3) % len(numbers)]
            parts[at], parts[away] = parts[away], parts[at]
        assert other.agrees(mutations.joined(parts, fixed=True), (how, at)) == "violated"


def test_every_head_of_a_section_counts_alike(other: Second) -> None:
    for one in SECTIONS:
        place = one.offset + one.offset % 5
        assert other.agrees(BUNDLE[:place] + bytes([BUNDLE[place] ^ 1]) + BUNDLE[place + 1 :], place) in {
            "violated",
            "unusable",
        }


def test_a_bundle_cut_anywhere_is_found_alike(other: Second) -> None:
    after, trailer = SECTIONS[-2], SECTIONS[-1].offset
    places = {
        *range(0, len(BUNDLE), 1499),
        *range(trailer - 3, len(BUNDLE), 5),
        after.offset + 3,
        *(one.offset for one in SECTIONS[::7]),
    }
    assert {other.agrees(BUNDLE[:cut], cut) for cut in places} == {"unusable"}
    for at in entries_at()[::9]:
        changed = bytearray(BUNDLE)
        changed[SECTIONS[at].offset + 40] ^= 1
        for beyond in (100, 9_000):  # a cut hides nothing of what is before it
            cut = SECTIONS[at].offset + len(SECTIONS[at].body) + beyond
            if cut < trailer:
                assert other.agrees(bytes(changed[:cut]), (at, cut)) == "violated"
    kept = checkpoint.Checkpoint(origin=ORIGIN, size=9, root=bytes(32))
    for size, root, verdict in ((9, bytes(32), "violated"), (99, bytes(32), "unusable")):
        kept = checkpoint.Checkpoint(origin=ORIGIN, size=size, root=root)
        keys = checkpoint.trust_text(logs=[(ORIGIN, LOG_PUBLIC)], seats=PUBLIC, checkpoint=kept)
        assert other.agrees(BUNDLE[: trailer - 9], size, keys) == verdict
    for logs in ([("other.test/log", LOG_PUBLIC)], [(ORIGIN, bytes(32))]):
        assert other.agrees(BUNDLE[: trailer - 9], logs, checkpoint.trust_text(logs=logs, seats=PUBLIC)) == "unusable"
    assert {other.agrees(BUNDLE + more, more) for more in (b"\0", b"Z", mutations.section(b"E", b""))} == {"violated"}


def test_keys_that_came_by_another_way_are_held_against_alike(other: Second) -> None:
    made = rich_ledger()
    leaves = made.parts()["leaves"]

    def keys(origin: str = ORIGIN, seats: dict[str, bytes] = PUBLIC, size: int = 9, root: bytes | None = None) -> str:
        kept = checkpoint.Checkpoint(origin=origin, size=size, root=root or merkle.root(leaves[:size]))
        return checkpoint.trust_text(logs=[(origin, LOG_PUBLIC)], seats=seats, checkpoint=kept)

    assert other.agrees(BUNDLE, keys=keys()) == "verified"
    for wrong in (
        keys(seats={**PUBLIC, "city": bytes(32)}),
        keys(root=bytes(32)),
        keys(size=99),
    ):
        assert other.agrees(BUNDLE, keys=wrong) == "violated"
    assert other.agrees(BUNDLE, keys=keys(seats={"city": PUBLIC["city"]})) == "unusable"


@pytest.mark.parametrize(("character", "verdict"), [("é", "verified"), ("\U0001fae8", "violated"), ("\u2ffc", "violated")])
def test_a_character_that_a_newer_unicode_knows_is_no_texts_alike(other: Second, character: str, verdict: str) -> None:
    ledger = Ledger()
    made = make_version()
    text = canonical.write({**json.loads(TEXTS[made.hash]), "title": {"en": f"Warrants {character}"}})
    ledger.keep(text)
    ledger.add(
        drafts.agreement_proposed(agreement=made.agreement, agency=made.agency.id, version=hashed(text)), staff("registrar")
    )
    assert other.agrees(ledger.bundle(), character) == verdict


def test_both_programs_know_the_same_characters() -> None:
    """The two tables are written apart, since the programs share nothing; every code point between them counts."""
    said = (FOLDER / "letters.js").read_text().split("`")[1]
    assert said.split() == RUNS.split()


def test_a_lost_log_key_is_held_against_alike_where_no_seat_is_named(other: Second) -> None:
    ledger = Ledger()
    ledger.add_key("log", "log-2", old="")
    data = ledger.bundle()
    for key, seats, verdict in (
        (LOG_PUBLIC, {}, "unusable"),
        (LOG_PUBLIC, PUBLIC, "verified"),
        (public("log-2"), {}, "verified"),
        (bytes(32), {}, "violated"),
    ):
        assert other.agrees(data, verdict, checkpoint.trust_text(logs=[(ORIGIN, key)], seats=seats)) == verdict


def test_keys_of_another_ledger_are_held_against_nothing_alike(other: Second) -> None:
    kept = checkpoint.Checkpoint(origin="other.test/log", size=1, root=bytes(32))
    for seats in ({}, {**PUBLIC, "city": bytes(32)}):
        keys = checkpoint.trust_text(logs=[("other.test/log", LOG_PUBLIC)], seats=seats, checkpoint=kept)
        assert other.agrees(BUNDLE, keys=keys) == "unusable"
        assert not other.report(BUNDLE, keys)["trusted"]
        changed = bytearray(BUNDLE)
        changed[-1] ^= 1
        assert other.agrees(bytes(changed), keys=keys) == "violated", "what is wrong besides is the ledger's own"
        assert other.agrees(joined_without_texts(), keys=keys) == "violated"


def test_a_file_of_keys_may_name_the_log_by_each_of_its_names_alike(other: Second) -> None:
    """Which lines somebody got depends on when: one of the log's names with one of its keys is enough, and a name that comes later is no fault."""
    data, first, second_key = FOLLOWED.bundle(), (ORIGIN, LOG_PUBLIC), ("pars.test/log-2", public("log-2"))
    elsewhere = ("other.test/log", LOG_PUBLIC)
    for logs, verdict in (
        ([first], "verified"),
        ([second_key], "verified"),
        ([first, second_key, (ORIGIN, public("log-2")), ("pars.test/log-2", LOG_PUBLIC)], "verified"),
        ([first, elsewhere], "verified"),
        ([("pars.test/log-2", bytes(32))], "violated"),
        ([("pars.test/log-2", bytes(32)), elsewhere], "violated"),
        ([elsewhere], "unusable"),
    ):
        for kept, agrees in ((30, True), (30, False), (len(FOLLOWED.entries), True)):
            root = merkle.root(FOLLOWED.parts()["leaves"][:kept]) if agrees else bytes(32)
            keys = checkpoint.trust_text(
                logs=logs, seats=PUBLIC, checkpoint=checkpoint.Checkpoint(origin=ORIGIN, size=kept, root=root)
            )
            said = other.agrees(data, (logs, kept, agrees), keys=keys)
            assert said == (verdict if agrees or verdict == "unusable" else "violated"), (logs, kept, agrees)
    assert other.agrees(BUNDLE, keys=checkpoint.trust_text(logs=[first, second_key], seats=PUBLIC)) == "verified"
    assert other.agrees(BUNDLE, keys=checkpoint.trust_text(logs=[second_key], seats=PUBLIC)) == "unusable"


def joined_without_texts() -> bytes:
    """Return the bundle without its texts: not even its first entry can be judged."""
    return mutations.joined([(one.tag, one.body) for one in SECTIONS if one.tag != b"T"], fixed=True)


@pytest.mark.soak
def test_ten_thousand_random_mutations_are_found_alike(other: Second) -> None:
    chance = random.Random(98)
    for _ in range(10_000):
        made = mutations.random_mutation(BUNDLE, chance)
        assert other.agrees(made.data, made.how) in {"violated", "unusable"}


def test_a_log_whose_keys_changed_is_read_alike(other: Second) -> None:
    assert other.agrees(KEYED) == "verified"
    for size, keys, well in SIGNED:
        assert other.agrees(noted(size, keys), (size, keys)) == ("verified" if well else "violated")
    assert other.agrees(without(FIRST + 1)) == "violated"
    for trusted, well in ((LOG_PUBLIC, True), (TWO, True), (THREE, True), (bytes(32), False)):
        text = checkpoint.trust_text(logs=[(ORIGIN, trusted)], seats=PUBLIC)
        assert other.agrees(KEYED, keys=text) == ("verified" if well else "violated")
