"""Random texts of versions that can be read: every part that a text may have, in every form that it may have it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pars.core import canonical
from pars.core.access.emergency import REASONS, WAIVED
from pars.core.access.limits import IN_A_DAY, MOST_ROWS
from pars.core.access.purposes import PURPOSES
from pars.core.access.renewal import end_on
from pars.core.access.scope import write_scope
from pars.core.access.version import MUST, read_version
from tests.agreements import DOCUMENT
from tests.strategies import scopes

if TYPE_CHECKING:
    from pars.core.access.version import Version

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
def version_texts(draw: st.DrawFn) -> bytes:
    """The canonical text of a version that `read_version` reads."""
    zone = draw(st.sampled_from(ZONES))
    listed = draw(st.lists(st.sampled_from(PURPOSES), min_size=1, max_size=3, unique=True))
    purposes = [one.demanding(draw(st.sampled_from(one.evidence))) for one in listed]
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
        "term": draw(_terms(zone)),
        **draw(st.sampled_from(({}, {"never_charged": "shown"}))),
    }
    return canonical.write(said)


def read(text: bytes) -> Version:
    """Return the version. What is drawn here can be read."""
    version = read_version(text)
    assert not hasattr(version, "code"), version
    return version  # type: ignore[return-value]
