"""A version of an agreement as an ODRL 2.2 policy in JSON-LD, under PARS's own profile: exchange, not enforcement.

What ODRL has a word for is said in it; the rest of the text goes along whole, under `terms`. So nothing is lost: what
`odrl_reading` makes of a policy is the text it was made from, byte for byte, and the hash that the owners voted is the same.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.catalogue import write_value
from pars.core.terms import Instant
from pars.edge.formats.odrl_profile import (
    ACTIONS,
    AGENCY,
    COLUMN,
    COMPARED,
    CONTEXT,
    DUTY,
    DUTY_KIND,
    JOINED,
    OWNER,
    PASS_ON,
    PROFILE,
    PURPOSE,
    RECORDS,
    TEXT,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def policy(text: bytes) -> dict[str, Any]:
    """Return the policy that a version's canonical text is. Raises ValueError for a text that isn't canonical."""
    said: Any = canonical.read(text)
    parties, scope, term = said["parties"], said["scope"], said["term"]
    agency = parties["agency"]
    return {
        "@context": CONTEXT,
        "@type": "Agreement",
        "uid": f"{TEXT}{sha256(text).hexdigest()}",
        "profile": PROFILE,
        "agreement": said["agreement"],
        "number": said["number"],
        "title": said["title"],
        "assigner": [{"@type": "Party", "uid": f"{OWNER}{owner}"} for owner in parties["owners"]],
        "assignee": {"@type": "Party", "uid": f"{AGENCY}{agency['id']}", "name": agency["name"], "class": agency["class"]},
        "target": {"@type": "AssetCollection", "uid": RECORDS, "refinement": [_condition(scope["rows"])]},
        "permission": [
            {
                "action": [
                    {
                        "value": action,
                        "refinement": [{"leftOperand": "column", "operator": "isAnyOf", "rightOperand": scope[part]}],
                    }
                    for action, part in ACTIONS.items()
                ],
                "constraint": [_purposes(said["purposes"]), *_times(term), *_masks(scope["masks"])],
            }
        ],
        "prohibition": [{"action": PASS_ON}],
        "obligation": [_duty(duty) for duty in said["duties"]],
        "terms": _beside(said, SAID),
    }


SAID: Mapping[str, Any] = {
    "agreement": None,
    "number": None,
    "title": None,
    "parties": {"owners": None, "agency": {"id": None, "name": None, "class": None}},
    "scope": {"columns": None, "filters": None, "masks": None, "rows": None},
    "purposes": None,
    "term": {"start": None, "end": None},
    "onward": None,
    "duties": None,
}
"""The parts of a version's text that the policy says in ODRL's words or the profile's own; what stands beside them is `terms`."""


def _beside(whole: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `whole` isn't among `said`."""
    found: dict[str, Any] = {}
    for name, part in whole.items():
        inner = said.get(name)
        if name not in said:
            found[name] = part
        elif inner is not None and (more := _beside(part, inner)):
            found[name] = more
    return found


def _purposes(purposes: list[dict[str, Any]]) -> dict[str, Any]:
    told = [
        {"uid": f"{PURPOSE}{one['code']}", **{name: part for name, part in one.items() if name != "code"}} for one in purposes
    ]
    return {"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": told}


def _duty(duty: Mapping[str, Any]) -> dict[str, Any]:
    more = {name: part for name, part in duty.items() if name not in {"code", "kind"}}
    return {"uid": f"{DUTY}{duty['code']}", "action": [{"@id": f"{DUTY_KIND}{duty['kind']}"}], **more}


def _times(term: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the half-open term: from its start, before its end, with the civil date that the end was stated as."""
    end = term["end"]
    reading = {name: part for name, part in end.items() if name != "instant"}
    start = {"leftOperand": "dateTime", "operator": "gteq", "rightOperand": _instant(term["start"])}
    until = {"leftOperand": "dateTime", "operator": "lt", "rightOperand": _instant(end["instant"])}
    return [start, {**until, "reading": reading} if reading else until]


def _instant(at: int) -> dict[str, Any]:
    return {"@value": write_value(Instant(at), "instant"), "@type": "xsd:dateTime"}


def _masks(masks: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"leftOperand": f"{COLUMN}{name}", "operator": "seenThrough", "rightOperand": mask} for name, mask in masks.items()]


def _condition(rows: Any) -> dict[str, Any]:
    if isinstance(rows, str):
        return {"condition": rows}
    for name, joined in JOINED.items():
        if name in rows:
            return {joined: [_condition(part) for part in rows[name]]}
    if "not" in rows:
        return {"not": _condition(rows["not"])}
    (comparison,) = rows.keys() - {"column", "mask"}
    value = rows[comparison]
    if comparison == "within" and len(value) == 1:
        ((comparison, value),) = value.items()
    compared = {
        "leftOperand": f"{COLUMN}{rows['column']}",
        "operator": COMPARED[comparison],
        "rightOperand": value,
    }
    return {**compared, "mask": rows["mask"]} if "mask" in rows else compared
