"""The bundle's frame: what is written reads back, and where it can't be read it says so."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.ledger import bundle
from pars.core.ledger.bundle import Broken, Logged, read_sections, write_bundle

LOGGED = st.builds(
    Logged, st.binary(max_size=9), st.lists(st.binary(min_size=32, max_size=32), max_size=3), st.none() | st.binary(max_size=9)
)


@given(
    st.lists(st.binary(max_size=9), max_size=4),
    st.lists(st.binary(min_size=32, max_size=32), max_size=3),
    st.lists(LOGGED, max_size=4),
    st.binary(max_size=9),
)
def test_what_is_written_reads_back(texts, leaves, log, note):
    log = [*log, Logged(b"last", (), note)]
    data = b"".join(write_bundle(texts=texts, leaves=leaves, log=log))
    sections = list(read_sections(data))
    wanted = [(b"T", sha256(text).digest() + text) for text in sorted(set(texts), key=lambda text: sha256(text).digest())]
    wanted += [(b"L", b"".join(leaves))] if leaves else []
    for logged in log:
        wanted.append((b"E", logged.entry))
        wanted += [(b"C", b"".join(logged.commitments))] if logged.commitments else []
        wanted += [(b"N", logged.checkpoint)] if logged.checkpoint is not None else []
    covered = (bundle.section(*part) for part in wanted if part[0] not in {b"E", b"C"})
    wanted.append((b"Z", sha256(bundle.MAGIC + b"".join(covered)).digest()))
    assert [(section.tag, section.body) for section in sections] == wanted
    assert b"".join([bundle.MAGIC, *(bundle.section(section.tag, section.body) for section in sections)]) == data
    assert all(data[section.offset : section.offset + 1] == section.tag for section in sections)


def test_leaves_come_in_full_sections():
    leaves = [bytes([n % 256]) * 32 for n in range(513)]
    data = b"".join(write_bundle(texts=[], leaves=leaves, log=[Logged(b"", (), b"")]))
    lists = [section.body for section in read_sections(data) if section.tag == b"L"]
    assert [len(body) // 32 for body in lists] == [256, 256, 1]
    assert b"".join(lists) == b"".join(leaves)


def test_a_bundle_ends_in_a_checkpoint():
    for log in ([], [Logged(b"one")], [Logged(b"one", (), b"note"), Logged(b"two")]):
        with pytest.raises(ValueError, match="ends in a signed checkpoint"):
            list(write_bundle(texts=[], leaves=[], log=log))


def test_a_commitment_has_its_length():
    with pytest.raises(ValueError, match="32 bytes"):
        list(write_bundle(texts=[], leaves=[], log=[Logged(b"one", (b"short",), b"note")]))


GOOD = b"".join(write_bundle(texts=[b"text"], leaves=[bytes(32)], log=[Logged(b"entry", (bytes(32),), b"note")]))


@pytest.mark.parametrize("cut", range(len(GOOD)))
def test_a_cut_bundle_reads_to_the_cut(cut):
    starts = [section.offset for section in read_sections(GOOD)]
    if cut in {*starts, len(GOOD)}:  # between two sections; that it isn't whole is for the verifier to say
        assert len(list(read_sections(GOOD[:cut]))) == starts.index(cut)
        return
    with pytest.raises(Broken) as found:
        list(read_sections(GOOD[:cut]))
    assert found.value.offset == max([0, *(start for start in starts if start < cut)])
    inside = cut > len(bundle.MAGIC) and cut - found.value.offset >= bundle.HEAD_BYTES
    assert found.value.tag == (GOOD[found.value.offset :][:1] if inside else b"")


def test_an_unknown_section_is_not_skipped():
    with pytest.raises(Broken, match="no such section"):
        list(read_sections(bundle.MAGIC + bundle.section(b"X", b"")))
