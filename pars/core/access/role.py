"""What staff hold: a role is a text of the owners, a grant gives it to one person for a period.

A role's text says in which capacity its holder acts, which acts it allows and what may be read. The ledger names it by its
hash, so that a role never changes under the people who hold it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from pars.core.access.catalogue import CATALOGUE, Column
from pars.core.access.scope import Scope, read_scope
from pars.core.document import WORD, Misread, Node, read
from pars.core.terms import Instant, Period, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTS = frozenset(
    {
        "case:book", "case:read", "case:submit", "case:correct", "document:receive", "identity:verify", "person:link",
        "flag:record", "consular:record", "juvenile:send",
        "charge:decide", "charge:report", "complaint:cosign", "complaint:file", "complaint:sign", "offenses:load",
        "interview:record", "worksheet:read",
        "hearing:hold", "release:order", "bail:post",
        "case:call", "docket:enter", "order:serve", "session:close", "calendar:load",
        "defense:list", "defense:read", "defense:claim", "defense:attend", "account:read", "police:release", "paper:number", "hold:lodge", "hold:lift", "detainer:receive", "detainer:decide", "release:acknowledge", "custody:report",
        "question:approve", "emergency:review", "agreement:propose", "agreement:vote", "agreement:reply", "report:make", "notice:serve", "end:note", "limit:note",
        "user:name", "client:bind", "grant:give", "ledger:read", "text:propose", "text:vote",
        "recipient:list", "recipient:tell", "shift:hand", "order:record", "order:carry_out", "record:preserve",
    }
)  # fmt: skip
"""Every act that a role can allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What one role's text says. `owner` is the seat whose people hold it; `capacity` is what a signature says they are."""

    hash: str
    name: str
    owner: str
    label: Mapping[str, str] = field(hash=False)
    capacity: str
    acts: frozenset[str]
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A person holds a role for a period. A removal ends the period."""

    id: str
    person: str
    role: Role
    period: Period


def read_role(text: bytes, catalogue: tuple[Column, ...] = CATALOGUE) -> Role | Refusal:
    """Return the role whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> Role:
        parts = node.fields({"v", "name", "owner", "label", "capacity", "acts", "scope"})
        parts["v"].whole(1, 1)
        scope = read_scope(parts["scope"].value, catalogue, parts["scope"].place)
        if isinstance(scope, Refusal):
            raise Misread(scope)
        return Role(
            hash=sha256(text).hexdigest(),
            name=parts["name"].text(WORD),
            owner=parts["owner"].text(WORD),
            label=parts["label"].said(),
            capacity=parts["capacity"].text(most=120),
            acts=frozenset(parts["acts"].words(ACTS, "UNKNOWN_ACT")),
            scope=scope,
        )

    return read(text, reader)


def may(grant: Grant, act: str, at: Instant) -> Refusal | None:
    """Return why the grant doesn't allow the act at `at`; None where it does."""
    if at < grant.period.start:
        return Refusal(code="GRANT_NOT_YET", says="This grant hasn't begun.")
    if not grant.period.covers(at):
        return Refusal(code="GRANT_ENDED", says="This grant has ended.", remedy="Ask whoever gives grants at your office.")
    if act not in grant.role.acts:
        return Refusal(
            code="NOT_YOUR_ACT",
            says=f"The role {grant.role.label['en']} doesn't allow this act.",
            remedy="Ask a colleague whose role does.",
            names=(act,) if act in ACTS else (),
        )
    return None
