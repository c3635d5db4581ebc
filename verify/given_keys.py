"""Holds a ledger, once it was read, against the keys and the checkpoint that came by another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.ledger.bundle import MAGIC
from verify.report import Finding
from verify.trust import keys_of_another, no_seats, not_all_seats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.ledger.checkpoint import Checkpoint
    from verify.checks import Check


def against(check: Check) -> Iterator[Finding]:
    """Give what isn't as the given keys say. Those of another ledger say nothing of this one."""
    trust, log_keys, names = check.trust, check.log_keys, check.names.all if check.names is not None else ()
    if trust is None or log_keys is None:
        return
    if not trust.names(names):
        if not check.cut_off:  # behind the cut the log may have got another name
            yield keys_of_another(trust, names[0])
        return
    if trust.checkpoint is not None:
        yield from _against_kept(check, trust.checkpoint)
    if check.cut_off:
        return
    if not trust.is_log(names, log_keys, check.tree.size):
        yield _distrusted("it names another log key than the one you trust", check.genesis_at)
    elif not trust.shows_seats(names, log_keys):
        yield no_seats()
    elif check.state is not None and not trust.are_seats(check.state):
        yield _distrusted("its owners have other seats or keys than those you trust", len(MAGIC))
    elif check.state is not None and (lacks := trust.lacks(check.state)):
        yield not_all_seats(lacks)


def _against_kept(check: Check, kept: Checkpoint) -> Iterator[Finding]:
    if check.rewritten is not None:
        says = f"the first {kept.size} entries are not those of the checkpoint you trust"
        place = f"the entries 0 to {kept.size - 1}"
        yield Finding(what="HISTORY_REWRITTEN", says=says, place=place, offset=check.rewritten)
    if kept.size > check.tree.size and not check.cut_off:
        says = f"the checkpoint you trust was over {kept.size} entries; here are {check.tree.size}"
        yield Finding(what="CUT_SHORT", says=says, place=check.where(), offset=check.end)


def _distrusted(says: str, offset: int) -> Finding:
    return Finding(what="NOT_TRUSTED", says=says, place="the first entry", offset=offset, index=0)
