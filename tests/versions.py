"""Random texts of versions that can be read: every part that a text may have, in every form that it may have it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.emergency import REASONS, WAIVED
from pars.core.access.limits import IN_A_DAY, MOST_ROWS
from pars.core.access.purposes import EVIDENCE, PURPOSES
from pars.core.access.scope import write_scope
from pars.core.agreements.civil import ends_of_month_days
from pars.core.agreements.duties import KINDS
from pars.core.agreements.renewal import end_on
from pars.core.agreements.version import MUST, read_version
from pars.core.terms import DAY, Instant
from tests.agreements import DOCUMENT
from tests.strategies import scopes

if TYPE_CHECKING:
    from pars.core.agreements.version import Version

ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC")
_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20).filter(
    lambda said: canonical.is_normalized("NFC", said)
)
_SAID = st.fixed_dictionaries({"en": _WORDS}, optional={"es": _WORDS})

_LIMITS = st.fixed_dictionaries(
    {"questions_per_day": st.integers(1, 100_000), "rows_per_reply": st.integers(1, MOST_ROWS)},
    optional={name: st.integers(1, 1_000) for name in IN_A_DAY[1:]},
)

_BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "on_behalf_of": st.just([{"id": "fbi", "name": "Federal Bureau"}]),
        "checked": st.lists(st.sampled_from(list(EVIDENCE)), min_size=1, unique=True),
        "emergency": st.fixed_dictionaries(
            {
                "reasons": st.lists(st.sampled_from(list(REASONS)), min_size=1, unique=True),
                "waives": st.lists(st.sampled_from(WAIVED), min_size=1, unique=True),
                "review_hours": st.integers(1, 48),
            }
        ),
        "paper": st.just({"kind": "subpoena", "sha256": "5" * 64}),
        "approval": st.fixed_dictionaries(
            {"over_rows": st.integers(0, MOST_ROWS), "minutes": st.integers(1, 60)}, optional={"exports": st.just("all")}
        ),
    },
)


@st.composite
def _terms(draw: st.DrawFn, zone: str) -> dict[str, Any]:
    start = draw(st.integers(0, 4_000_000_000_000_000))
    if draw(st.booleans()):
        return {"start": start, "end": {"instant": start + draw(st.integers(1, 10**15))}}
    return {"start": start, "end": end_on(draw(st.dates(date(2100, 1, 1), date(2190, 12, 31))), zone)}


@st.composite
def _duties(draw: st.DrawFn, term: dict[str, Any], zone: str) -> list[dict[str, Any]]:
    start, end = term["start"], term["end"]["instant"]
    forms: list[dict[str, Any]] = [{"days": 30, "after": "end"}, {"instant": end}]
    months = ends_of_month_days(15, Instant(start), Instant(min(end, start + 300 * DAY)), zone)
    if months and end <= start + 300 * DAY:  # a long term has more instants than a text may hold
        forms.append({"day_of_month": 15, "zone": zone, "rule": "end of day", "instants": list(months)})
    return [
        {"code": f"duty_{n}", "kind": draw(st.sampled_from(KINDS)), "says": draw(_SAID), "due": due, "overdue": "noted"}
        for n, due in enumerate(draw(st.lists(st.sampled_from(forms), max_size=3)))
    ]


@st.composite
def version_texts(draw: st.DrawFn) -> bytes:
    """The canonical text of a version that `read_version` reads."""
    zone = draw(st.sampled_from(ZONES))
    listed = draw(st.lists(st.sampled_from(PURPOSES), min_size=1, max_size=3, unique=True))
    purposes = [one.demanding(draw(st.sampled_from(one.evidence))) for one in listed]
    term = draw(_terms(zone))
    said = {
        **DOCUMENT,
        "number": draw(st.integers(1, 10_000)),
        "title": draw(_SAID),
        "authority": draw(_WORDS),
        "purposes": purposes,
        "scope": write_scope(draw(scopes().filter(lambda scope: bool(scope.columns)))),
        "limits": draw(_LIMITS),
        **draw(_BESIDE),
        "users": {"must": draw(st.lists(st.sampled_from(MUST), unique=True))},
        "place": {"name": draw(_WORDS), "zone": zone},
        "term": term,
        "duties": draw(_duties(term, zone)),
        **draw(st.sampled_from(({}, {"never_charged": "shown"}))),
    }
    return canonical.write(said)


def read(text: bytes) -> Version:
    """Return the version. What is drawn here can be read."""
    version = read_version(text)
    assert not hasattr(version, "code"), version
    return version  # type: ignore[return-value]
