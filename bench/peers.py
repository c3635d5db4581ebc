"""Other engines for authorization, each given the same agreements and asked the same question by its own best way.

They lie in a folder of their own (`make ready-bench`), since some bring packages called `tests` or `examples`. Policies are read before
anything is timed. Each engine takes the same conditions: the agency, the purpose with its kind of evidence, the columns, the columns asked
by, the time before the end. What an engine doesn't do at all is said beside its figures.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pars.core.agreements.version import Version

FOLDER = Path(sys.prefix) / "peers"
"""Where `requirements/install.py bench` puts them."""
NOBODY_DOES = (
    "no reason with a remedy, no votes, no civil end with a window before it, no daily limit, no floor of law, no conditions on records "
    "compiled to SQL, no entry in a ledger"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as every engine gets it."""

    agency: str
    purpose: str
    evidence: str
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An engine: how it is built for some agreements, and what it doesn't guarantee besides what no engine here does."""

    name: str
    package: str
    build: Callable[[Sequence[Version]], Callable[[Asked], bool]]
    lacks: str

    @property
    def is_here(self) -> bool:
        """Whether it is installed."""
        return find_spec(self.package) is not None


def use_folder() -> None:
    """Let the engines be imported, after everything of ours."""
    if FOLDER.is_dir() and str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))


def _cedar(versions: Sequence[Version]) -> Callable[[Asked], bool]:
    cedarpy: Any = import_module("cedarpy")
    policies = cedarpy.PolicySet.from_str("\n".join(map(_cedar_policy, versions)))
    entities = cedarpy.Entities.from_json_str("[]")

    def ask(asked: Asked) -> bool:
        request = {
            "principal": {"type": "Agency", "id": asked.agency},
            "action": {"type": "Action", "id": "ask"},
            "resource": {"type": "Records", "id": "all"},
            "context": {
                "purpose": asked.purpose,
                "evidence": asked.evidence,
                "columns": list(asked.columns),
                "filters": list(asked.filters),
                "at": asked.at,
            },
        }
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    return ask


def _cedar_policy(version: Version) -> str:
    purposes = " || ".join(
        f'(context.purpose == "{purpose.code}" && context.evidence == "{purpose.evidence}")' for purpose in version.purposes
    )
    return (
        f'permit(principal == Agency::"{version.agency.id}", action == Action::"ask", resource) when {{ ({purposes}) && '
        f"{json.dumps(sorted(version.scope.columns))}.containsAll(context.columns) && "
        f"{json.dumps(sorted(version.scope.filters))}.containsAll(context.filters) && "
        f"context.at >= {version.term.start} && context.at < {version.term.end} }};"
    )


_CASBIN = """
[request_definition]
r = agency, purpose, evidence, ask
[policy_definition]
p = agency, purpose, evidence, terms
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.agency == p.agency && r.purpose == p.purpose && r.evidence == p.evidence && within(r.ask, p.terms)
"""


def _casbin(versions: Sequence[Version]) -> Callable[[Asked], bool]:
    casbin: Any = import_module("casbin")
    terms: Mapping[str, Version] = {version.hash: version for version in versions}

    def within(asked: Asked, named: str) -> bool:
        version = terms[named]
        return (
            version.scope.columns.issuperset(asked.columns)
            and version.scope.filters.issuperset(asked.filters)
            and version.term.start <= asked.at < version.term.end
        )

    with tempfile.NamedTemporaryFile("w", suffix=".conf") as model:
        model.write(_CASBIN)
        model.flush()
        enforcer = casbin.Enforcer(model.name)
    enforcer.add_policies(
        [[one.agency.id, purpose.code, purpose.evidence, one.hash] for one in versions for purpose in one.purposes]
    )
    enforcer.add_function("within", within)
    return lambda asked: bool(enforcer.enforce(asked.agency, asked.purpose, asked.evidence, asked))


def _vakt(versions: Sequence[Version]) -> Callable[[Asked], bool]:
    vakt: Any = import_module("vakt")
    rules: Any = import_module("vakt.rules")
    storage = vakt.MemoryStorage()
    for version in versions:
        for purpose in version.purposes:
            storage.add(
                vakt.Policy(
                    f"{version.hash}-{purpose.code}",
                    effect=vakt.ALLOW_ACCESS,
                    subjects=[{"agency": rules.Eq(version.agency.id)}],
                    actions=[{"purpose": rules.Eq(purpose.code), "evidence": rules.Eq(purpose.evidence)}],
                    resources=[
                        {"columns": rules.AllIn(*version.scope.columns), "filters": rules.AllIn(*version.scope.filters)}
                    ],
                    context={"at": rules.And(rules.GreaterOrEqual(version.term.start), rules.Less(version.term.end))},
                )
            )
    guard = vakt.Guard(storage, vakt.RulesChecker())

    def ask(asked: Asked) -> bool:
        return bool(
            guard.is_allowed_check(
                vakt.Inquiry(
                    subject={"agency": asked.agency},
                    action={"purpose": asked.purpose, "evidence": asked.evidence},
                    resource={"columns": list(asked.columns), "filters": list(asked.filters)},
                    context={"at": asked.at},
                )
            )
        )

    return ask


def _py_abac(versions: Sequence[Version]) -> Callable[[Asked], bool]:
    py_abac: Any = import_module("py_abac")
    memory: Any = import_module("py_abac.storage.memory")
    storage = memory.MemoryStorage()
    for version in versions:
        for purpose in version.purposes:
            storage.add(py_abac.Policy.from_json(_abac_policy(version, purpose.code, purpose.evidence)))
    decides = py_abac.PDP(storage)

    def ask(asked: Asked) -> bool:
        request = py_abac.AccessRequest.from_json(
            {
                "subject": {"id": "", "attributes": {"agency": asked.agency}},
                "resource": {"id": "", "attributes": {"columns": list(asked.columns), "filters": list(asked.filters)}},
                "action": {"id": "", "attributes": {"purpose": asked.purpose, "evidence": asked.evidence}},
                "context": {"at": asked.at},
            }
        )
        return bool(decides.is_allowed(request))

    return ask


def _abac_policy(version: Version, purpose: str, evidence: str) -> dict[str, Any]:
    def equals(value: str) -> dict[str, Any]:
        return {"condition": "Equals", "value": value}

    def among(values: frozenset[str]) -> dict[str, Any]:
        return {"condition": "AllIn", "values": sorted(values)}

    def number(condition: str, value: int) -> dict[str, Any]:
        return {"condition": condition, "value": value}

    return {
        "uid": f"{version.hash}-{purpose}",
        "description": "",
        "effect": "allow",
        "rules": {
            "subject": {"$.agency": equals(version.agency.id)},
            "resource": [{"$.columns": among(version.scope.columns), "$.filters": among(version.scope.filters)}],
            "action": [{"$.purpose": equals(purpose), "$.evidence": equals(evidence)}],
            "context": {
                "$.at": {
                    "condition": "AllOf",
                    "values": [number("Gte", version.term.start), number("Lt", version.term.end)],
                }
            },
        },
        "targets": {},
        "priority": 0,
    }


PEERS: tuple[Peer, ...] = (
    Peer(
        name="cedarpy",
        package="cedarpy",
        build=_cedar,
        lacks="names the policy that permitted, not why none did; its own engine (Rust) is faster than through this binding",
    ),
    Peer(
        name="casbin",
        package="casbin",
        build=_casbin,
        lacks="says yes or no; the columns and the term are judged by a function of ours",
    ),
    Peer(name="vakt", package="vakt", build=_vakt, lacks="says yes or no"),
    Peer(name="py-abac", package="py_abac", build=_py_abac, lacks="says yes or no"),
)
