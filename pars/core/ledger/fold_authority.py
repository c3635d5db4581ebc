"""The part of the fold that reads acts about authority: grants, clients, named users, agreements and what follows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pars.core.access.purposes import was_listed
from pars.core.access.role import Grant
from pars.core.agreements.acts import Who, Withdraw
from pars.core.agreements.agreement import NameUser, Propose, RemoveUser, apply, conflicts
from pars.core.agreements.version import read_version
from pars.core.ledger.state import Impossible, Step
from pars.core.owners.votes import vote_in
from pars.core.terms import Period, Refusal

if TYPE_CHECKING:
    from pars.core.agreements.acts import Act
    from pars.core.ledger.entries import Entry


ABOUT = ("nonrenewal", "result")
"""What a notice can be about; one that doesn't say is of a result."""


def grant_given(step: Step) -> None:
    """A person holds one of the roles that the ledger was opened with."""
    detail = step.entry.detail
    role = step.opening.roles.get(detail["role"])
    if role is None:
        raise Impossible("UNKNOWN_ROLE", "the role is none of those that the ledger was opened with")
    if detail["grant"] in step.state.grants:
        raise Impossible("GRANT_TWICE", "there is a grant of that name already")
    end = detail.get("end")
    if end is not None and end <= detail["start"]:
        raise Impossible("PERIOD", "the grant ends before it starts")
    grant = Grant(id=detail["grant"], person=detail["person"], role=role, period=Period(detail["start"], end))
    step.state.grants[grant.id] = grant


def grant_removed(step: Step) -> None:
    """The grant's period ends here."""
    name, at = step.entry.detail["grant"], step.entry.at
    grant = step.state.grants.get(name)
    if grant is None or (grant.period.end is not None and grant.period.end <= at):
        raise Impossible("NO_GRANT", "there is no such grant to remove, or it has ended")
    step.state.grants[name] = replace(grant, period=Period(grant.period.start, at))


def client_bound(step: Step) -> None:
    """An agency's system may ask under one of the agency's agreements."""
    client, name, agency = (step.entry.detail[field] for field in ("client", "agreement", "agency"))
    if step.agreement(name).agency != agency:
        raise Impossible("OTHER_AGENCY", "the agreement is with another agency than the client's")
    if (client, name) in step.state.clients:
        raise Impossible("CLIENT_TWICE", "the client is bound to this agreement already")
    step.state.clients[client, name] = agency


def client_unbound(step: Step) -> None:
    """It may no longer."""
    if step.state.clients.pop((step.entry.detail["client"], step.entry.detail["agreement"]), None) is None:
        raise Impossible("CLIENT_NOT_BOUND", "the client isn't bound to this agreement")


def proposed(step: Step) -> None:
    """A version is put before the owners; its text must be there, be readable and clash with no other agreement."""
    detail = step.entry.detail
    # The parties signed the instant of the end: this machine's zone rules, which may be newer, don't move it.
    version = read_version(step.text(detail["version"], "the proposed version"), resolve=False)
    if isinstance(version, Refusal):
        raise Impossible("TEXT_UNREADABLE", f"the text of the proposed version is none: {version.says}")
    if (version.agreement, version.agency.id) != (detail["agreement"], detail["agency"]):
        raise Impossible("OTHER_AGREEMENT", "the proposed text is of another agreement or agency than the entry says")
    if unknown := [purpose.code for purpose in version.purposes if not was_listed(purpose)]:
        raise Impossible("UNLISTED_PURPOSE", f"the version's purpose {unknown[0]} stands on no list in these words")
    refusal = conflicts(version, step.state.agreements.values(), step.entry.at)
    if refusal is not None:
        raise Impossible(refusal.code, f"the version could not be proposed: {refusal.says}")
    apply_act(step, Propose(version))


def voted(step: Step) -> None:
    """A seat's signed vote, cast by somebody of that owner; the reason that it names is there to read."""
    detail = step.entry.detail
    if "why" in detail:
        step.text(detail["why"], "the reason")
    if step.grant().role.owner != detail["seat"]:
        raise Impossible("OTHER_SEAT", "the vote was cast by somebody whose role is another owner's")
    apply_act(step, vote_in(detail, text="version"))


def withdrawn(step: Step) -> None:
    """A proposal was taken back by the owner whose people made it."""
    apply_act(step, Withdraw(step.entry.detail["version"]))


def user_named(step: Step) -> None:
    """A person of the agency may ask."""
    detail = step.entry.detail
    apply_act(step, NameUser(detail["person"], detail.get("end"), tuple(detail.get("holds", ()))))


def user_removed(step: Step) -> None:
    """That person may no longer, and their hooks under the agreement are gone for good."""
    detail, hooks = step.entry.detail, step.state.hooks
    apply_act(step, RemoveUser(detail["person"]))
    theirs = f"agreement:{detail['agreement']}", detail["person"]
    for entry in [entry for entry, hook in hooks.items() if (hook.authority, hook.person) == theirs]:
        del hooks[entry]


def apply_act(step: Step, act: Act) -> None:
    """Add the act as the gate did, through the same function."""
    name, opening = step.entry.detail["agreement"], step.opening
    outcome = apply(
        step.state.agreements.get(name),
        act,
        by=who_in(step),
        charter=step.charter,
        at=step.entry.at,
        entry=step.entry.id,
        origin=opening.origin,
        verify=step.verify,
    )
    if isinstance(outcome, Refusal):
        raise Impossible(outcome.code, f"{step.entry.kind.dotted} could not be done: {outcome.says}")
    step.state.agreements[name] = outcome


def who_in(step: Step) -> Who:
    """Return who acts in the entry, with the owner whose people hold the grant."""
    by = step.entry.by
    owner = step.grant().role.owner if by.authority.startswith("grant:") else ""
    return Who(by.person, by.authority, owner)


def end_noted(step: Step) -> None:
    """A version's end has passed."""
    ended = step.entry.detail["ended"]
    proposal = step.agreement(step.entry.detail["agreement"]).proposal(step.entry.detail["version"])
    if proposal is None or proposal.version.term.end != ended:
        raise Impossible("NOT_ITS_END", "the version has another end than the note says, or was never proposed")
    if step.entry.at < ended:
        raise Impossible("END_TOO_EARLY", "the end is noted before it came")


def report_made(step: Step) -> None:
    """The record of use of a time that is over, as it was put before the owners."""
    check_past(step.entry)
    step.text(step.entry.detail["report"], "the use report")
    step.state.reports[step.entry.id] = step.agreement(step.entry.detail["agreement"]).id


def notice_served(step: Step) -> None:
    """The public notice of a version's result, or that it won't be renewed: that one is served, with what proves the service."""
    detail = step.entry.detail
    if detail.get("about", "result") not in ABOUT:
        raise Impossible("UNKNOWN_NOTICE", "a notice is of a result, or that an agreement won't be renewed")
    if detail.get("about") == "nonrenewal" and not {"channel", "proof"} <= detail.keys():
        raise Impossible("NO_PROOF", "a notice that an agreement won't be renewed says how it was served and what proves it")
    if step.agreement(step.entry.detail["agreement"]).proposal(step.entry.detail["version"]) is None:
        raise Impossible("UNKNOWN_VERSION", "the notice is of a version that was never proposed")
    step.text(step.entry.detail["notice"], "the public notice")


def check_past(entry: Entry) -> None:
    """Refuse an entry that tells of a time that is empty or not over."""
    if not entry.detail["start"] < entry.detail["end"] <= entry.at:
        raise Impossible("PERIOD", "it tells of a time that is empty, or not over")
