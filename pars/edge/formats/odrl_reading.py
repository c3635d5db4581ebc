"""Reads a policy of PARS's ODRL profile back into the canonical text of a version, strictly.

What isn't of the profile is refused with its place in the policy, never skipped; what isn't of a version's text is refused by the
reader of texts, and its place is told as the policy has it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pars.core import canonical
from pars.core.access.catalogue import read_value as read_catalogued
from pars.core.agreements.version import read_version
from pars.core.document import Misread, Node
from pars.core.terms import Refusal
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
    from collections.abc import Collection

DEEPEST, MOST = 64, 10_000


def is_policy(document: object) -> bool:
    """Return whether a document is meant as JSON-LD: no version's own text can have such a key."""
    return isinstance(document, dict) and "@context" in document


def version_text(document: object, *, proposed: bool = True) -> bytes | Refusal:
    """Return the canonical text of the version that a policy states, or what is wrong and where in the policy.

    `proposed`: it must be one that can be proposed today, by today's list of purposes and today's rules of zones.
    """
    reader = _Reader()
    try:
        said = reader.policy(Node(document))
        text = canonical.write(said)
    except Misread as stop:
        return stop.refusal
    except (ValueError, RecursionError):
        return Refusal(
            code="NOT_CANONICAL",
            says="The policy holds what no agreement's text can: a fraction, true, false, null, or a text not in form C.",
        )
    read = read_version(text, resolve=proposed)
    if isinstance(read, Refusal):
        return reader.told(read)
    if reader.uid not in ("", read.hash):
        says = "/uid: the text that this policy states has another sha256."
        return Refusal(code="OTHER_TEXT", says=says, remedy="For a new version leave uid out.", names=("/uid",))
    return text


@dataclass(slots=True)
class _Reader:
    """One pass over one policy. `places` leads from a place in the version's text to the place in the policy that states it."""

    uid: str = ""
    places: dict[str, str] = field(default_factory=dict)

    def told(self, refusal: Refusal) -> Refusal:
        """Return a refusal of the text with its places as the policy has them."""
        says, names = refusal.says, []
        for name in refusal.names:
            place = self._place(name)
            says = says.replace(f"{name}:", f"{place}:", 1)
            names.append(place)
        return replace(refusal, says=says, names=tuple(names))

    def _place(self, name: str) -> str:
        found = [known for known in self.places if name == known or name.startswith(f"{known}/")]
        longest = max(found, key=len, default=None)
        # What nothing stated is missing, and would stand among the terms that go along.
        return f"/terms{name}" if longest is None else self.places[longest] + name[len(longest) :]

    def policy(self, node: Node) -> dict[str, Any]:
        """Return the version's text as a value."""
        parts = node.fields(
            {"@context", "@type", "profile", "agreement", "number", "title", "assigner", "assignee", "target", "permission"}
            | {"prohibition", "obligation", "terms"},
            {"uid"},
        )
        _same(parts["@context"], CONTEXT, "this isn't the profile's context.", "Compact the document with that context first.")
        _same(parts["@type"], "Agreement", "only an Agreement can be read.")
        _same(parts["profile"], PROFILE, "this is another profile.")
        if "uid" in parts:
            self.uid = _after(parts["uid"], TEXT)
        (forbidden,) = parts["prohibition"].items(1, 1)
        _same(forbidden.fields({"action"})["action"], PASS_ON, "only passing on can be prohibited.")
        said = {
            **{name: parts[name].value for name in ("agreement", "number", "title")},
            "parties": self._parties(parts["assigner"], parts["assignee"]),
            "onward": "forbidden",
            "duties": self._duties(parts["obligation"]),
            **self._granted(parts["permission"]),
        }
        target = parts["target"].fields({"@type", "uid", "refinement"})
        _same(target["@type"], "AssetCollection", "the target is a collection of records.")
        _same(target["uid"], RECORDS, "the target is the collection of all records.")
        (rows,) = target["refinement"].items(1, 1)
        said["scope"]["rows"] = self._condition(rows, "/scope/rows", 1)
        return self._with(said, parts["terms"], "")

    def _with(self, said: dict[str, Any], more: Node, place: str) -> dict[str, Any]:
        """Return what was said with the terms that go along. A part that is said already isn't said twice."""
        for name, part in more.entries().items():
            mine = f"{place}/{name}"
            if name not in said:
                said[name] = part.value
                self.places[mine] = part.place
            elif isinstance(said[name], dict) and name in {"parties", "agency", "scope", "term"}:
                said[name] = self._with(said[name], part, mine)
            else:
                raise part.wrong("TWICE", "the policy says this already.")
        return said

    def _parties(self, assigner: Node, assignee: Node) -> dict[str, Any]:
        owners = []
        for n, part in enumerate(assigner.items(1)):
            party = part.fields({"@type", "uid"})
            _same(party["@type"], "Party", "a Party is needed here.")
            owners.append(_after(party["uid"], OWNER))
            self.places[f"/parties/owners/{n}"] = party["uid"].place
        agency = assignee.fields({"@type", "uid", "name", "class"})
        _same(agency["@type"], "Party", "a Party is needed here.")
        self.places |= {"/parties/owners": assigner.place, "/parties/agency": assignee.place}
        self.places["/parties/agency/id"] = agency["uid"].place
        told = {"id": _after(agency["uid"], AGENCY), "name": agency["name"].value, "class": agency["class"].value}
        return {"agency": told, "owners": owners}

    def _granted(self, permission: Node) -> dict[str, Any]:
        (one,) = permission.items(1, 1)
        parts = one.fields({"action", "constraint"})
        actions = parts["action"].items(len(ACTIONS), len(ACTIONS))
        scope = {part: self._columns(node, action, part) for node, (action, part) in zip(actions, ACTIONS.items(), strict=True)}
        purpose, start, until, *masks = parts["constraint"].items(3)
        self.places["/term"] = parts["constraint"].place
        return {
            "purposes": self._purposes(_compared(purpose, "purpose", "isAnyOf")),
            "term": {
                "start": self._instant(_compared(start, "dateTime", "gteq"), "/term/start"),
                "end": self._end(until),
            },
            "scope": {**scope, "masks": self._masks(masks)},
        }

    def _columns(self, node: Node, action: str, part: str) -> list[Any]:
        parts = node.fields({"value", "refinement"})
        _same(parts["value"], action, f"the action {action} is needed here.")
        (refinement,) = parts["refinement"].items(1, 1)
        names = _compared(refinement, "column", "isAnyOf")
        self.places[f"/scope/{part}"] = names.place
        return [one.value for one in _several(names)]

    def _purposes(self, told: Node) -> list[dict[str, Any]]:
        self.places["/purposes"] = told.place
        purposes = []
        for n, part in enumerate(_several(told)):
            parts = part.entries()
            if "uid" not in parts:
                raise part.child("uid", None).wrong("MISSING_FIELD", "this field is missing.")
            if "code" in parts:
                raise parts["code"].wrong("UNKNOWN_FIELD", "a purpose is named by its uid.")
            self.places |= {f"/purposes/{n}": part.place, f"/purposes/{n}/code": parts["uid"].place}
            more = {name: one.value for name, one in parts.items() if name != "uid"}
            purposes.append({"code": _after(parts["uid"], PURPOSE), **more})
        return purposes

    def _duties(self, told: Node) -> list[dict[str, Any]]:
        self.places["/duties"] = told.place
        duties = []
        for n, part in enumerate(told.items(0, MOST)):
            parts = part.fields({"uid", "action", "says", "due", "overdue"})
            (action,) = parts["action"].items(1, 1)
            kind = action.fields({"@id"})["@id"]
            self.places |= {
                f"/duties/{n}": part.place,
                f"/duties/{n}/code": parts["uid"].place,
                f"/duties/{n}/kind": kind.place,
            }
            more = {name: parts[name].value for name in ("says", "due", "overdue")}
            duties.append({"code": _after(parts["uid"], DUTY), "kind": _after(kind, DUTY_KIND), **more})
        return duties

    def _end(self, node: Node) -> dict[str, Any]:
        at = self._instant(_compared(node, "dateTime", "lt", {"reading"}), "/term/end/instant")
        reading = Node(node.value.get("reading", {}), f"{node.place}/reading")
        self.places["/term/end"] = reading.place
        if "instant" in reading.entries():
            raise reading.child("instant", None).wrong("TWICE", "the policy says this already.")
        return {**reading.value, "instant": at}

    def _instant(self, told: Node, place: str) -> int:
        parts = told.fields({"@value", "@type"})
        _same(parts["@type"], "xsd:dateTime", "an instant is an xsd:dateTime.")
        self.places[place] = parts["@value"].place
        try:
            at = read_catalogued(parts["@value"].value, "instant")
        except ValueError as wrong:
            raise parts["@value"].wrong("WRONG_FORM", f"{wrong}.") from None
        assert isinstance(at, int)
        return at

    def _masks(self, nodes: list[Node]) -> dict[str, Any]:
        masks: dict[str, Any] = {}
        for node in nodes:
            parts = node.fields({"leftOperand", "operator", "rightOperand"})
            _same(parts["operator"], "seenThrough", "only masks stand behind the term.")
            name = _after(parts["leftOperand"], COLUMN)
            if name in masks:
                raise node.wrong("TWICE", "this column has a mask already.")
            masks[name] = parts["rightOperand"].value
            self.places[f"/scope/masks/{name}"] = node.place
        if nodes:
            self.places["/scope/masks"] = nodes[0].place
        return masks

    def _condition(self, node: Node, place: str, depth: int) -> Any:
        if depth > DEEPEST:
            raise node.wrong("TOO_LARGE", "conditions are nested too deep.")
        self.places[place] = node.place
        parts = node.entries()
        if parts.keys() == {"condition"}:
            return parts["condition"].one_of({"always", "never"}, "UNKNOWN_CONDITION")
        for name, joined in JOINED.items():
            if parts.keys() == {joined}:
                items = parts[joined].items(1, MOST)
                self.places[f"{place}/{name}"] = parts[joined].place
                return {name: [self._condition(part, f"{place}/{name}/{n}", depth + 1) for n, part in enumerate(items)]}
        if parts.keys() == {"not"}:
            return {"not": self._condition(parts["not"], f"{place}/not", depth + 1)}
        return self._leaf(node, place)

    def _leaf(self, node: Node, place: str) -> dict[str, Any]:
        parts = node.fields({"leftOperand", "operator", "rightOperand"}, {"mask"})
        operator, told = parts["operator"].one_of(COMPARED.values(), "UNKNOWN_OPERATOR"), parts["rightOperand"]
        (comparison,) = [name for name, known in COMPARED.items() if known == operator]
        value: Any = told.value
        match comparison:
            case "one_of":
                value = [one.value for one in _several(told)]
            case "from" | "to":
                comparison, value = "within", {comparison: value}
            case "within":
                told.fields({"from", "to"})  # one side alone has an operator of its own, so that there is one way to say it
        self.places |= {f"{place}/column": parts["leftOperand"].place, f"{place}/{comparison}": told.place}
        leaf = {"column": _after(parts["leftOperand"], COLUMN), comparison: value}
        if "mask" in parts:
            leaf["mask"] = parts["mask"].value
            self.places[f"{place}/mask"] = parts["mask"].place
        return leaf


def _same(node: Node, wanted: Any, says: str, remedy: str = "") -> None:
    """Refuse anything but what is wanted, exactly: 1 is no 1.0 and no true."""
    if json.dumps(node.value, sort_keys=True) != json.dumps(wanted, sort_keys=True):
        raise node.wrong("UNKNOWN_TERM", says, remedy)


def _after(node: Node, start: str) -> str:
    """Return what follows the name's beginning."""
    text = node.text()
    if not text.startswith(start) or text == start:
        raise node.wrong("UNKNOWN_TERM", f"a name that begins with {start} is needed here.")
    return text[len(start) :]


def _compared(node: Node, left: str, operator: str, may: Collection[str] = ()) -> Node:
    """Return the right side of a constraint that has this left side and operator."""
    parts = node.fields({"leftOperand", "operator", "rightOperand"}, may)
    _same(parts["leftOperand"], left, f"the left operand {left} is needed here.")
    _same(parts["operator"], operator, f"the operator {operator} is needed here.")
    return parts["rightOperand"]


def _several(node: Node) -> list[Node]:
    """Return the parts of a set: JSON-LD writes a set of one as the one."""
    return node.items(0, MOST) if type(node.value) is list else [node]
