"""Writes the ledger as one file that a stranger can check without us: every committed entry, and the texts that they name."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pars.core.ledger.bundle import Logged, write_bundle
from pars.store import ledger, witnessed
from pars.store.connections import connection, current
from pars.store.tree import load_checkpoint

if TYPE_CHECKING:
    from psycopg import Connection

    from pars.store.connections import Row

BEAT = 0.05
CHECKPOINTS = 64
"""How many signed checkpoints travel along at most: checking one signature takes a stranger's program milliseconds."""


SOON = 1.5
"""Seconds after which a checkpoint has come, unless something keeps it from coming."""


class NotSealed(Exception):
    """The sealer didn't seal what was committed within the patience of whoever asked: is it running?"""


def export(path: Path, *, patience: float = 30.0) -> int:
    """Write the bundle to `path`, whole or not at all, once everything committed by now is sealed; return its length in entries.

    Raises NotSealed where that takes longer than `patience` seconds, OSError where no file can be written there.
    """
    _check_place(path)
    size = _wait_until_sealed(patience)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            with ledger.reading():
                given = current().connection
                for piece in write_bundle(texts=_texts(given, size), leaves=_leaves(given, size), log=_log(given, size)):
                    file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return size


def _check_place(path: Path) -> None:
    """Raise where the file would take the place of a device, a link or a folder: /dev/null, say, and root may replace that."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileExistsError(f"{path} is there and is no plain file. Name a new file, or one to write over.")


def _signed_on_purpose() -> int | None:
    """Return how many entries the newest checkpoint holds, where more of this log was signed than is here, so that nothing is; else None."""
    with ledger.reading():
        newest = load_checkpoint()
        return newest[0] if newest is not None and witnessed.watching().contradicted else None


def _wait_until_sealed(patience: float) -> int:
    """Return the size of a checkpoint that covers every entry committed by now; of the newest one, where nothing more is signed on purpose."""
    with connection("app") as given:
        newest = given.execute("select id from ledger.entry order by xid desc, id desc limit 1").fetchone()
        if newest is None:
            raise NotSealed("the ledger isn't opened yet")
        began = time.monotonic()
        until = began + patience
        while True:
            # What comes before it in the order of sealing is sealed before it.
            found = given.execute(
                "select max(c.size) from ledger.checkpoint c, ledger.leaf l where l.entry = %s and c.size > l.index",
                [newest[0]],
            ).fetchone()
            if found is not None and found[0] is not None:
                return int(found[0])
            if time.monotonic() > began + SOON and (signed := _signed_on_purpose()) is not None:
                return signed
            if time.monotonic() > until:
                raise NotSealed("not everything is sealed yet: is `pars work` running?")
            time.sleep(BEAT)


def _texts(given: Connection[Row], size: int) -> Iterator[bytes]:
    """Give the texts that the first `size` entries name: one put beside the ledger since then is no part of the bundle."""
    found = given.execute(
        "with genesis as (select convert_from(body, 'UTF8')::jsonb -> 'd' as d from ledger.entry where id = 0), "
        "sealed as (select entry from ledger.leaf where index < %s), named as ("
        "select d ->> part as sha256 from genesis, unnest(array['charter', 'floor', 'catalogue', 'detainers', 'profile']) part "
        "union select jsonb_array_elements_text(d -> 'roles') from genesis "
        "union select version from governance.version join sealed using (entry) "
        "union select why from governance.vote join sealed using (entry) "
        "union select inquiry from governance.inquiry join sealed using (entry) "
        "union select answer from governance.inquiry_answered join sealed using (entry) "
        "union select report from governance.use_report join sealed using (entry) "
        "union select notice from governance.notice join sealed using (entry) "
        "union select offenses from governance.offenses join sealed using (entry) "
        "union select calendar from governance.calendar join sealed using (entry) "
        "union select record from governance.session_record join sealed using (entry) "
        "union select text from governance.owners_text join sealed using (entry)) "
        "select t.body from governance.text t join named using (sha256)",
        [size],
    )
    for row in found:
        yield row[0]


def _leaves(given: Connection[Row], size: int) -> Iterator[bytes]:
    with given.cursor("leaves") as found:
        found.execute("select hash from ledger.leaf where index < %s order by index", [size])
        for row in found:
            yield row[0]


def _log(given: Connection[Row], size: int) -> Iterator[Logged]:
    """Yield the entries in their order, with side rows, and with some checkpoints: evenly spread, the last one always.

    With them the newest one that enough witnesses signed. Under each stand the lines of its witnesses, in the order of their names.
    """
    text = witnessed.watching().text
    with given.cursor("log") as found:
        found.execute(
            "with spread as (select size, note, ntile(%(most)s) over (order by size) as bucket from ledger.checkpoint "
            "where size <= %(size)s), "
            # The first over a change of the log's key bears both signatures: without it nobody could follow to the new one.
            "changed as (select distinct on (k.index) c.size, c.note from (select l.index from governance.key_added a "
            "join ledger.leaf l using (entry) where a.use = 'log') k join ledger.checkpoint c on c.size > k.index "
            "where c.size <= %(size)s order by k.index, c.size), "
            "watched as (select max(size) as size from (select size from ledger.cosignature where size <= %(size)s group by size "
            "having count(*) >= %(needs)s) enough), "
            "kept as (select * from (select distinct on (bucket) size, note from spread order by bucket, size desc) s "
            "union select size, note from changed union select p.size, p.note from ledger.checkpoint p join watched using (size)) "
            "select e.body, c.list, k.note, (select string_agg(s.line, '' order by s.line collate \"C\") from ledger.cosignature s "
            "where s.size = k.size) from ledger.leaf l join ledger.entry e on e.id = l.entry "
            "left join ledger.commitment c on c.entry = e.id left join kept k on k.size = l.index + 1 "
            "where l.index < %(size)s order by l.index",
            {"most": CHECKPOINTS, "size": size, "needs": text.needs if text is not None else 1},
        )
        for body, commitments, note, lines in found:
            yield Logged(body, commitments or (), f"{note}{lines or ''}".encode() if note is not None else None)
