"""What goes on in an invented county all day: screens, answers, changes of cases, streams, exports and refusals.

Entries are laid out as bytes, since millions of them are made; `tests/bench` holds them to the core's own forms.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bench.county_acts import staff
from pars.core.access.role import Role, read_role
from pars.core.ledger import drafts, merkle
from pars.core.ledger.entries import By, Draft, Kind, encode
from pars.core.ledger.side_row import side_hash

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from bench.county_acts import Agency, Governance

SHOWN = (
    b'{"at":%d,"by":{"g":"grant:%b","p":"%b"},"d":{"act":"case:read","columns":%b,"filters":%b,%b"out":"%b",'
    b'"question":"%b","rows":%d,"side":"%b"},"id":%d,"k":61,"salt":"%b","v":1}'
)
DISCLOSED = (
    b'{"at":%d,"by":{"c":"%b","g":"agreement:%b","p":"%b"},"d":{"agency":"%b","columns":%b,"evidence":"%b",%b"filters":%b,%b"out":"%b",'
    b'"purpose":"%b","question":"%b","rows":%d,"side":"%b",%b"version":"%b"},"id":%d,"k":60,"salt":"%b","v":1}'
)
REFUSED = (
    b'{"at":%d,"by":{"c":"%b","g":"agreement:%b","p":"%b"},"d":{"agency":"%b","code":"%b","names":["/where/0"],"purpose":"%b"},'
    b'"id":%d,"k":62,"salt":"%b","v":1}'
)
CHANGED = b'{"at":%d,"by":{"g":"grant:%b","p":"%b"},"d":{%b},"id":%d,"k":%d,"salt":"%b","v":1}'

CHANGES: tuple[tuple[str, Kind, str], ...] = (
    ("booking_officer", Kind.ARREST_BOOKED, '"arrests":1,"case":"{case}","profile":"{profile}","version":1'),
    ("booking_officer", Kind.IDENTITY_VERIFIED, '"case":"{case}","corrected":0,"outcome":"MATCHED","version":{version}'),
    ("booking_officer", Kind.CASE_SUBMITTED, '"case":"{case}","charges":{few},"version":{version}'),
    ("booking_officer", Kind.FACTS_CORRECTED, '"case":"{case}","facts":{few},"reason":"TYPING","version":{version}'),
    ("charging_attorney", Kind.CHARGES_DECIDED, '"approved":{few},"case":"{case}","declined":0,"version":{version}'),
    ("charging_attorney", Kind.COMPLAINT_SIGNED, '"case":"{case}","charges":{few},"text":"{text}","version":{version}'),
    ("charging_attorney", Kind.CHARGING_TAKEN, '"case":"{case}","until":{later},"version":{version}'),
    ("pretrial_interviewer", Kind.INTERVIEW_SAVED, '"answers":{few},"case":"{case}","version":{version}'),
    ("pretrial_interviewer", Kind.ANSWER_VERIFIED, '"case":"{case}","outcome":"CONFIRMED","version":{version}'),
    ("pretrial_interviewer", Kind.WORKSHEET_SIGNED, '"case":"{case}","factors":{few},"guideline":"{text}","version":{version}'),
    ("magistrate", Kind.CASE_CALLED, '"called":1,"case":"{case}","session":{later},"version":{version}'),
    ("magistrate", Kind.HEARING_HELD, '"case":"{case}","probable_cause":"FOUND","text":"{text}","version":{version}'),
    ("magistrate", Kind.RELEASE_ORDERED, '"case":"{case}","keeps":0,"text":"{text}","types":["ROR"],"version":{version}'),
    ("court_clerk", Kind.COMPLAINT_FILED, '"case":"{case}","charges":{few},"version":{version}'),
    ("court_clerk", Kind.RESULT_SENT, '"case":"{case}","text":"{text}","version":{version}'),
    ("custodian", Kind.HOLD_LODGED, '"case":"{case}","hold":"WARRANT","version":{version}'),
    ("custodian", Kind.RELEASE_ACKNOWLEDGED, '"case":"{case}","released":{later},"version":{version}'),
)
ROWS = (1,) * 16 + (0,) * 2 + (2, 3, 5, 25)
"""How many records a reply holds: mostly the one that was asked for."""
STREAM_CHUNKS, EXPORT_CHUNKS = 80, 4


class Traffic:
    """Draws what comes next."""

    def __init__(self, draw: random.Random, governance: Governance) -> None:
        self.draw, self.governance = draw, governance
        self.streams: dict[int, tuple[int, str, str, int]] = {}
        self.queue: list[Callable[[], tuple[bytes, bytes]]] = []
        self.answered: list[int] = []
        self.screens = {role: _screens(governance.roles[role]) for role in governance.staff}

    def entry(self) -> tuple[bytes, bytes]:
        """Return the next entry's bytes and its side row."""
        if self.queue:
            return self.queue.pop(0)()
        at = self.draw.random()
        if at < 0.50:
            return self._shown()
        if at < 0.69:
            return self._disclosed()
        if at < 0.96:
            return self._changed()
        if at < 0.985:
            return self._refused()
        if at < 0.9993:
            return self._streamed()
        if at < 0.9997:
            return self._handed_over()
        return self._exported()

    # ------------------------------------------------------------ parts

    def _at(self) -> int:
        """Acts under shared locks may be sealed a little out of order."""
        at, calm = self.governance.at, self.governance.calm
        return max(at - self.draw.randint(0, 3000), calm) if self.draw.random() < 0.1 else at

    def _hex(self, count: int = 1) -> list[bytes]:
        text = self.draw.randbytes(32 * count).hex().encode()
        return [text[64 * n : 64 * n + 64] for n in range(count)]

    def _side(self, rows: int) -> tuple[bytes, bytes]:
        side = self.draw.randbytes(rows * merkle.HASH_BYTES)
        return side, side_hash([side]).encode()

    def _follows(self) -> bytes:
        return b'"follows":%d,' % self.draw.choice(self.answered) if self.answered and self.draw.random() < 0.08 else b""

    def _given(self, number: int) -> int:
        """Remember the answer as one that a page may follow."""
        if len(self.answered) < 500:
            self.answered.append(number)
        else:
            self.answered[number % 500] = number
        return number

    def _staff(self, role: str) -> bytes:
        return self.draw.choice(self.governance.staff[role]).encode()

    # ------------------------------------------------------------ kinds

    def _shown(self) -> tuple[bytes, bytes]:
        role = self.draw.choice(tuple(self.screens))
        person, (columns, filters) = self._staff(role), self.draw.choice(self.screens[role])
        side, stated = self._side(rows := self.draw.choice(ROWS))
        (out, question, salt), follows = self._hex(3), self._follows()
        number = self._given(self.governance.next_id())
        made = (self._at(), person, person, columns, filters, follows, out, question, rows, stated, number, salt[:32])
        return SHOWN % made, side

    def _disclosed(self) -> tuple[bytes, bytes]:
        return self._answer(self.draw.choice(self.governance.agencies))

    def _answer(
        self, agency: Agency, *, person: str = "", rows: int | None = None, export: int | None = None, stream: int | None = None, last: int | None = None
    ) -> tuple[bytes, bytes]:  # fmt: skip
        version = agency.version(self.governance.at)
        if version is None:
            return self._shown()
        rows = self.draw.choice(ROWS) % 10 if rows is None else rows
        side, stated = self._side(rows)
        evidence, out, question, salt = self._hex(4)
        alone = export is None and stream is None
        follows = self._follows() if alone else b'"follows":%d,' % last if last is not None else b""
        number = self._given(self.governance.next_id())
        made = (
            *(self._at(), agency.client.encode(), agency.terms.agreement.encode()),
            *((person or self.draw.choice(agency.persons)).encode(), agency.terms.agency["id"].encode()),
            *(_listed(agency.terms.columns), evidence, b"" if export is None else b'"export":%d,' % export),
            *(_listed(agency.terms.filters[:1]), follows, out, agency.terms.purpose.encode(), question, rows, stated),
            *(
                b"" if stream is None else b'"stream":%d,' % (stream if stream >= 0 else number),
                version.encode(),
                number,
                salt[:32],
            ),
        )
        return DISCLOSED % made, side

    def _changed(self) -> tuple[bytes, bytes]:
        role, kind, form = self.draw.choice(CHANGES)
        person, (case, text, salt) = self._staff(role), self._hex(3)
        later = self.governance.at + self.draw.randint(0, 10**10)
        said = form.format(
            case=case.decode(),
            text=text.decode(),
            few=self.draw.randint(1, 5),
            version=self.draw.randint(2, 30),
            later=later,
            profile=self.governance.profile,
        )
        made = (self._at(), person, person, said.encode(), self.governance.next_id(), int(kind), salt[:32])
        return CHANGED % made, b""

    def _refused(self) -> tuple[bytes, bytes]:
        agency, code = self.draw.choice(self.governance.agencies), self.draw.choice((b"NOT_GRANTED", b"NO_EVIDENCE"))
        made = (
            *(self._at(), agency.client.encode(), agency.terms.agreement.encode(), self.draw.choice(agency.persons).encode()),
            *(agency.terms.agency["id"].encode(), code, agency.terms.purpose.encode()),
            *(self.governance.next_id(), self._hex()[0][:32]),
        )
        return REFUSED % made, b""

    def _streamed(self) -> tuple[bytes, bytes]:
        """Go on with one of the agencies' streams, or open one, or close it after many chunks or when its version is over."""
        number = self.draw.randrange(len(self.governance.agencies))
        agency, open_stream = self.governance.agencies[number], self.streams.get(number)
        version = agency.version(self.governance.at)
        if version is None:
            return self._shown()
        if open_stream is None:
            person = self.draw.choice(agency.persons)
            made = self._answer(agency, person=person, rows=1, stream=-1)
            self.streams[number] = (self.governance.id, person, version, 1)
            return made
        first, person, under, chunks = open_stream
        if under != version or chunks >= STREAM_CHUNKS:
            del self.streams[number]
            draft = drafts.stream_closed(
                agency=agency.terms.agency["id"], stream=first, reason="LEFT", chunks=chunks, empty=chunks // 2
            )
            return self._drafted(draft, _outsider(agency, person))
        self.streams[number] = (first, person, under, chunks + 1)
        return self._answer(agency, person=person, rows=self.draw.choice((0, 1)), stream=first)

    def _exported(self) -> tuple[bytes, bytes]:
        agency = self.draw.choice(self.governance.agencies)
        version = agency.version(self.governance.at)
        if version is None or agency.version(self.governance.at + 3600 * 10**6) != version:  # type: ignore[arg-type]
            return self._shown()
        person = self.draw.choice(agency.persons)
        draft = drafts.export_opened(
            agency=agency.terms.agency["id"],
            version=version,
            purpose=agency.terms.purpose,
            form="csv",
            columns=agency.terms.columns,
            filters=agency.terms.filters[:1],
        )
        opened = self._drafted(draft, _outsider(agency, person))
        export, given = self.governance.id, list[int]()

        def chunk() -> tuple[bytes, bytes]:
            made = self._answer(agency, person=person, rows=10, export=export, last=given[-1] if given else None)
            given.append(self.governance.id)
            return made

        def close() -> tuple[bytes, bytes]:
            ended = {"reason": "COMPLETE", "chunks": len(given), "dropped": 0, "rows": 10 * len(given), "last": given[-1]}
            closing = drafts.export_closed(agency=agency.terms.agency["id"], export=export, out=_hash(person), **ended)  # type: ignore[arg-type]
            return self._drafted(closing, _outsider(agency, person))

        self.queue += [*(chunk for _ in range(EXPORT_CHUNKS)), close]
        return opened

    def _handed_over(self) -> tuple[bytes, bytes]:
        one, other = self.draw.sample(self.governance.staff["booking_officer"], 2)
        detail = {"case": _hash(one), "version": 3, "desk": "booking"}
        made = self._drafted(Draft(Kind.HANDED_OVER, detail), staff(one))
        handed = self.governance.id
        self.queue.append(lambda: self._drafted(Draft(Kind.HANDOVER_TAKEN, {**detail, "handed": handed}), staff(other)))
        return made

    def _drafted(self, draft: Draft, by: By) -> tuple[bytes, bytes]:
        number, salt = self.governance.next_id(), self.draw.randbytes(16)
        return encode(draft.entry(id=number, at=self.governance.at, salt=salt, by=by)), b""


def _screens(role: bytes) -> list[tuple[bytes, bytes]]:
    """Return the screens of a role, by columns and filters: a case's whole page, a list by name, the list of everybody."""
    read = read_role(role)
    assert isinstance(read, Role), read
    shown, short = sorted(read.scope.columns), sorted(read.scope.columns)[:9]
    return [(_listed(shown), _listed(["record"])), (_listed(short), _listed(["surname"])), (_listed(short), _listed([]))]


def _listed(names: object) -> bytes:
    return b"[" + b",".join(b'"%b"' % name.encode() for name in sorted(names)) + b"]"  # type: ignore[call-overload]


def _outsider(agency: Agency, person: str) -> By:
    return By(person, f"agreement:{agency.terms.agreement}", agency.client)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
