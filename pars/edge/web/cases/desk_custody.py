"""What the custodian does on a case: release or say why not, holds, immigration papers and their four answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.actions import releasing
from pars.core.cases.detainer_rules import ANSWERS, CONVICTIONS_HERE, rule_at
from pars.core.cases.detainers import answers_by, matter_stage, undecided_detainers
from pars.core.cases.holds import HOLD_KINDS, open_holds
from pars.edge.web.cases.desk import Panel
from pars.edge.web.cases.telling import ANSWER
from pars.edge.web.panel import from_list, one_of, paper_form, prose, text
from pars.edge.web.typed import TimeField, now_typed, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.actions.disclosing import CaseShown
    from pars.edge.web.seat import Seat

FORMS = (("I-247A", "Immigration detainer (I-247A)"), ("NOTICE_REQUEST", "Request for notice of release"))
PAPERS = (
    ("NONE", "No warrant came with it"),
    ("ADMINISTRATIVE", "Administrative warrant (I-200, I-205): signed by an officer"),
    ("JUDICIAL", "Judicial warrant: signed by a judge of a court"),
)
CONVICTION = {"F1_VIOLENT": "First-degree felony involving violence", "F2_VIOLENT": "Second-degree felony involving violence"}
OPEN = frozenset({"RELEASED", "HISTORY"})


class Release(Panel):
    """Acknowledge that the person went free, or say why that can't be done yet."""

    slug = "release"
    act = "release:acknowledge"
    steps = frozenset({"RELEASE"})
    title = "Release"
    button = "Acknowledge"
    done = "Acknowledged."
    template = "web/panels/release.html"

    released = one_of("What happened", (("yes", "The person went free"), ("no", "Not yet, because:")))
    reason = text("Why not yet", hint="Whoever answers for it sees this.")
    time = TimeField(
        label="Went free at", required=False, clock=True, help_text="Only where it is told later: like 11/23/2026 14:05"
    )
    form = paper_form()

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        return releasing.acknowledge_release(
            case_id=case_id,
            released=self.cleaned_data["released"] == "yes",
            reason=self.cleaned_data["reason"],
            by=seat.by,
            **self.common,
            **self.values("time", "form"),
        )


class Detainer(Panel):
    """Answer an immigration paper: hold, notice, hand-over, access, each as the rule in force says."""

    slug = "detainer"
    act = "detainer:decide"
    steps = frozenset({"DETAINER"})
    title = "Answer the immigration paper"
    button = "Answer so"
    done = "Answered. An undecided or declined paper delays no release."
    template = "web/panels/detainer.html"
    aliases: ClassVar[Mapping[str, str]] = dict.fromkeys((*ANSWERS, "owner", "decider"), "reason")

    detainer = forms.IntegerField(widget=forms.HiddenInput)
    hold = forms.CharField(widget=forms.HiddenInput)
    notice = forms.CharField(widget=forms.HiddenInput)
    hand_over = forms.CharField(widget=forms.HiddenInput)
    access = forms.CharField(widget=forms.HiddenInput)
    reason = prose("Reason", needed=True, rows=2)

    def show(self, shown: CaseShown) -> None:
        """Fill in what the rule in force answers to the oldest paper that waits."""
        waiting = undecided_detainers(shown.case)
        if not waiting:
            return
        self.rule, self.paper = rule_at(shown.at, shown.case.rules), waiting[0]
        answers = answers_by(self.rule, self.paper, matter_stage(shown.case))
        self.initial.update({"detainer": self.paper.n, **answers})
        self.answers = [(name.replace("_", "-").capitalize(), ANSWER[answers[name]]) for name in ANSWERS]
        self.form_says, self.paper_says = dict(FORMS)[self.paper.form], dict(PAPERS)[self.paper.paper]

    @classmethod
    def anew(cls, data: Any, shown: CaseShown) -> Panel:
        """Return the form with the reason kept and the answers of the rule as it is now."""
        kept = data.copy()
        fresh = cls(shown=shown)
        for name in ("seen", "known", "detainer", *ANSWERS):
            kept[f"{cls.slug}-{name}"] = str(fresh.initial.get(name, ""))
        return cls(kept, shown=shown)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record the four answers."""
        return releasing.decide_detainer(
            case_id=case_id, by=seat.by, **self.common, **self.values("detainer", *ANSWERS, "reason")
        )


class Paper(Panel):
    """Record an immigration paper that came. That alone changes nobody's release."""

    slug = "paper"
    act = "detainer:receive"
    title = "An immigration paper came"
    lede = "Recording it changes nothing about the release. It is answered by the rule in force."
    button = "Record the paper"
    done = "Recorded. It holds nobody until it is answered."

    form = one_of("What it is", FORMS)
    paper = one_of("What came with it", PAPERS)
    issuing_office = text("Office that issued it", needed=True)
    signer = text("Signed by")
    court = text("Court", hint="For a judicial warrant.")
    confirmed_by = text("Confirmed with the court by", hint="A second person, for a judicial warrant or a conviction.")
    conviction = from_list("Conviction in this matter", [("", "None"), *CONVICTION.items()])
    received = TimeField(label="Received", clock=True)

    def show(self, shown: CaseShown) -> None:
        """Begin with now."""
        assert set(CONVICTION) == set(CONVICTIONS_HERE)
        self.initial["received"] = now_typed(shown.at)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Record it."""
        names = ("form", "paper", "issuing_office", "signer", "court", "confirmed_by", "conviction", "received")
        return releasing.receive_detainer(case_id=case_id, by=seat.by, **self.common, **self.values(*names))

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether the person is still in custody."""
        return shown.stage not in OPEN


class Hold(Panel):
    """Lodge what may keep the person besides this case."""

    slug = "hold"
    act = "hold:lodge"
    title = "Lodge a hold"
    lede = "Only what the law knows holds anybody, by a named authority, and each lapses or is reviewed."
    button = "Lodge the hold"
    done = "Lodged. The case says when it lapses or must be reviewed."

    kind = from_list("Kind", [("", "—"), *[(code, kind.label) for code, kind in HOLD_KINDS.items()]], needed=True)
    authority = text("Authority", needed=True, hint="Who lodged it: the court, the board, the judge.")
    reference = text("Its number")
    lodged = TimeField(label="Lodged", clock=True)
    lapses = TimeField(label="Ends, if the paper says so", required=False)

    def show(self, shown: CaseShown) -> None:
        """Begin with now."""
        self.initial["lodged"] = now_typed(shown.at)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Lodge it."""
        return releasing.lodge_hold(
            case_id=case_id, by=seat.by, **self.common, **self.values("kind", "authority", "reference", "lodged", "lapses")
        )

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether the person is still in custody."""
        return shown.stage not in OPEN


class Lift(Panel):
    """Lift a hold, with the reason."""

    slug = "lift"
    act = "hold:lift"
    title = "Lift a hold"
    button = "Lift the hold"
    done = "Lifted."

    hold = one_of("Which hold", ())
    reason = text("Reason", needed=True, hint="Withdrawn, served, decided.")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.shown is None and data is not None:
            given = data.get(f"{self.slug}-hold", "")
            self.fields["hold"].choices = [(given, given)] if number_in(given) is not None else []  # type: ignore[attr-defined]

    def show(self, shown: CaseShown) -> None:
        """List the open holds."""
        found = open_holds(shown.case, shown.at)
        self.fields["hold"].choices = [  # type: ignore[attr-defined]
            (str(hold.fact.n), f"{hold.kind.label}, by {hold.fact.authority}") for hold in found
        ]
        if len(found) == 1:
            self.initial["hold"] = str(found[0].fact.n)

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Lift it."""
        found = self.cleaned_data
        return releasing.lift_hold(case_id=case_id, hold=int(found["hold"]), reason=found["reason"], by=seat.by, **self.common)

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether there is a hold to lift."""
        return bool(open_holds(shown.case, shown.at))
