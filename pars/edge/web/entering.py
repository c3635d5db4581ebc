"""In and out: sign in, choose a capacity, sign out, and where the first page leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pars.edge.web import demo
from pars.edge.web.pages import page
from pars.edge.web.panel import Form
from pars.edge.web.seat import choose, seat_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SignIn(Form, AuthenticationForm):
    """Django's own check of user name and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label = "User name"
        self.fields["username"].error_messages["required"] = "User name: this is needed."
        self.fields["password"].error_messages["required"] = "Password: this is needed."
        self.error_messages = {
            **self.error_messages,
            "invalid_login": "This user name and password don't belong together. Passwords tell capital from small letters.",
        }


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in who gives their user name and password."""
    form = SignIn(request, data=request.POST or None)
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        seat = seat_of(request)
        safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
        return redirect(onward if safe and seat is not None and seat.capacity is not None else "/")
    parts = {"form": form, "faults": form.faults if form.is_bound else [], "next": onward}
    return page(request, "sign_in.html", parts, status=422 if form.is_bound else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody out."""
    logout(request)
    return redirect("/")


def capacity(request: HttpRequest) -> HttpResponse:
    """Choose what to act as, from everything the person holds now."""
    seat = seat_of(request)
    if seat is None:
        return redirect("/sign-in")
    if request.method == "POST" and choose(request, request.POST.get("authority", "")):
        return redirect("/")
    return page(request, "capacity.html", {"choices": seat.choices, "chosen": seat.capacity})


def first(request: HttpRequest) -> HttpResponse:
    """Lead to where the person's work begins; a stranger to the public page, in a demo to its guide."""
    seat = seat_of(request)
    if seat is not None:
        return redirect(seat.home)
    return redirect("/guide" if demo.here(request) else "/public")
