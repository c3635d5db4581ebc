"""The drafts that actions hand to the ledger: one function for each kind of entry, named after it.

Each returns a `Draft` whose detail has the form that entries.py gives its kind, and raises ValueError where it has not:
that is a mistake of the program, never of a user. None means absent, since canonical JSON has no null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.ledger.entries import Draft, Kind, is_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pars.core.terms import Instant

NAMES_ROOM = 900
"""How many characters of names a refusal's entry holds: well under the 2,048 bytes of an entry, commas and quotes included."""


def drafted(kind: Kind, until: Instant | None = None, **fields: Any) -> Draft:
    """Return the draft of a kind with these fields; None is left out."""
    return Draft(kind, {name: value for name, value in fields.items() if value is not None}, until)


def _set(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def genesis_opened(
    *,
    origin: str,
    log_key: bytes,
    simulated: bool,
    shift: int = 0,
    charter: str,
    floor: str,
    catalogue: str,
    roles: Iterable[str],
    detainers: str,
    profile: str,
) -> Draft:
    """The first entry. The six texts are named by their sha256; `shift` (µs) is where a simulated clock starts."""
    return drafted(
        Kind.GENESIS_OPENED,
        origin=origin,
        log_key=log_key.hex(),
        simulated=int(simulated),
        shift=shift,
        charter=charter,
        floor=floor,
        catalogue=catalogue,
        roles=_set(roles),
        detainers=detainers,
        profile=profile,
    )


def clock_shifted(*, was: int, shift: int) -> Draft:
    """A simulated clock jumps forward: its distance from the real one was `was` µs and is `shift` from here on."""
    return drafted(Kind.CLOCK_SHIFTED, was=was, shift=shift)


def sealer_started(*, epoch: int) -> Draft:
    """A sealer took over, in an epoch above every earlier one."""
    return drafted(Kind.SEALER_STARTED, epoch=epoch)


def grant_given(*, grant: str, person: str, role: str, start: Instant, end: Instant | None = None) -> Draft:
    """A person holds a role (named by its text's sha256) for a period."""
    return drafted(Kind.GRANT_GIVEN, grant=grant, person=person, role=role, start=start, end=end)


def grant_removed(*, grant: str) -> Draft:
    """A grant ends here, whatever its period said."""
    return drafted(Kind.GRANT_REMOVED, grant=grant)


def client_bound(*, client: str, agency: str, agreement: str) -> Draft:
    """An agency's system may ask under an agreement."""
    return drafted(Kind.CLIENT_BOUND, client=client, agency=agency, agreement=agreement)


def client_unbound(*, client: str, agreement: str) -> Draft:
    """It may no longer."""
    return drafted(Kind.CLIENT_UNBOUND, client=client, agreement=agreement)


def user_named(*, agreement: str, person: str, end: Instant | None = None, holds: Iterable[str] = ()) -> Draft:
    """A person of the agency may ask under the agreement, until `end`; `holds` is what the person was seen to hold."""
    return drafted(Kind.USER_NAMED, agreement=agreement, person=person, end=end, holds=_set(holds) or None)


def user_removed(*, agreement: str, person: str) -> Draft:
    """That person may no longer."""
    return drafted(Kind.USER_REMOVED, agreement=agreement, person=person)


def agreement_proposed(*, agreement: str, agency: str, version: str) -> Draft:
    """A version, named by its text's sha256, is put before the owners."""
    return drafted(Kind.AGREEMENT_PROPOSED, agreement=agreement, agency=agency, version=version)


def agreement_voted(
    *, agreement: str, version: str, choice: str, seat: str, answers: int, signature: bytes, why: str | None = None
) -> Draft:
    """A seat's signed choice; `answers` is the entry id of the act that it answers, `why` the sha256 of the seat's reason."""
    return drafted(
        Kind.AGREEMENT_VOTED,
        agreement=agreement,
        version=version,
        choice=choice,
        seat=seat,
        answers=answers,
        signature=signature.hex(),
        why=why,
    )


def agreement_replied(*, agreement: str, report: int, reply: str) -> Draft:
    """The agency's reply to the use report of entry `report`, as a keyed commitment."""
    return drafted(Kind.AGREEMENT_REPLIED, agreement=agreement, report=report, reply=reply)


def agreement_end_noted(*, agreement: str, version: str, ended: Instant) -> Draft:
    """A note that a version's end has passed. The end itself is computed, never an act."""
    return drafted(Kind.AGREEMENT_END_NOTED, agreement=agreement, version=version, ended=ended)


def use_report_made(*, agreement: str, start: Instant, end: Instant, report: str) -> Draft:
    """The record of use of [start, end) was put before the owners; `report` is its sha256."""
    return drafted(Kind.USE_REPORT_MADE, agreement=agreement, start=start, end=end, report=report)


def notice_served(
    *, agreement: str, version: str, notice: str, channel: str | None = None, about: str | None = None, proof: str | None = None
) -> Draft:
    """A notice was posted or served; `notice` is its sha256, `about` left out of a result's, `proof` the sha256 of what proves the service."""
    return drafted(
        Kind.NOTICE_SERVED, agreement=agreement, version=version, notice=notice, channel=channel, about=about, proof=proof
    )


def approval_asked(
    *,
    agency: str,
    version: str,
    purpose: str,
    columns: Iterable[str],
    filters: Iterable[str],
    question: str,
    export: bool = False,
) -> Draft:
    """A named person asks for a second person's approval of a question, by its keyed commitment; `export`: also of an export."""
    return drafted(
        Kind.APPROVAL_ASKED,
        agency=agency,
        version=version,
        purpose=purpose,
        columns=_set(columns),
        filters=_set(filters),
        question=question,
        export=1 if export else None,
    )


def approval_given(*, agreement: str, asked: int) -> Draft:
    """Somebody else approved the question of the request of entry `asked`."""
    return drafted(Kind.APPROVAL_GIVEN, agreement=agreement, asked=asked)


def emergency_reviewed(*, agreement: str, answer: int, finding: str) -> Draft:
    """The owners reviewed the emergency answer of an entry; `finding` is a code of `emergency.FINDINGS`."""
    return drafted(Kind.EMERGENCY_REVIEWED, agreement=agreement, answer=answer, finding=finding)


def offenses_loaded(*, offenses: str, lines: int) -> Draft:
    """A new offense table counts from here on; `offenses` is its sha256, `lines` how many it has."""
    return drafted(Kind.OFFENSES_LOADED, offenses=offenses, lines=lines)


def owners_text_proposed(*, about: str, text: str) -> Draft:
    """A text of the owners' own, about their work, is put before them."""
    return drafted(Kind.OWNERS_TEXT_PROPOSED, about=about, text=text)


def owners_text_voted(*, about: str, text: str, choice: str, seat: str, answers: int, signature: bytes) -> Draft:
    """A seat's signed choice on such a text; `answers` is the entry that proposed it."""
    return drafted(
        Kind.OWNERS_TEXT_VOTED,
        about=about,
        text=text,
        choice=choice,
        seat=seat,
        answers=answers,
        signature=signature.hex(),
    )


def calendar_loaded(*, calendar: str, lines: int) -> Draft:
    """A court calendar counts from here on; `calendar` is its sha256, `lines` how many it has."""
    return drafted(Kind.CALENDAR_LOADED, calendar=calendar, lines=lines)


def session_closed(*, session: Instant, record: str, amends: int | None = None) -> Draft:
    """The signed record of a session, by its sha256; `amends` is the entry of the record that it stands in the place of."""
    return drafted(Kind.SESSION_CLOSED, session=session, record=record, amends=amends)


def forms_printed(*, site: str, form: str, first: int, count: int) -> Draft:
    """So many paper forms of one kind were printed for a site, numbered on from its last."""
    return drafted(Kind.FORMS_PRINTED, site=site, form=form, first=first, count=count)


def form_voided(*, site: str, number: int, reason: str) -> Draft:
    """A printed form will never be entered; `reason` is a code of `forms.VOIDED_BECAUSE`."""
    return drafted(Kind.FORM_VOIDED, site=site, number=number, reason=reason)


def silence_noted(*, source: str, since: Instant, hours: int) -> Draft:
    """Nothing came from a feed, or nothing was done at a desk where somebody waits, for so many hours since that instant."""
    return drafted(Kind.SILENCE_NOTED, source=source, since=since, hours=hours)


def case_changed(kind: Kind, *, case: str, version: int, detail: Mapping[str, Any], until: Instant | None = None) -> Draft:
    """A case's change: the commitment to (case, version) and what the rule states in numbers, codes and hashes."""
    parts = {name: list(value) if isinstance(value, tuple) else value for name, value in detail.items()}
    return Draft(kind, {**parts, "case": case, "version": version}, until)


def disclosed(
    *,
    agency: str,
    version: str,
    purpose: str,
    columns: Iterable[str],
    filters: Iterable[str],
    rows: int,
    side: str,
    question: str,
    out: str,
    **beside: Any,
) -> Draft:
    """An outside agency got one chunk. `columns` it got, `filters` it named in conditions, `side` the hash of its side row.

    `question` is a keyed commitment, `out` the sha256 of what was sent. What may stand `beside`: `evidence`, a keyed commitment too, and
    whether it was `checked`; `stream`, the id of the stream's first chunk (its own, where it is the first), `follows` of the page
    before, `repeats` of the first answer to the same Idempotency-Key, `export` of the entry that opened the export; the `paper` of a
    one-off grant, the request whose `approval` it rests on, the reason of an `emergency`, the agency on whose `behalf` it was asked.
    """
    return drafted(
        Kind.DISCLOSED,
        agency=agency,
        version=version,
        purpose=purpose,
        columns=_set(columns),
        filters=_set(filters),
        rows=rows,
        side=side,
        question=question,
        out=out,
        **beside,
    )


def shown(
    *,
    act: str,
    columns: Iterable[str],
    filters: Iterable[str],
    rows: int,
    side: str,
    question: str,
    out: str,
    purpose: str | None = None,
    evidence: str | None = None,
    follows: int | None = None,
) -> Draft:
    """Staff saw records under their grant; `act` is what the grant must allow (`case:read`, `ledger:read`)."""
    return drafted(
        Kind.SHOWN,
        act=act,
        columns=_set(columns),
        filters=_set(filters),
        rows=rows,
        side=side,
        question=question,
        out=out,
        purpose=purpose,
        evidence=evidence,
        follows=follows,
    )


def refused(
    *,
    code: str,
    act: str | None = None,
    agency: str | None = None,
    purpose: str | None = None,
    names: Iterable[str] = (),
    question: str | None = None,
    case: str | None = None,
    repeats: int | None = None,
) -> Draft:
    """A no. `names` are the fields at fault, as the refusal gives them: the first that fit in, without what is no field.

    A refusal must always find room in the ledger: what it can't say there is left out, not raised.
    """
    kept: list[str] = []
    for name in dict.fromkeys(names):
        if is_field(name) and sum(map(len, kept)) + len(name) <= NAMES_ROOM:
            kept.append(name)
    return drafted(
        Kind.REFUSED,
        code=code,
        act=act,
        agency=agency,
        purpose=purpose,
        names=_set(kept) or None,
        question=question,
        case=case,
        repeats=repeats,
    )


def stream_closed(*, agency: str, stream: int | None, reason: str, chunks: int, empty: int) -> Draft:
    """A stream ended: how many chunks it gave and how many beats were empty. `stream` is None where it gave none."""
    return drafted(Kind.STREAM_CLOSED, agency=agency, stream=stream, reason=reason, chunks=chunks, empty=empty)


def chunk_dropped(*, chunk: int, reason: str) -> Draft:
    """The chunk of entry `chunk` was committed and then not sent, or not wholly."""
    return drafted(Kind.CHUNK_DROPPED, chunk=chunk, reason=reason)


def export_opened(
    *,
    agency: str,
    version: str,
    purpose: str,
    form: str,
    columns: Iterable[str],
    filters: Iterable[str],
    follows: int | None = None,
    repeats: int | None = None,
    approval: int | None = None,
) -> Draft:
    """An export begins, before any chunk of it. `follows` is the last chunk of the one that it goes on from, `repeats` the first
    answer to the same Idempotency-Key.
    """
    return drafted(
        Kind.EXPORT_OPENED,
        agency=agency,
        version=version,
        purpose=purpose,
        form=form,
        columns=_set(columns),
        filters=_set(filters),
        follows=follows,
        repeats=repeats,
        approval=approval,
    )


def export_closed(
    *, agency: str, export: int, reason: str, chunks: int, dropped: int, rows: int, out: str, last: int | None
) -> Draft:
    """An export ended: `chunks` left whole with `rows` records, up to entry `last`; `dropped` didn't. `out` is the sha256 of the bytes."""
    return drafted(
        Kind.EXPORT_CLOSED,
        agency=agency,
        export=export,
        reason=reason,
        chunks=chunks,
        dropped=dropped,
        rows=rows,
        out=out,
        last=last,
    )


def attempts_summed(*, start: Instant, end: Instant, failed: int) -> Draft:
    """What failed before it could be told who asked, counted over [start, end)."""
    return drafted(Kind.ATTEMPTS_SUMMED, start=start, end=end, failed=failed)
