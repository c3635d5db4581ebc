"""Whether the person is an adult in law, by the dates and by how the doubts about them were settled.

A possible minor is off the adult path until a person settles it with a reason (42 Pa.C.S. §§ 6302, 6308): no complaint is
signed and no arraignment held. Contradictory times only make the age unknown to outsiders, since no scope admits an unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pars.core.cases.doubts import AGE_DOUBTS, act_times, births, named_otherwise, open_doubts, settle
from pars.core.cases.facts import DirectlyCharged, DoubtResolved, SentToJuvenile
from pars.core.terms import Refusal

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.cases.doubts import Settled


@dataclass(frozen=True, slots=True)
class Age:
    """Whether the person is an adult in law. `adult` None: unknown, so no outside scope admits the case.

    `blocks` says that the adult path must stop: the person may be, or is, a child.
    """

    adult: bool | None
    blocks: bool
    says: str

    @property
    def child(self) -> bool:
        """Return whether the person is a child in law whose matter isn't for the adult path."""
        return self.blocks and self.adult is False


def age(case: Case) -> Age:
    """Return what is known of the person's age at the act, doubts and their settlement included.

    42 Pa.C.S. § 6302: what counts is the age when the act was committed. A charge without an offense date is taken to be
    of its arrest's time.
    """
    if sent_to_juvenile(case) is not None:
        return Age(False, blocks=True, says="Sent to the juvenile court. Not for the adult path.")
    known = _age_known(case)
    if known.blocks and case.latest(DirectlyCharged) is not None:
        return Age(False, blocks=False, says="Under 18 and charged directly as an adult: closed to outsiders.")
    return known


def sent_to_juvenile(case: Case) -> SentToJuvenile | None:
    """Return the court's decision that sent the matter to the juvenile court, if there is one."""
    return case.latest(SentToJuvenile)


def _age_known(case: Case) -> Age:
    """Return what dates and answers say of the age. An answer that was given before prints named somebody else is of that other one."""
    since = named_otherwise(case)
    answers = [d.adult for d in case.current(DoubtResolved) if d.adult is not None and d.n > since]
    open_codes = {doubt.code for doubt in open_doubts(case)}
    if open_codes & {"POSSIBLE_MINOR", "BIRTH_DATE_UNKNOWN"}:
        if open_codes & AGE_DOUBTS == {"POSSIBLE_MINOR"} and _at_acts(case) == {"CHILD"}:
            return Age(False, blocks=True, says="Under 18 at the time of the act, by the dates. Not for the adult path.")
        return Age(None, blocks=True, says="Age unresolved: the person may have been under 18 at the time of the act.")
    if answers:
        if answers[-1]:
            return Age(True, blocks=False, says="Adult: a person settled the doubt.")
        return Age(False, blocks=True, says="A child in law: a person settled the doubt. Not for the adult path.")
    if "CONTRADICTORY_TIMES" in open_codes:
        return Age(None, blocks=False, says="Age unresolved for outsiders: the recorded times contradict each other.")
    if _at_acts(case) == {"ADULT"}:
        return Age(True, blocks=False, says="Adult at the time of the act.")
    return Age(None, blocks=True, says="Age unresolved: no source states a time to count the age from.")


def _at_acts(case: Case) -> set[Settled]:
    """Return what the dates settle about the age, over all times of acts."""
    return {settle(born, time) for _, born in births(case) for _, time in act_times(case)}


def refuse_child(case: Case) -> Refusal | None:
    """Return the refusal of a step on the adult path while the person may be, or is, a child; None for an adult."""
    known = age(case)
    if not known.blocks:
        return None
    if known.adult is False:
        return Refusal(
            code="CHILD",
            says="The person is a child in law; this is not for the adult path.",
            remedy="Hand the matter to the juvenile authorities (42 Pa.C.S. ch. 63).",
        )
    return Refusal(
        code="AGE_UNRESOLVED",
        says="Age unresolved: the person may have been under 18 at the time of the act.",
        remedy="The police, or anyone who knows, settle the doubt with a reason; then go on.",
    )
