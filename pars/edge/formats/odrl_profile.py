"""PARS's profile of ODRL 2.2: its names, its JSON-LD context, and its JSON Schema.

The schema and the context that are published under docs/spec/odrl are made here, and a test holds them to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.catalogue import CATALOGUE, MASKS
from pars.core.access.purposes import EVIDENCE
from pars.core.agreements.duties import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILE = "https://pars.example/odrl/1"
VOCABULARY = f"{PROFILE}#"
ODRL = "http://www.w3.org/ns/odrl/2/"

OWNER, AGENCY, PURPOSE, DUTY, TEXT = "urn:pars:owner:", "urn:pars:agency:", "urn:pars:purpose:", "urn:pars:duty:", "urn:sha256:"
DUTY_KIND = "pars:"
RECORDS = "urn:pars:records"
COLUMN = "column:"

JOINED: Mapping[str, str] = {"all": "and", "any": "or"}
"""How a condition that joins others is called here, by its name in an agreement's text."""
COMPARED: Mapping[str, str] = {"is": "eq", "one_of": "isAnyOf", "from": "gteq", "to": "lt", "within": "within"}
"""The operator of a comparison, by what it is in an agreement's text; `from` and `to` are a range with one side."""
PASS_ON = [{"@id": "odrl:distribute"}]
"""What is prohibited: passing on what was shown."""
ACTIONS: Mapping[str, str] = {"read": "columns", "search": "filters"}
"""What may be done, and the part of a version's scope that says with which columns."""


def _id(name: str, **more: str) -> dict[str, str]:
    return {"@id": name, **more}


CONTEXT: Mapping[str, Any] = {
    "@version": 1.1,
    "@vocab": VOCABULARY,
    "odrl": ODRL,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "column": f"{PROFILE}/column#",
    "pars": VOCABULARY,
    **{name: f"odrl:{name}" for name in ("Agreement", "Party", "AssetCollection")},
    **{name: f"odrl:{name}" for name in ("eq", "gteq", "lt", "isAnyOf", "dateTime", "purpose", "read")},
    "uid": _id("odrl:uid", **{"@type": "@id"}),
    "profile": _id("odrl:profile", **{"@type": "@id"}),
    "title": _id("http://purl.org/dc/terms/title", **{"@container": "@language"}),
    "assigner": _id("odrl:assigner", **{"@container": "@set"}),
    "assignee": _id("odrl:assignee"),
    "target": _id("odrl:target"),
    **{
        name: _id(f"odrl:{name}", **{"@container": "@set"})
        for name in ("permission", "prohibition", "obligation", "constraint", "refinement")
    },
    "action": _id("odrl:action", **{"@container": "@set"}),
    "value": _id("rdf:value", **{"@type": "@vocab"}),
    "leftOperand": _id("odrl:leftOperand", **{"@type": "@vocab"}),
    "operator": _id("odrl:operator", **{"@type": "@vocab"}),
    "rightOperand": _id("odrl:rightOperand"),
    "and": _id("odrl:and", **{"@container": "@list"}),
    "or": _id("odrl:or", **{"@container": "@list"}),
    "says": _id("says", **{"@container": "@language"}),
    "due": _id("due", **{"@type": "@json"}),
    "reading": _id("reading", **{"@type": "@json"}),
    "terms": _id("terms", **{"@type": "@json"}),
}
"""What each word of the exchange form means, carried in every document: nothing has to be fetched to read one."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the exchange form. What a version may say beyond it is for `read_version` to judge."""
    names = [column.name for column in CATALOGUE]
    compared = [f"{COLUMN}{column.name}" for column in CATALOGUE if column.filterable]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{PROFILE}/agreement.schema.json",
        "title": "An agreement's version in ODRL 2.2, PARS's profile",
        **_closed(
            {
                "@context": {"const": CONTEXT},
                "@type": {"const": "Agreement"},
                "uid": {"type": "string", "pattern": f"^{TEXT}[0-9a-f]{{64}}$"},
                "profile": {"const": PROFILE},
                "agreement": {"type": "string"},
                "number": {"type": "integer", "minimum": 1},
                "title": {"$ref": "#/$defs/said"},
                "assigner": _list(_party(OWNER, {}), 1),
                "assignee": _party(AGENCY, {"name": {"type": "string"}, "class": {"type": "string"}}),
                "target": _closed(
                    {
                        "@type": {"const": "AssetCollection"},
                        "uid": {"const": RECORDS},
                        "refinement": _list({"$ref": "#/$defs/condition"}, 1, 1),
                    }
                ),
                "permission": _list(_permission(names), 1, 1),
                "prohibition": _list(_closed({"action": {"const": PASS_ON}}), 1, 1),
                "obligation": _list(_duty()),
                "terms": {"type": "object", "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"}},
            },
            optional={"uid"},
        ),
        "$defs": {
            "said": _closed({"en": {"type": "string"}, "es": {"type": "string"}}, optional={"es"}),
            "value": {"type": ["string", "integer"]},
            "instant": _closed({"@value": {"type": "string"}, "@type": {"const": "xsd:dateTime"}}),
            "condition": {"oneOf": [*_joined(), _compared(compared)]},
        },
    }


def _closed(parts: Mapping[str, Any], *, optional: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    needed = [name for name in parts if name not in optional]
    return {"type": "object", "properties": dict(parts), "required": needed, "additionalProperties": False}


def _list(items: Mapping[str, Any], least: int = 0, most: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least} | ({} if most is None else {"maxItems": most})


def _one_or_more(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [items, _list(items)]}


def _party(urn: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    return _closed({"@type": {"const": "Party"}, "uid": {"type": "string", "pattern": f"^{urn}"}, **parts})


def _permission(names: list[str]) -> dict[str, Any]:
    named = {"leftOperand": {"const": "column"}, "operator": {"const": "isAnyOf"}}
    columns = _closed({**named, "rightOperand": _one_or_more({"enum": names})})
    action = _closed({"value": {"enum": list(ACTIONS)}, "refinement": _list(columns, 1, 1)})
    purpose = {
        "type": "object",
        "properties": {
            "uid": {"type": "string", "pattern": f"^{PURPOSE}"},
            "says": {"$ref": "#/$defs/said"},
            "evidence": {"enum": list(EVIDENCE)},
        },
        "required": ["uid"],
    }
    when = {"leftOperand": {"const": "dateTime"}, "rightOperand": {"$ref": "#/$defs/instant"}}
    masked = {"leftOperand": {"enum": [f"{COLUMN}{name}" for name in names]}, "operator": {"const": "seenThrough"}}
    return _closed(
        {
            "action": {"type": "array", "items": action, "minItems": len(ACTIONS), "maxItems": len(ACTIONS)},
            "constraint": {
                "type": "array",
                "prefixItems": [
                    _closed(
                        {
                            "leftOperand": {"const": "purpose"},
                            "operator": {"const": "isAnyOf"},
                            "rightOperand": _one_or_more(purpose),
                        }
                    ),
                    _closed({"operator": {"const": "gteq"}, **when}),
                    _closed({"operator": {"const": "lt"}, **when, "reading": {"type": "object"}}, optional={"reading"}),
                ],
                "items": _closed({**masked, "rightOperand": {"enum": list(MASKS)}}),
                "minItems": 3,
            },
        }
    )


def _duty() -> dict[str, Any]:
    kind = _closed({"@id": {"enum": [f"{DUTY_KIND}{kind}" for kind in KINDS]}})
    parts = {"says": {"$ref": "#/$defs/said"}, "due": {"type": "object"}, "overdue": {"type": "string"}}
    return _closed({"uid": {"type": "string", "pattern": f"^{DUTY}"}, "action": _list(kind, 1, 1), **parts})


def _joined() -> list[dict[str, Any]]:
    inner = {"$ref": "#/$defs/condition"}
    return [
        _closed({"condition": {"enum": ["always", "never"]}}),
        *(_closed({name: _list(inner, 1)}) for name in JOINED.values()),
        _closed({"not": inner}),
    ]


def _compared(columns: list[str]) -> dict[str, Any]:
    value = {"$ref": "#/$defs/value"}
    sides = _closed({"from": value, "to": value})
    return _closed(
        {
            "leftOperand": {"enum": columns},
            "operator": {"enum": list(COMPARED.values())},
            "rightOperand": {"anyOf": [value, _list(value, 1), sides]},
            "mask": {"enum": list(MASKS)},
        },
        optional={"mask"},
    )
