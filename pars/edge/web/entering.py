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
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page
from pars.edge.web.panel import Form
from pars.edge.web.seat import choose, seat_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.core.access.explain import Language


WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Sign in",
        "lede": "PARS keeps who opened which record, when, and in which capacity.",
        "name": "User name",
        "password": "Password",
        "needed": "this is needed.",
        "wrong": "This user name and password don't belong together. Passwords tell capital from small letters.",
        "button": "Sign in",
        "help": "Locked out or new here? Whoever gives accounts at your office helps.",
        "public": "The public page needs no account",
    },
    "es": {
        "title": "Entrar",
        "lede": "PARS anota quién abrió qué expediente, cuándo, y en qué calidad.",
        "name": "Nombre de usuario",
        "password": "Contraseña",
        "needed": "hace falta.",
        "wrong": "Este nombre de usuario y esta contraseña no van juntos. La contraseña distingue mayúsculas de minúsculas.",
        "button": "Entrar",
        "help": "¿No puede entrar, o es nuevo aquí? Le ayuda quien da las cuentas en su oficina. Las pantallas de trabajo están en inglés.",
        "public": "La página pública no necesita cuenta",
    },
}


class SignIn(Form, AuthenticationForm):
    """Django's own check of user name and password."""

    def __init__(self, *args: Any, words: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for field, name in (("username", "name"), ("password", "password")):
            self.fields[field].label = words[name]
            self.fields[field].error_messages["required"] = f"{words[name]}: {words['needed']}"
        self.error_messages = {**self.error_messages, "invalid_login": words["wrong"]}


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in who gives their user name and password."""
    language = language_of(request)
    form = SignIn(request, data=request.POST or None, words=WORDS[language])
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        seat = seat_of(request)
        safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
        return redirect(onward if safe and seat is not None and seat.capacity is not None else "/")
    parts = {
        "form": form,
        "faults": form.faults if form.is_bound else [],
        "next": onward,
        "language": language,
        "w": WORDS[language],
    }
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
