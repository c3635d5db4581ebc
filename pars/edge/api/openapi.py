"""The description of `/v1` and `/log` (OpenAPI 3.1), of Django's part and Starlette's alike; kept as docs/openapi.json.

`python -m pars.edge.api.openapi docs/openapi.json` writes it anew; a test fails when that was forgotten.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from pars.core.access.emergency import REASONS
from pars.core.access.export_forms import FORMS

_TEXT = {"type": "string"}
_BYTES = {"type": "string", "format": "binary"}
_RECEIPT = {"$ref": "#/components/schemas/Receipt"}
_BEARER: list[dict[str, list[str]]] = [{"Bearer": []}]

SCHEMAS: dict[str, Any] = {
    "Question": {
        "type": "object",
        "title": "Question",
        "description": "What an agency asks. Every column named, in any clause, must be granted; each question brings its evidence.",
        "required": ["purpose", "columns"],
        "additionalProperties": False,
        "properties": {
            "purpose": _TEXT,
            "columns": {"type": "array", "items": _TEXT, "minItems": 1},
            "evidence": {
                "type": "object",
                "required": ["kind", "value"],
                "additionalProperties": False,
                "properties": {"kind": {"enum": ["case_number", "docket", "warrant_number"]}, "value": _TEXT},
            },
            "where": {
                "type": "array",
                "description": "Conditions, all of which must hold: a column with `is`, `one_of` or `within` {from, to}.",
                "items": {"type": "object", "required": ["column"]},
            },
            "sort": {"type": "array", "items": _TEXT},
            "after": {"type": "string", "description": "`next` of the page before."},
            "rows": {"type": "integer", "minimum": 1, "maximum": 500},
            "on_behalf_of": {
                "type": "string",
                "description": "The other agency that it is asked for; the agreement must name it.",
            },
            "note": {"type": "string", "description": "Words of your own. They are kept, and are no evidence."},
            "emergency": {
                "enum": list(REASONS),
                "description": "Why it is an emergency, where the agreement allows one; the owners review it.",
            },
            "approval": {
                "type": "integer",
                "description": "The entry of the request for this question that somebody else approved.",
            },
        },
    },
    "Hint": {
        "type": "object",
        "title": "Hint",
        "description": "What a hook's address is told: that something changed, and nothing of it. `entry` recorded it.",
        "required": ["agreement", "entry", "hook", "pars", "says"],
        "properties": {
            "agreement": _TEXT,
            "entry": {"type": "integer"},
            "hook": {"type": "integer"},
            "pars": {"const": "changed"},
            "says": _TEXT,
        },
    },
    "Agreed": {
        "type": "object",
        "title": "Agreed",
        "description": "The agreement that an answer was given under, and when its version ends for this person.",
        "properties": {"id": _TEXT, "version": _TEXT, "number": {"type": "integer"}, "ends_at": _TEXT},
    },
    "Answer": {
        "type": "object",
        "title": "Answer",
        "description": "`records` are the very bytes whose sha256 the entry holds. What is out of scope is missing, as if absent.",
        "properties": {
            "records": {"type": "array", "items": {"type": "object"}},
            "agreement": {"$ref": "#/components/schemas/Agreed"},
            "as_of": _TEXT,
            "receipt": _RECEIPT,
            "never_shown": {"type": "array", "items": _TEXT},
            "next": {"type": ["string", "null"]},
        },
    },
}
"""Shapes that no form of django-ninja's describes."""
SCHEMAS["Export"] = {
    **SCHEMAS["Question"],
    "title": "Export",
    "description": "A question, and the form in which everything that it asks for is written. `rows` is how many one chunk holds at most.",
    "properties": {**SCHEMAS["Question"]["properties"], "form": {"enum": sorted(FORMS), "default": "ndjson"}},
}

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSALS: dict[str, str] = {
    "400": "The request can't be read; each place is named.",
    "401": "No token, or one that nobody is known by.",
    "403": "Refused, for a reason about the caller, the purpose, the role or the agreement.",
    "404": "Nothing here, or nothing for this caller: the two look the same.",
    "409": "It doesn't go with how things stand.",
    "412": "The version that was seen isn't the one there is.",
    "422": "Understood, and against a rule.",
    "428": "A change needs If-Match.",
    "429": "The day's volume is used up, or too much was refused within a minute; see Retry-After.",
    "500": "Something failed. Nothing was done or disclosed.",
    "503": "Not to be decided, or not to be sent in time: nothing was done or disclosed.",
}
_ASKED = ("400", "401", "403", "422", "429", "500", "503")


def _header(name: str, says: str, *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": required, "schema": _TEXT, "description": says}


def _query(name: str, says: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": required, "schema": schema, "description": says}


def _responses(good: dict[str, Any]) -> dict[str, Any]:
    return {"200": good, **{status: _refusal(status) for status in _ASKED}}


def _refusal(status: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{status}"}


PATHS: dict[str, Any] = {
    "/v1/questions": {
        "post": {
            "operationId": "ask",
            "tags": ["questions"],
            "summary": "Ask",
            "description": "Answer an agency's question under its agreement. A repeat under the same key is decided anew, with an entry "
            "that names the first. Nothing leaves without its entry, and nothing after the agreement's end.",
            "parameters": [_header("Idempotency-Key", "New for each new question.", required=True)],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Question"}}},
            },
            "responses": _responses(
                {
                    "description": "One page of records.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
                }
            ),
            "security": _BEARER,
        }
    },
    "/v1/exports": {
        "post": {
            "operationId": "export",
            "tags": ["questions"],
            "summary": "Export",
            "description": "Everything that a question asks for as one file: rows, and between them notes (objects that begin with `pars`; in CSV a "
            "cell that begins with `# `): `opening`, a `chunk` behind the rows of each answer, with its receipt and the mark `next`, and `end` as "
            "the last line: why it ended (`COMPLETE`, or a reason), how many chunks and rows left, the last entry, the sha256 of all bytes before "
            "it, signed with the ledger's key. A file without that line was cut; `pars-verify FILE --trust KEYS` tells. Each chunk is decided "
            "anew and counts as a question of the day. To go on from a chunk, send the same question with its `next` as `after`, while the same "
            "version is in force. In CSV a cell that a spreadsheet would take for a formula (after spaces: = + - @, their wide forms, a tab, a line "
            "break), or that begins with # or an apostrophe, gets one apostrophe in front; take one away to have what was there.",
            "parameters": [_header("Idempotency-Key", "New for each new export.", required=True)],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Export"}}},
            },
            "responses": _responses(
                {
                    "description": "The file.",
                    "content": {"application/x-ndjson": {"schema": _TEXT}, "text/csv": {"schema": _TEXT}},
                }
            ),
            "security": _BEARER,
        }
    },
    "/v1/events": {
        "get": {
            "operationId": "listen",
            "tags": ["questions"],
            "summary": "Listen",
            "description": "A stream of server-sent events under one agreement: `open`; `records`, each an answer without `next`, "
            "whose id is its entry; and `end`, which holds no record and says why, when, with which receipt, how many events of records left, the "
            "last one's id and the sha256 of their bytes (`id`, `event` and `data` lines and the empty one), signed with the ledger's key. It tells what is new "
            "or changed since it was opened, or since Last-Event-ID (what was being written just then may come twice), but "
            "nothing from before the agreement came into force. A case that came into the record 30 days or more after the arrest is "
            "no news and in no snapshot: it is told only where the stream knew it before and it changes. Each event counts as a question of the day.",
            "parameters": [
                _query("purpose", "The purpose.", _TEXT, required=True),
                _query("columns", "The columns, with commas between them.", _TEXT, required=True),
                _query("rows", "Records in one event at most.", {"type": "integer", "minimum": 1, "maximum": 500}),
                _query(
                    "approval",
                    "The entry of the request for this stream's question that somebody approved.",
                    {"type": "integer"},
                ),
                _query("snapshot", "1: tell first what is there.", {"enum": ["0", "1"]}),
                _header("PARS-Evidence", "Kind and value: `case_number CN-1`."),
                _header("Last-Event-ID", "The id of the last event that arrived."),
            ],
            "responses": _responses({"description": "The stream.", "content": {"text/event-stream": {"schema": _TEXT}}}),
            "security": _BEARER,
        }
    },
    "/live": {
        "get": {
            "operationId": "live",
            "tags": ["staff"],
            "summary": "Hints",
            "description": "A stream of hints for staff's screens: something about a topic changed, so ask again. A hint holds no record; "
            "its id is the ledger's index. Signed in by session, or with a bearer token.",
            "parameters": [_header("Last-Event-ID", "The id of the last hint that arrived.")],
            "responses": {
                "200": {"description": "The stream.", "content": {"text/event-stream": {"schema": _TEXT}}},
                "401": _refusal("401"),
                "503": _refusal("503"),
            },
            "security": [*_BEARER, {}],
        }
    },
}
"""What Starlette serves."""


WEBHOOKS: dict[str, Any] = {
    "changed": {
        "post": {
            "operationId": "changed",
            "tags": ["questions"],
            "summary": "A hint, to an address that was registered at /v1/hooks",
            "description": "Something that you may ask for has changed: ask. It holds no record. The signature is that of Standard Webhooks 1.0, "
            "HMAC-SHA256 with the hook's secret over id, timestamp and body; refuse what is more than five minutes old. A try anew has the same id.",
            "parameters": [
                _header("webhook-id", "The hint's name.", required=True),
                _header("webhook-timestamp", "Seconds since 1970, UTC.", required=True),
                _header("webhook-signature", "`v1,` and the signature in base64; several are parted by spaces.", required=True),
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Hint"}}},
            },
            "responses": {
                "2XX": {"description": "Taken. Anything else is tried again, ever later, seven times."},
                "410": {"description": "Not there any more: nothing comes again."},
            },
        }
    }
}
"""What PARS calls itself."""


def document() -> dict[str, Any]:
    """Return the whole description. Django must be set up."""
    from pars.edge.api.app import api

    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=""), default=str))
    made["paths"] = dict(sorted({**made["paths"], **PATHS}.items()))
    components = made["components"]
    components["schemas"] = dict(sorted({**components["schemas"], **SCHEMAS}.items()))
    components["responses"] = {status: {"description": says, "content": _PROBLEM} for status, says in _REFUSALS.items()}
    made["webhooks"] = WEBHOOKS
    for methods in made["paths"].values():
        for operation in methods.values():
            _refer(operation["responses"])
    made["paths"]["/log/checkpoint"]["get"]["responses"]["200"]["content"] = {"text/plain": {"schema": _TEXT}}
    made["paths"]["/log/tile/{place}"]["get"]["responses"]["200"]["content"] = {"application/octet-stream": {"schema": _BYTES}}
    paper = made["paths"]["/v1/cases/{case_id}/papers/{name}"]["get"]["responses"]["200"]
    paper["content"] = {"application/pdf": {"schema": _BYTES}}
    return made


def _refer(responses: dict[str, Any]) -> None:
    """Refer to the problems that all operations share, instead of repeating each."""
    for status in responses:
        if status in _REFUSALS:
            responses[status] = _refusal(status)


def text() -> str:
    """Return the description as it is kept."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write it where the first argument says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    import django

    django.setup()
    Path(sys.argv[1]).write_text(text())


if __name__ == "__main__":
    main()
