"""Who looks at a screen, and as what: the signed-in person and the one capacity they have chosen for this session.

The session holds only which capacity was chosen. Whether the person still has it is asked anew on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect

from pars.actions import identifying
from pars.core.access.decision import Caller
from pars.core.ledger.entries import By

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from pars.actions.identifying import Capacity

CHOSEN = "authority"
"""Where the session keeps the chosen capacity's authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A signed-in person in one capacity; None while none of several is chosen, or where there is none."""

    person: str
    name: str
    capacity: Capacity | None
    choices: tuple[Capacity, ...]

    @property
    def by(self) -> By:
        """Return who acts, as the ledger names them."""
        assert self.capacity is not None, "pages that act ask for a capacity first"
        return By(self.person, self.capacity.authority)

    @property
    def acts(self) -> frozenset[str]:
        """Return what the capacity's role allows; nothing for an agency."""
        grant = self.capacity.grant if self.capacity else None
        return grant.role.acts if grant else frozenset()

    @property
    def agency(self) -> str | None:
        """Return the agency that the person asks for, if that is their capacity."""
        return self.capacity.agency if self.capacity else None

    @property
    def owner(self) -> str | None:
        """Return the owner whose people hold the role."""
        grant = self.capacity.grant if self.capacity else None
        return grant.role.owner if grant else None

    @property
    def label(self) -> str:
        """Return the capacity in words."""
        return self.capacity.label["en"] if self.capacity else ""

    @property
    def caller(self) -> Caller:
        """Return who asks, for an agency's question."""
        assert self.agency is not None, "only an agency's person asks"
        return Caller(self.agency, self.person)

    @property
    def home(self) -> str:
        """Return the address of the page where this capacity's work begins."""
        if self.capacity is None:
            return "/capacity"
        if self.agency is not None:
            return "/ask"
        if "case:read" in self.acts:
            return "/board"
        if "defense:list" in self.acts:
            return "/defense"
        reads_only = "ledger:read" in self.acts and not self.acts & {"agreement:vote", "agreement:propose"}
        return "/ledger" if reads_only else "/agreements"


def seat_of(request: HttpRequest) -> Seat | None:
    """Return who looks, or None where nobody is signed in. Asked once for each request."""
    if not hasattr(request, "_seat"):
        request._seat = _seat(request)  # type: ignore[attr-defined]  # noqa: SLF001  kept where Django keeps its own
    found: Seat | None = request._seat  # type: ignore[attr-defined]  # noqa: SLF001
    return found


def _seat(request: HttpRequest) -> Seat | None:
    account: Any = request.user
    if not account.is_authenticated:
        return None
    known = identifying.capacities(account.person)
    chosen = request.session.get(CHOSEN)
    capacity = next((one for one in known if one.authority == chosen), None)
    if capacity is None and len(known) == 1:
        capacity = known[0]
    return Seat(person=account.person, name=account.name, capacity=capacity, choices=known)


def choose(request: HttpRequest, authority: str) -> bool:
    """Act in this capacity from now on, if the person has it; return whether they do."""
    seat = seat_of(request)
    if seat is None or authority not in {one.authority for one in seat.choices}:
        return False
    request.session[CHOSEN] = authority
    request._seat = _seat(request)  # type: ignore[attr-defined]  # noqa: SLF001
    return True


def browser_of(request: HttpRequest) -> str:
    """Return this browser's session, made where there is none yet: a list enters whom it shows once for each (law L1)."""
    if request.session.session_key is None:
        request.session.save()
    key = request.session.session_key
    assert key is not None, "made just now"
    return key


def seated(
    act: str | None = None, *, agency: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a page only to who is signed in, in a capacity whose role allows `act` (or, with `agency`, that asks for one).

    The page is called with the seat as its second argument.
    """

    def decorate(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(page)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            seat = seat_of(request)
            if seat is None:
                return redirect_to_login(request.path, "/sign-in")
            if seat.capacity is None:
                return redirect("/capacity")
            if (agency and seat.agency is None) or (act is not None and act not in seat.acts):
                from pars.edge.web.pages import not_yours

                return not_yours(request, seat)
            return page(request, seat, *args, **kwargs)

        return guarded

    return decorate
