"""The database of a home: its own, which is kept up to date, or one that PARS_DATABASE_URL named, which only `pars migrate` changes.

And what the doctor says of it.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pars.core.ledger.watch_words import MOST_LAG_US
from pars.core.terms import moment
from pars.store import connections, engine, governance, ledger, migrate, owned, schema, sealing, silences
from pars.store.connections import at_work
from pars.store.engine import EngineRefused
from pars.store.every_key import load_every_key
from pars.store.integrity import load_integrity
from pars.store.repeated import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pars.core.cases.silence import Silence
    from pars.store.every_key import Keys
    from pars.store.integrity import Integrity


NO_LEDGER = f"Ledger: none yet. `pars init` opens it, once and for good: {connections.HOW_TO_BEGIN} says how."

OLD = 15 * 60
"""Seconds after which a site's custody list is too old."""


@contextmanager
def running(home: Path, *, migrates: bool = False) -> Iterator[None]:
    """Start (or find) the home's database and work in that home, with tables and logins up to date.

    Its own database is brought up to date here. One that PARS_DATABASE_URL named is only where the caller `migrates`: elsewhere
    its owner's login isn't even needed. Raises EngineRefused, with what to do, where the database is of another version.
    """
    if not migrates and not engine.is_named() and connections.is_set_up(home) and not engine.is_own(home):
        with at_work(home):
            _refuse_other_version()
            yield
        return
    _refuse_other_database(home)
    with engine.start(home) as started, at_work(home):
        if started.embedded or migrates:
            migrate.migrate(started.url(), home)
        elif connections.is_set_up(home) and not schema.leads_to(started.url()):
            raise EngineRefused(
                f"The logins in {home} lead to another database than PARS_DATABASE_URL.",
                "Unset it or correct it, or run `pars migrate` to lead this home to that database.",
            )
        else:
            _refuse_other_version()
        yield


def _refuse_other_database(home: Path) -> None:
    """Refuse to make a second database for a home: its ledger would seem to be gone."""
    if engine.is_named() and engine.is_own(home):
        raise EngineRefused(
            f"{home} has a database of its own, and PARS_DATABASE_URL names another.",
            "Unset it, or give that database a home of its own: --home or PARS_HOME.",
        )
    if not engine.is_named() and connections.is_set_up(home) and not engine.is_own(home):
        raise EngineRefused(
            f"The database of {home} is one that PARS_DATABASE_URL named, and it isn't set.",
            "Set it to the owner's login there.",
        )


def _refuse_other_version() -> None:
    """Refuse where the database isn't what this program expects, or can't be asked."""
    if not connections.is_set_up(connections.home()):
        raise EngineRefused("No login of this home leads to the database yet.", schema.REMEDY)
    if not connections.answers(patience=5.0):
        raise EngineRefused(
            f"The database that the logins in {connections.home()} lead to doesn't let them in.",
            f"Check that it runs. {schema.REMEDY}",
        )
    if found := schema.behind():
        raise EngineRefused(f"The database isn't what this program expects: {found}.", schema.REMEDY)


def may_set_up(home: Path) -> bool:
    """Return whether a demo may make tables: in the home's own database, and in a named one where PARS was never set up."""
    return not engine.is_named() or schema.is_fresh(engine.start(home).url())


def _is_usable() -> bool:
    """Return whether the database of the home worked in lets it in and is of this program's version."""
    return connections.answers(patience=0) and schema.behind() is None


def _about_database() -> list[str]:
    """Return, in plain sentences, what is wrong with the database of the home worked in, and what its server leaves open."""
    says: list[str] = []
    if locked_out := schema.locked_out():
        says.append(Wrong(f"The database doesn't let these logins in: {', '.join(locked_out)}. {schema.REMEDY}"))
    if "app" in locked_out:
        return says
    if found := schema.behind():
        says.append(Wrong(f"The database isn't what this program expects: {found}. {schema.REMEDY}"))
    if schema.everybody_may_lock():
        says.append(
            Wrong(
                "The server lets every login, the guest's too, take locks and transactions' numbers that could hold up acts and the sealer, and make large objects. Have its superuser "
                f"run {schema.SERVER} in this database, then run `pars migrate`."
            )
        )
    return says


class Wrong(str):
    """A sentence on something that somebody has to mend: outsiders aren't answered, will soon not be, or a promise is broken."""

    __slots__ = ()


def diagnose(home: Path, *, wall: float | None = None) -> list[str]:
    """Return, in plain sentences, what is set up in a home and what would break a promise; the latter as `Wrong`.

    `wall` is this machine's time in seconds, which its files' dates are compared with; without it nothing is said of their age.
    """
    status = engine.status(home)
    elsewhere = not engine.is_named() and connections.is_set_up(home) and not engine.is_own(home)
    says: list[str] = [f"Home: {home}", f"Database: {'one that PARS_DATABASE_URL named' if elsewhere else status.says}"]
    looked = False
    if not connections.is_set_up(home):
        says.append(NO_LEDGER)
    elif status.state == "running" or elsewhere:
        with at_work(home):
            says += _about_database()
            looked = _is_usable()
            says += [*_about_ledger(), *_about_keys()] if looked else []
    else:
        says.append(
            Wrong(
                "Ledger: the database doesn't run, so nobody is answered, and whether it is an old copy can't be told here. `pars work` keeps it "
                "running; `pars fsck` starts it and compares it with what was signed."
            )
        )
    says += _about_custody_lists(home, wall) if wall is not None else []
    if not looked and (seats := sorted(path.name for path in (home / "keys" / "seats").glob("*"))):
        says.append(
            f"Keys of these seats lie here: {', '.join(seats)}. Whoever runs this home could vote with those that are in force. "
            f"Give each to its owner, and keep none."
        )
    says.append(
        "Whoever can read this home's files can read every case past the door, with no entry: the login `app` reads all tables, and the "
        "keys open what lies encrypted. The owner's login, which may do more, is never kept here. Let the account that serves read "
        "this home, and nobody else."
    )
    if engine.is_named():
        says.append(
            "PARS_DATABASE_URL is set here: its owner's login reads and changes everything past the door and the guards. Set it for "
            "`pars migrate` alone."
        )
    says.append(
        "Every login may change its own password and settings, which PostgreSQL lets nobody forbid: `pars migrate` puts them back."
    )
    says.append(
        "A proxy that buffers answers in front of PARS voids the cut at an agreement's end: let it pass bytes on at once, or none stand there."
    )
    return says


def _about_custody_lists(home: Path, wall: float) -> list[str]:
    """Return which sites' lists for an outage are too old to be relied on."""
    ages = {path.stem: wall - path.stat().st_mtime for path in sorted((home / "custody").glob("*.html"))}
    old = {site: age for site, age in ages.items() if age > OLD}
    if not old:
        return []
    minutes = max(old.values()) / 60
    said = f"The custody lists of {', '.join(old)} are up to {minutes:.0f} minutes old, and sites may rely on 15"
    return [Wrong(f"{said}: is `pars work` running, and does it reach the database?")]


def _silent(silence: Silence) -> str:
    since = moment(silence.since).isoformat(timespec="minutes").replace("+00:00", "Z")
    if silence.feed:
        return (
            f"{silence.label} ({silence.source}) has sent nothing since {since}; over {silence.hours} hours without a message are not "
            "usual: does it run, and does it reach this machine?"
        )
    return f"{silence.label}: nothing was done since {since}, over {silence.hours} hours, while {silence.waiting} wait."


def _about_ledger() -> list[str]:
    with ledger.reading():
        opening = governance.load_opening()
    if opening is None:
        return [NO_LEDGER]
    owners = ", ".join(owner.name for owner in opening.charter.owners.values())
    says = [f"Ledger: {opening.origin}, of {owners}"]
    found = _integrity()
    if found.witnesses or found.refused:
        ill = found.refused or found.verdict in {"alarm", "few"}
        says += [Wrong(found.headline) if ill else found.headline, *found.says]
        says += [f"Witness {one.name}: {one.says}" for one in found.witnesses if not one.well]
        if any(one.unknown for one in found.witnesses):
            says.append(f"What such a witness's owner tells it: pars witness log FOLDER '{_keys().log_line}'")
    if (lag := found.lag) > MOST_LAG_US:
        says.append(
            Wrong(
                f"Sealing is {lag / 1_000_000:.0f} s behind, so agencies are refused: is `pars work` running? Its log says what stops it, and `pars fsck` names an entry that can't be read."
            )
        )
        if (holder := sealing.held_up_by()) is not None:
            login, process = holder
            says.append(
                f"A transaction of the login {login} is open, and nothing after it is sealed: where it stays, end the server's process {process}."
            )
    with ledger.reading() as at:
        if (doubt := owned.governing().doubt) is not None:
            says.append(
                Wrong(
                    f"The owners' texts can't be read as they are kept ({doubt}), so cases go by what the ledger says: `pars fsck` names the place."
                )
            )
        says += [Wrong(_silent(one)) for one in silences.silences(at)]
        if not any("grant:give" in grant.role.acts and grant.period.covers(at) for grant in governance.load_grants()):
            says.append("Nobody may give grants yet: `pars user grant ACCOUNT access_officer` makes the first who may.")
    return says


def _integrity() -> Integrity:
    """Return how the ledger stands; what was signed while it was being read isn't taken for another history."""
    with ledger.reading():
        found = load_integrity()
    if found.verdict != "contradicted":
        return found
    time.sleep(0.2)
    with ledger.reading():
        return load_integrity()


def _keys() -> Keys:
    with ledger.reading():
        return load_every_key()


def _about_keys() -> list[str]:
    """Return which seats have no key, which votes are in doubt, and for which seats whoever runs this home could vote."""
    with ledger.reading():
        opened = governance.load_opening() is not None
    if not opened:
        return []
    try:
        found = _keys()
    except Unreadable:
        return []  # the doubt is told above
    says: list[str] = [
        Wrong(
            f"The seat {seat} has no key, so it can't vote: the other owners give it one, as docs/how-to/change-a-key.md says."
        )
        for seat in found.lacking()
    ]
    says += [
        f"In doubt: the vote of the seat {ballot.vote.seat} in entry {ballot.entry}, {ballot.vote.choice}, on {about}. "
        "Another text is adopted in its place, or an agreement voted on anew, where it rests on that vote."
        for about, ballot in found.doubted
    ]
    if seats := found.kept_here():
        says.append(
            f"The keys of these seats lie here, so whoever runs this home could vote for them: {', '.join(seats)}. "
            f"Give each to its owner, and keep none."
        )
    return says
