"""Tells what the court's session and its clerk recorded, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pars.core.cases import facts as kinds
from pars.core.cases.calling import REASONS, SIDES
from pars.core.cases.dockets import RECEIVERS
from pars.core.cases.serving_orders import LANGUAGES, ON
from pars.edge.web import words

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.facts import Fact


def _called(_: Case, fact: Any) -> str:
    return f"Called in the session of {words.stated(fact.session)}" + (f" — {fact.reason}" if fact.reason else "")


def _passed(_: Case, fact: Any) -> str:
    begun = "The hearing broke off; the case was passed" if fact.called else "Passed"
    return f"{begun}: {REASONS[fact.reason].lower()}" + (f" — {fact.note}" if fact.note else "")


def _served(_: Case, fact: Any) -> str:
    through = f" through {fact.interpreter}" if fact.interpreter else ""
    tongue = "another language" if fact.language == "other" else LANGUAGES[fact.language]
    return f"Order served on {ON[fact.on].lower()}, in {tongue}{through}"


TELLERS: Mapping[type[Fact], Callable[[Case, Any], str]] = {
    kinds.CaseCalled: _called,
    kinds.CasePassed: _passed,
    kinds.PositionStated: lambda _, f: f"{SIDES[f.side]} asks: {f.says}",
    kinds.DocketGiven: lambda _, f: f"Docket number {f.number}" + (", drawn here" if f.drawn else ""),
    kinds.ResultSent: lambda _, f: f"Result acknowledged: {RECEIVERS[f.to].lower()} ({f.receipt})",
    kinds.OrderServed: _served,
    kinds.AccessLimited: lambda _, f: (
        f"A court {'limited the access to this record' if f.limited else 'ended the limit of access'} (order {f.court_order})"
    ),
}
