"""Beside Django: who asks, for the pages that Starlette answers itself (guarded results and live hints)."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from django.http import HttpRequest, HttpResponse
    from starlette.types import Scope

    T = TypeVar("T")


def request_of(scope: Scope, body: bytes = b"") -> HttpRequest:
    """Return Django's view of a request, with its session and its person. To be asked in a thread."""
    request = ASGIRequest(dict(scope), BytesIO(body))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
    client = scope.get("client")
    request.META["REMOTE_ADDR"] = client[0] if client else ""
    return request


def from_our_page(request: HttpRequest) -> bool:
    """Return whether a form was sent from a page of this session."""
    middleware = CsrfViewMiddleware(_nothing)
    middleware.process_request(request)
    return middleware.process_view(request, _nothing, (), {}) is None


def _nothing(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("no page of Django's is asked here")


def in_thread(work: Callable[..., T]) -> Callable[..., T]:
    """Return `work` so that it leaves no stale connection of Django's behind in its thread."""

    def clean(*args: Any, **options: Any) -> T:
        close_old_connections()
        try:
            return work(*args, **options)
        finally:
            close_old_connections()

    return clean
