"""The hash tree against the published vectors, and against itself at every size."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.core.ledger import merkle

# The leaves and roots that every implementation of RFC 6962 is tried on.
CLASSIC = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The proofs that the same vectors come with: (leaf, size) and (first, second), leaves counted from 0.
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}


def grown(leaves):
    """Return a tree over `leaves` and a `read` of its perfect subtrees."""
    tree, nodes = merkle.Frontier(), {}
    for leaf in leaves:
        nodes.update({(level, index): value for level, index, value in tree.append(leaf)})
    return tree, lambda level, index: nodes[level, index]


def by_the_definition(leaves):
    """RFC 6962 §2.1 word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_the_definition(leaves[:k]) + by_the_definition(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_classic_roots(size):
    assert merkle.root(map(merkle.leaf_hash, CLASSIC[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_classic_inclusion_proofs(index, size):
    _, read = grown(map(merkle.leaf_hash, CLASSIC))
    assert [step.hex() for step in merkle.inclusion_proof(index, size, read)] == INCLUSION[index, size]


@pytest.mark.parametrize("size", range(1, 20))
def test_the_steps_of_a_proof_tell_which_leaves_each_given_hash_is_over_and_come_to_the_root(size):
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    _, read = grown(leaves)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, read)
        found = merkle.steps(leaves[index], index, size, proof)
        assert [step.given for step in found] == proof
        assert all(step.given == merkle.root(leaves[step.start : step.end]) for step in found)
        assert sorted([index, *(leaf for step in found for leaf in range(step.start, step.end))]) == list(range(size))
        assert [step.left for step in found] == [step.end <= index for step in found]
        assert (found[-1].over if found else leaves[index]) == merkle.root(leaves)


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_classic_consistency_proofs(first, second):
    _, read = grown(map(merkle.leaf_hash, CLASSIC))
    assert [step.hex() for step in merkle.consistency_proof(first, second, read)] == CONSISTENCY[first, second]


def test_every_proof_of_every_small_tree_holds_and_only_there():
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(20)]
    _, read = grown(leaves)
    roots = [by_the_definition(leaves[:size]) for size in range(21)]
    for size in range(1, 21):
        assert merkle.root(leaves[:size]) == merkle.root_at(size, read) == roots[size]
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, read)
            assert merkle.verify_inclusion(leaves[index], index, size, proof, roots[size])
            for other in range(-1, size + 2):
                assert other == index or not merkle.verify_inclusion(leaves[index], other, size, proof, roots[size])
            assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, roots[1]], roots[size])
            assert not proof or not merkle.verify_inclusion(leaves[index], index, size, proof[1:], roots[size])
        for first in range(1, size + 1):
            proof = merkle.consistency_proof(first, size, read)
            assert merkle.verify_consistency(first, size, roots[first], roots[size], proof)
            assert not merkle.verify_consistency(first, size, roots[first - 1], roots[size], proof)
            assert not merkle.verify_consistency(first, size, roots[first], roots[size - 1], proof)
            assert not merkle.verify_consistency(first, size, roots[first], roots[size], [*proof, roots[1]])
            assert not proof or not merkle.verify_consistency(first, size, roots[first], roots[size], proof[:-1])
            assert first == size or not merkle.verify_consistency(first, size, roots[first], roots[size], [])


@given(st.integers(2, 300), st.data())
def test_a_changed_step_breaks_a_proof(size, data):
    leaves = [merkle.leaf_hash(n.to_bytes(2)) for n in range(size)]
    tree, read = grown(leaves)
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    for proof, holds in (
        (
            merkle.inclusion_proof(index, size, read),
            lambda p: merkle.verify_inclusion(leaves[index], index, size, p, tree.root()),
        ),
        (
            merkle.consistency_proof(first, size, read),
            lambda p: merkle.verify_consistency(first, size, merkle.root(leaves[:first]), tree.root(), p),
        ),
    ):
        assert holds(proof)
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not holds([*proof[:at], bytes(32), *proof[at + 1 :]])


def test_what_no_proof_can_show_is_refused():
    _, read = grown([merkle.leaf_hash(b"")])
    for index, size in ((1, 1), (-1, 1), (0, 0)):
        with pytest.raises(ValueError, match="is not in a tree"):
            merkle.inclusion_proof(index, size, read)
    for first, second in ((0, 1), (2, 1)):
        with pytest.raises(ValueError, match="no proof leads"):
            merkle.consistency_proof(first, second, read)
        assert not merkle.verify_consistency(first, second, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])


def test_a_frontier_is_taken_up_again_where_it_stopped():
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(50)]
    tree, _ = grown(leaves[:37])
    again = merkle.Frontier(tree.size, tree.nodes)
    for leaf in leaves[37:]:
        again.append(leaf)
    assert again.root() == merkle.root(leaves)
    assert tree.size == 37
    with pytest.raises(ValueError, match="perfect subtrees"):
        merkle.Frontier(3, [bytes(32)])
