"""What pretrial services do: begin, save, check and record the interview; work out the worksheet, sign it and send it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pars.actions.beats import on_case
from pars.core import canonical
from pars.core.cases import pretrial, worksheet_signing
from pars.core.cases.case import Change
from pars.core.cases.guidelines import Guideline, guideline_on, read_guideline
from pars.core.terms import Refusal, moment
from pars.store import connections, governance, ledger

if TYPE_CHECKING:
    from pars.core.cases.case import Case
    from pars.core.ledger.entries import By
    from pars.core.terms import Instant
    from pars.store.ledger import Acting, Done, Refused
    from pars.store.replays import Once

ZONE = "America/New_York"
"""The court's clock: a guideline is in force on its civil days."""

SHIPPED = Path(str(files("pars") / "config" / "city" / "guidelines"))

InForce: TypeAlias = "Guideline | Refusal | None"


def begin_interview(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Begin the interview, after the script was read (`pretrial.begin_interview` names the parts)."""
    return _interview(case_id, by, once, lambda case, _: pretrial.begin_interview(case, seen, **parts))


def postpone_interview(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Put the interview off, with the reason."""
    return _interview(case_id, by, once, lambda case, _: pretrial.postpone_interview(case, seen, **parts))


def save_answers(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Save answers as they come, and the interviewer's note."""
    return _interview(case_id, by, once, lambda case, _: pretrial.save_answers(case, seen, **parts))


def name_reference(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Name somebody who may confirm what the person says."""
    return _interview(case_id, by, once, lambda case, _: pretrial.name_reference(case, seen, **parts))


def verify_answer(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Record what became of checking one answer."""
    return _interview(case_id, by, once, lambda case, _: pretrial.verify_answer(case, seen, **parts))


def record_interview(*, case_id: str, seen: int, by: By, once: Once | None = None, **parts: Any) -> Done | Refused:
    """Record how the interview ended, and the answers (`pretrial.record_interview` names them); an answer left out was not given."""
    return _interview(case_id, by, once, lambda case, _: pretrial.record_interview(case, seen, **parts))


def sign_worksheet(
    *, case_id: str, seen: int, choice: worksheet_signing.Choice, text_sha256: str, by: By, once: Once | None = None
) -> Done | Refused:
    """Sign the worksheet whose canonical text has this hash. The caller has had the password given again.

    The guideline's text is kept under its hash beside it, so that what was worked by stays there to be read.
    """

    def rule(case: Case | None, acting: Acting) -> Change | Refusal:
        texts = _texts()
        guideline = _in_force(texts, acting.at)
        if isinstance(guideline, Refusal):
            return guideline
        outcome = worksheet_signing.sign_worksheet(
            case, seen, guideline=guideline, choice=choice, text_sha256=text_sha256, signer=by.person
        )
        if isinstance(outcome, Change) and guideline is not None:
            governance.save_text(texts[guideline.sha256])
        return outcome

    return _interview(case_id, by, once, rule)


def guideline() -> InForce:
    """Return the guideline in force now, or why one of the home's own can't be read; None where none is in force."""
    with ledger.reading() as at:
        return _in_force(_texts(), at)


def _interview(case_id: str, by: By, once: Once | None, rule: Any) -> Done | Refused:
    return on_case("interview:record", case_id=case_id, by=by, once=once, rule=rule)


# ---------------------------------------------------------------- guidelines: those that ship, and the home's own


def _files() -> list[Path]:
    own = connections.home() / "guidelines"
    return sorted(
        (path for folder in (SHIPPED, own) if folder.is_dir() for path in folder.glob("*.json")),
        key=lambda path: (path.parent == own, path.name),
    )


def _texts() -> dict[str, bytes]:
    """Return every guideline's canonical text by its hash; a file that is none stands under its name, to be refused by it."""
    found = {}
    for path in _files():
        try:
            text = canonical.write(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            text = b""
        read = read_guideline(text)
        found[read.sha256 if isinstance(read, Guideline) else path.name] = text
    return found


def _in_force(texts: dict[str, bytes], at: Instant) -> InForce:
    """Return the guideline of a day. One that can't be read stops the worksheet, and nothing else: no other one takes its place unseen."""
    read = {name: read_guideline(text) for name, text in texts.items()}
    for name, one in read.items():
        if isinstance(one, Refusal):
            return Refusal(
                code="GUIDELINE_UNREADABLE",
                says=f"The guideline file {name} can't be read: {one.says}",
                remedy="The operator mends the file in the home's folder `guidelines` or takes it away.",
            )
    return guideline_on([one for one in read.values() if isinstance(one, Guideline)], moment(at, ZONE).date())
