"""The hash tree over the ledger: RFC 6962 hashes and roots, and proofs that one entry is in it or that it only grew.

A leaf is named by its index, a perfect subtree of 2^level leaves by (level, index at that level). Proofs are built from
`read(level, index)`, which gives the hash of such a subtree, so that nothing here knows how the hashes are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Read: TypeAlias = Callable[[int, int], bytes]
Node: TypeAlias = tuple[int, int, bytes]
"""(level, index, hash) of a perfect subtree."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, kept as the roots of its perfect subtrees, largest first: at most one for each bit of `size`."""

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)
        if len(self.nodes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect subtrees, not {len(self.nodes)}")

    def append(self, leaf: bytes) -> tuple[Node, ...]:
        """Add a leaf by its hash; return the perfect subtrees that this completes, the leaf first."""
        level, index, top = 0, self.size, leaf
        done = [(level, index, top)]
        while index & 1:
            top = node_hash(self.nodes.pop(), top)
            level, index = level + 1, index >> 1
            done.append((level, index, top))
        self.nodes.append(top)
        self.size += 1
        return tuple(done)

    def graft(self, level: int, top: bytes) -> None:
        """Add a whole perfect subtree of 2^level leaves by its root. The leaves so far must be a multiple of as many."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"a subtree of {1 << level} leaves can't follow {self.size}")
        index = self.size >> level
        while index & 1:
            top = node_hash(self.nodes.pop(), top)
            index >>= 1
        self.nodes.append(top)
        self.size += 1 << level

    def copy(self) -> Frontier:
        """Return a tree that grows on its own from here."""
        return Frontier(self.size, self.nodes)

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        return _join(self.nodes)


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaves that are given by their hashes.

    Pairs are joined level by level, an odd one goes up as it is: the same tree as that of RFC 6962, which splits at powers of two.
    """
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = level[-1:] if len(level) & 1 else []
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)] + odd  # noqa: B905  an odd one is left
    return level[0]


def root_at(size: int, read: Read) -> bytes:
    """Return the root that the tree had at `size` leaves."""
    return _join([read(level, index) for level, index in _perfect(0, size)])


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root at `size`, nearest first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size, read)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether `proof` shows that the tree of `size` leaves with `root` has the leaf hash `leaf` at `index`."""
    if not 0 <= index < size:
        return False
    here, last, top = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            top = node_hash(step, top)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            top = node_hash(top, step)
        here, last = here >> 1, last >> 1
    return last == 0 and top == root


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way from a leaf to the root: the hash that is given, over the leaves [start, end) beside those that are known so far,
    and the hash over both.
    """

    given: bytes
    start: int
    end: int
    left: bool
    over: bytes


def steps(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> tuple[Step, ...]:
    """Return the way that an inclusion proof goes, nearest step first: what people are shown. Whether it leads to the root is
    `verify_inclusion`'s to say.
    """
    found, top = [], leaf
    for (start, end), given in zip(_beside(index, 0, size), proof, strict=True):
        left = end <= index
        top = node_hash(given, top) if left else node_hash(top, given)
        found.append(Step(given, start, end, left, top))
    return tuple(found)


def _beside(index: int, start: int, end: int) -> list[tuple[int, int]]:
    """Return the leaves that each step's given hash is over, nearest first."""
    if end - start == 1:
        return []
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    if index < middle:
        return [*_beside(index, start, middle), (middle, end)]
    return [*_beside(index, middle, end), (start, middle)]


def consistency_proof(first: int, second: int, read: Read) -> list[bytes]:
    """Return the hashes that show the tree of `second` leaves to begin with the tree of `first`."""
    if not 0 < first <= second:
        raise ValueError(f"no proof leads from {first} leaves to {second}")
    return _subproof(first, 0, second, read, whole=True)


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` shows that the second tree holds the first, unchanged, as its beginning."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, step)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _join(nodes: Sequence[bytes]) -> bytes:
    """Return the root above perfect subtrees, given largest first."""
    if not nodes:
        return EMPTY_ROOT
    top = nodes[-1]
    for node in reversed(nodes[:-1]):
        top = node_hash(node, top)
    return top


def _perfect(start: int, end: int) -> list[tuple[int, int]]:
    """Return (level, index) of the perfect subtrees that make up [start, end), largest first; `start` is aligned."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _top(start: int, end: int, read: Read) -> bytes:
    return _join([read(level, index) for level, index in _perfect(start, end)])


def _split(start: int, end: int) -> int:
    """Return where RFC 6962 splits [start, end): after the largest power of two smaller than its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _path(index: int, start: int, end: int, read: Read) -> list[bytes]:
    if end - start == 1:
        return []
    middle = _split(start, end)
    if index < middle:
        return [*_path(index, start, middle, read), _top(middle, end, read)]
    return [*_path(index, middle, end, read), _top(start, middle, read)]


def _subproof(first: int, start: int, end: int, read: Read, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [_top(start, end, read)]
    middle = _split(start, end)
    if first <= middle:
        return [*_subproof(first, start, middle, read, whole=whole), _top(middle, end, read)]
    return [*_subproof(first, middle, end, read, whole=False), _top(start, middle, read)]
