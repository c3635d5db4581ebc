"""The one API of Django's part: its routers, what it does with everything that goes wrong, and its addresses."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from pars.edge.api import (
    agreements,
    approvals,
    dealings,
    defense,
    finding,
    flags,
    hooks,
    identities,
    log,
    pretrial,
    seen,
    sittings,
    telling,
    texts,
)
from pars.edge.api.answering import CallError, failure, faults, respond
from pars.edge.api.callers import NOBODY_KNOWN, Bearer
from pars.edge.api.reading import StrictParser, Unreadable
from pars.edge.problems import ABSENT, Fault, Problem, malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.urls import URLResolver


class Api(NinjaAPI):
    """The API; its operations are named as their functions are."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return an operation's name in the description."""
        return operation.view_func.__name__


api = Api(
    title="PARS",
    version="1",
    description="The live record of every arrest from booking to preliminary arraignment, opened to outside agencies only by "
    "agreements that are voted, dated, enforced and proven.",
    auth=Bearer(),
    parser=StrictParser(),
    openapi_url="",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/v1", pretrial.router)
api.add_router("/v1", identities.router)
api.add_router("/v1", flags.router)
api.add_router("/v1", defense.router)
api.add_router("/v1", finding.router)
api.add_router("/v1", seen.router)
api.add_router("/v1", sittings.router)
api.add_router("/v1", telling.router)
api.add_router("/v1", agreements.router)
api.add_router("/v1", approvals.router)
api.add_router("/v1", dealings.router)
api.add_router("/v1", hooks.router)
api.add_router("/v1", texts.router)
api.add_router("/v1", log.receipts)
api.add_router("/log", log.log)


# ---------------------------------------------------------------- what goes wrong


@api.exception_handler(AuthenticationError)
def _nobody_known(request: HttpRequest, error: Exception) -> HttpResponse:
    del request, error
    return respond(NOBODY_KNOWN)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = {part["loc"][0] for part in error.errors}
    # What can't be an id of ours is absent like any other that isn't there.
    return _failed(request, CallError(ABSENT if "path" in places else faults(error.errors)))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    says = cause.says if isinstance(cause, Unreadable) else "the body can't be read"
    return _failed(request, CallError(malformed([Fault(pointer="", says=says)])))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    return respond(failure(error, getattr(request, "auth", None) or None))


# ---------------------------------------------------------------- addresses


def _as_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view so that a method it doesn't take is a problem like any other."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer = respond(Problem(status=405, reason="METHOD", headers={"allow": answer["Allow"]}))
        return _unlogged(answer)

    return answered


@csrf_exempt  # there is nothing here to forge, and a system that mistypes an address gets a problem, not a page
def _absent(request: HttpRequest, **_: Any) -> HttpResponse:
    del request
    return _unlogged(respond(ABSENT))


def _unlogged(answer: HttpResponse) -> HttpResponse:
    """Keep Django from logging a refusal with its path, in which somebody may have typed a name. The fence logs every request."""
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  where Django looks
    return answer


def _patterns() -> list[URLPattern | URLResolver]:
    found = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        if pattern.name != "api-root":
            found.append(URLPattern(pattern.pattern, _as_problems(pattern.callback), pattern.default_args, pattern.name))
    return [*found, re_path(r"^(?:v1|log)(?:/[\s\S]*)?$", _absent)]


urlpatterns = [path("", include((_patterns(), "ninja"), namespace="api"))]
