"""Who may see what, as rows: each governance entry is repeated by one insert-only row, written with it and read here.

What the rows add up to is never stored. An agreement is built by the same `agreement.apply` that the verifier uses, act by
act in the order of their entries, with the entries' times; a row is only ever believed because its entry named it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, LiteralString, TypeVar

from psycopg import sql

from pars.core.access.catalogue import COLUMNS
from pars.core.access.role import Grant, Role, read_role
from pars.core.agreements.acts import (
    Acknowledge,
    Act,
    Agreement,
    Answer,
    Doubt,
    Inquire,
    MeetDuty,
    NameUser,
    Propose,
    RemoveUser,
    Reply,
    Who,
    Withdraw,
)
from pars.core.agreements.agreement import apply
from pars.core.agreements.version import Version, read_version
from pars.core.ledger.entries import By, Entry, Kind, decode
from pars.core.ledger.fold import AFTERTHOUGHTS
from pars.core.ledger.fold_keys import revoked_in
from pars.core.owners.charter import Charter, read_charter
from pars.core.owners.keyring import Keyring, doubt_of
from pars.core.owners.profile import Profile, read_profile
from pars.core.owners.votes import vote_in
from pars.core.terms import Instant, Period, Refusal
from pars.store import order_rows, vault
from pars.store.connections import Open, acting_now, current, last_remembered, remembered
from pars.store.emergencies import with_emergencies
from pars.store.keyring import load_keys
from pars.store.repeated import ACTS, ROWS, Unreadable

T = TypeVar("T")

# ---------------------------------------------------------------- the opening


class Opening:
    """What the genesis said, once and for all."""

    def __init__(self, entry: Entry) -> None:
        self.origin: str = entry.detail["origin"]
        self.simulated: bool = entry.detail["simulated"] == 1
        self.log_key: bytes = bytes.fromhex(entry.detail["log_key"])
        self.at: Instant = entry.at
        self.charter: Charter = readable(read_charter(must_text(entry.detail["charter"]), COLUMNS.keys()), "the charter")
        self.texts: dict[str, str] = {
            name: entry.detail[name] for name in ("charter", "floor", "catalogue", "detainers", "profile")
        }
        self.profile: Profile = readable(read_profile(must_text(entry.detail["profile"])), "the profile")
        self.roles: tuple[str, ...] = tuple(entry.detail["roles"])


def load_opening() -> Opening | None:
    """Return what the genesis said, or None where the ledger isn't opened yet."""
    row = current().connection.execute("select body from ledger.entry where id = 0").fetchone()
    return None if row is None else remembered(("opening", row[0]), lambda: _opening(row[0]))


def _opening(body: bytes) -> Opening:
    entry = decode(body)
    if not isinstance(entry, Entry):
        raise Unreadable(entry.says)
    return Opening(entry)


# ---------------------------------------------------------------- texts, roles, grants


def save_text(text: bytes) -> str:
    """Keep a text under its sha256 (hex), which is returned. One that is there already stays as it is."""
    hashed = sha256(text).hexdigest()
    acting_now().connection.execute(
        "insert into governance.text (sha256, body) values (%s, %s) on conflict do nothing", [hashed, text]
    )
    return hashed


def load_text(hashed: str) -> bytes | None:
    """Return the text with that sha256 (hex), or None."""
    row = current().connection.execute("select body from governance.text where sha256 = %s", [hashed]).fetchone()
    return row[0] if row is not None else None


def load_role(hashed: str) -> Role:
    """Return the role whose text has that sha256."""
    return remembered(("role", hashed), lambda: readable(read_role(must_text(hashed)), "a role"))


def role_named(name: str) -> Role | None:
    """Return the role of that name among those that the genesis lists, or None."""
    opening = load_opening()
    held = map(load_role, opening.roles) if opening is not None else ()
    return next((role for role in held if role.name == name), None)


def load_version(hashed: str) -> Version:
    """Return the version of an agreement whose text has that sha256; its signed end stands, whatever zone rules say today."""
    return remembered(("version", hashed), lambda: readable(read_version(must_text(hashed), resolve=False), "a version"))


def load_grant(grant_id: str) -> Grant | None:
    """Return the grant, its period cut where it was removed."""
    return next(_grants("g.grant_id = %s", grant_id), None)


def own_grant(by: By) -> Grant | None:
    """Return the grant under which somebody acts; None under another authority, and under a grant of somebody else's."""
    grant = load_grant(by.authority.removeprefix("grant:")) if by.authority.startswith("grant:") else None
    return grant if grant is not None and grant.person == by.person else None


def grants_of(person: str) -> tuple[Grant, ...]:
    """Return every grant that a person was given, oldest first."""
    return tuple(_grants("g.person = %s", person))


def load_grants() -> tuple[Grant, ...]:
    """Return every grant, oldest first."""
    return tuple(_grants())


def _grants(which: LiteralString = "true", *values: str) -> Iterator[Grant]:
    """Give the grants for which the condition holds, oldest first."""
    query = sql.SQL(
        'select g.grant_id, g.person, g.role, g.start, g."end", e.at from governance.grant_given g '
        "left join governance.grant_removed r on r.grant_id = g.grant_id left join ledger.entry e on e.id = r.entry "
        "where {} order by g.entry"
    ).format(sql.SQL(which))
    found = current().connection.execute(query, values)
    for grant_id, holder, role, start, end, removed in found.fetchall():
        period = Period(start, end if removed is None else removed)
        yield Grant(id=grant_id, person=holder, role=load_role(role), period=period)


# ---------------------------------------------------------------- agreements


def load_agreement(agreement_id: str, *, newest: int | None = None) -> Agreement | None:
    """Return all that was done about an agreement, or None where there is none; `newest` is its newest act's entry, where that is known."""
    if newest is None:
        query = 'select max(version) from ledger.entry_row where tbl = %s and "row" = %s'
        row = current().connection.execute(query, [ACTS, f"agreement:{agreement_id}"]).fetchone()
        newest = row[0] if row is not None else None
    found = None if newest is None else _as_of(agreement_id, newest)
    return None if found is None else with_emergencies(found)


def load_agreements(agency: str | None = None) -> tuple[Agreement, ...]:
    """Return every agreement (of one agency), in the order in which they were first proposed."""
    found = current().connection.execute(
        "select agreement_id, "
        "(select max(version) from ledger.entry_row where tbl = %s and \"row\" = 'agreement:' || agreement_id) "
        "from governance.agreement where agency = coalesce(%s, agency) order by entry",
        [ACTS, agency],
    )
    loaded = (_as_of(agreement_id, newest) for agreement_id, newest in found.fetchall())
    return tuple(with_emergencies(agreement) for agreement in loaded if agreement is not None)


def _as_of(agreement_id: str, newest: int) -> Agreement | None:
    """Return the agreement whose newest act is of that entry: built once, and then only added to, since what was done stays done."""
    here, key = current(), ("agreement", agreement_id)

    def made() -> Agreement | None:
        since, before = last_remembered(key) or (0, None)
        if not isinstance(since, int) or not isinstance(before, Agreement) or since > newest:
            since, before = 0, None
        return order_rows.with_purges(_replayed(here, agreement_id, before, since=since, newest=newest))

    return remembered(key, made, of=newest)


def last_known(agreement_id: str) -> tuple[int, Agreement] | None:
    """Return the newest act on an agreement that this process has read, with the agreement as of that act; None where it knows of none, or where
    answers count beside acts (emergencies), which are read anew each time."""
    newest, found = last_remembered(("agreement", agreement_id)) or (None, None)
    if not isinstance(newest, int) or not isinstance(found, Agreement):
        return None
    return None if any(one.version.emergency is not None for one in found.proposals) else (newest, found)


def load_words(agreement: Agreement) -> Mapping[str, str]:
    """Return what was written about an agreement, by its sha256: the seats' reasons, inquiries and the answers to them."""
    named = [ballot.vote.why for ballot in agreement.ballots if ballot.vote.why is not None]
    for one in agreement.inquiries:
        named += [one.words] if one.answer is None else [one.words, one.answer.words]
    found = current().connection.execute("select sha256, body from governance.text where sha256 = any(%s)", [named])
    return {hashed: body.decode(errors="replace") for hashed, body in found.fetchall()}


def noted_ends() -> frozenset[tuple[str, str]]:
    """Return the (agreement, version hash) whose end a note has been written of."""
    found = current().connection.execute("select agreement_id, version from governance.end_noted")
    return frozenset((row[0], row[1]) for row in found.fetchall())


def persons_have_acted() -> bool:
    """Return whether a person's authority was used yet: from then on no grant comes from the system (the fold says the same)."""
    afterthoughts = [int(kind) for kind in AFTERTHOUGHTS]
    found = current().connection.execute(
        "select exists (select 1 from ledger.entry where authority <> 'system' and kind <> all(%s))", [afterthoughts]
    )
    row = found.fetchone()
    return row is not None and bool(row[0])


def agreement_of_report(entry: int) -> str | None:
    """Return the agreement whose use report that entry put before the owners; None where it is no report."""
    row = current().connection.execute("select agreement_id from governance.use_report where entry = %s", [entry]).fetchone()
    return row[0] if row is not None else None


def clients_of(agreement_id: str) -> frozenset[str]:
    """Return the clients that are bound to an agreement."""
    return frozenset(row[0] for row in current().connection.execute("select governance.clients_of(%s)", [agreement_id]))


_REPLAYED = {
    kind: ROWS[kind][0]
    for kind in (
        Kind.AGREEMENT_PROPOSED,
        Kind.AGREEMENT_VOTED,
        Kind.AGREEMENT_REPLIED,
        Kind.USER_NAMED,
        Kind.USER_REMOVED,
        Kind.DUTY_MET,
        Kind.PROPOSAL_WITHDRAWN,
        Kind.TERMS_ACKNOWLEDGED,
        Kind.INQUIRY_MADE,
        Kind.INQUIRY_ANSWERED,
    )
}


def _replayed(here: Open, agreement_id: str, agreement: Agreement | None, *, since: int, newest: int) -> Agreement | None:
    """Return the agreement with the acts after one entry up to another: each drew its number under the agreement's lock, so that is their order."""
    parts = [
        f"select t.entry, e.at, {int(kind)}, to_jsonb(t), e.person, e.authority, g.role "  # noqa: S608
        f"from governance.{table} t join ledger.entry e on e.id = t.entry "
        "left join governance.grant_given g on e.authority = 'grant:' || g.grant_id "
        "where t.agreement_id = %(a)s and t.entry > %(since)s and t.entry <= %(newest)s"
        for kind, table in _REPLAYED.items()
    ]
    # A key's revocation is of no agreement, and leaves votes on several in doubt.
    parts.append(
        f"select t.entry, e.at, {int(Kind.KEY_REVOKED)}, to_jsonb(t), e.person, e.authority, null "  # noqa: S608
        "from governance.key_revoked t join ledger.entry e on e.id = t.entry where t.entry > %(since)s and t.entry <= %(newest)s"
    )
    values = {"a": agreement_id, "since": since, "newest": newest}
    found, opening = here.connection.execute(" union all ".join(parts) + " order by entry", values), must_be_open()
    ring = load_keys(opening)
    for entry, at, kind, row, person, authority, role in found.fetchall():
        by = Who(person, authority, "" if role is None else load_role(role).owner)
        act = _act_of_row(Kind(kind), row, ring)
        if act is None or (agreement is None and isinstance(act, Doubt)):
            continue
        after = applied(agreement, act, entry, at, by, opening=opening, ring=ring)
        if isinstance(after, Refusal):
            raise Unreadable(f"agreement {agreement_id}, entry {entry}: {after.says}")
        agreement = after
    return agreement


def _act_of_row(kind: Kind, row: Mapping[str, Any], ring: Keyring) -> Act | None:
    detail = {field: row[column] for column, field in ROWS[kind][1].items()}
    return doubt_in(detail, ring) if kind is Kind.KEY_REVOKED else act_of(kind, detail)


def doubt_in(detail: Mapping[str, Any], ring: Keyring) -> Doubt | None:
    """Return which votes the revocation in a row or an entry leaves in doubt. `ring` has it already."""
    return doubt_of(ring, revoked_in(detail))


def act_of(kind: Kind, detail: Mapping[str, Any]) -> Act:
    match kind:
        case Kind.AGREEMENT_PROPOSED:
            return Propose(load_version(detail["version"]))
        case Kind.AGREEMENT_VOTED:
            return vote_in(detail, text="version")
        case Kind.AGREEMENT_REPLIED:
            return Reply(detail["report"], detail["reply"])
        case Kind.USER_NAMED:
            return NameUser(detail["person"], detail.get("end"), tuple(detail.get("holds") or ()))
        case Kind.USER_REMOVED:
            return RemoveUser(detail["person"])
        case Kind.DUTY_MET:
            return MeetDuty(version=detail["version"], duty=detail["duty"], due=detail["due"], shown=detail["shown"])
        case Kind.TERMS_ACKNOWLEDGED:
            return Acknowledge(detail["person"], detail["version"])
        case Kind.INQUIRY_MADE:
            return Inquire(detail["inquiry"], detail["due"])
        case Kind.INQUIRY_ANSWERED:
            return Answer(detail["inquiry"], detail["answer"])
        case Kind.PROPOSAL_WITHDRAWN:
            return Withdraw(detail["version"])
    raise ValueError(f"{kind.dotted} is no act on an agreement")


def who(by: By, grant: Grant | None) -> Who:
    """Return who acts, as an agreement keeps it: with the owner whose people hold the grant."""
    return Who(by.person, by.authority, "" if grant is None else grant.role.owner)


def applied(
    agreement: Agreement | None,
    act: Act,
    entry: int,
    at: Instant,
    by: Who,
    *,
    opening: Opening | None = None,
    ring: Keyring | None = None,
) -> Agreement | Refusal:
    """Return the agreement with the act added, by the same rules that the verifier applies, or why it can't be."""
    opening = opening or must_be_open()
    charter = (ring or load_keys(opening)).charter(opening.charter, entry)
    return apply(agreement, act, by=by, charter=charter, at=at, entry=entry, origin=opening.origin, verify=vault.verify)


def must_be_open() -> Opening:
    """Return what the genesis said. Raises Unreadable where the ledger isn't opened yet."""
    opening = load_opening()
    if opening is None:
        raise Unreadable("the ledger isn't opened yet")
    return opening


def must_text(hashed: str) -> bytes:
    """Return the text with that sha256. Raises Unreadable where it isn't kept."""
    text = load_text(hashed)
    if text is None:
        raise Unreadable(f"the text {hashed} is missing")
    return text


def readable(found: T | Refusal, what: str) -> T:
    """Return what a reader made of a text. Raises Unreadable where it refused it."""
    if isinstance(found, Refusal):
        raise Unreadable(f"the text of {what} is none: {found.says}")
    return found
