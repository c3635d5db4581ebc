"""Tries a question on two versions: whether each would allow it, and why not. No record is read and nothing is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.core.access.catalogue import CATALOGUE
from pars.core.access.decision import Permit
from pars.core.access.explain import LABELS, condition
from pars.core.access.predicate import All
from pars.core.access.purposes import EXAMPLES, PURPOSES
from pars.core.access.question import read_question
from pars.core.agreements.trial import trial
from pars.core.terms import Refusal
from pars.edge.web.agencies.asking import label
from pars.edge.web.agencies.why import ladder
from pars.edge.web.agreements.draft_form import HOW_SAID, compared_columns
from pars.edge.web.agreements.draft_text import Line, leaf_of
from pars.edge.web.agreements.try_words import EVIDENCE, WORDS
from pars.edge.web.panel import Form, any_of, from_list, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django import forms
    from django.http import HttpRequest

    from pars.core.access.explain import Language
    from pars.core.access.question import Question
    from pars.core.agreements.version import Version
    from pars.core.terms import Instant

LINES = 2
HOWS = ("is", "one_of", "from", "before")
PLACES = {"columns": "columns", "evidence": "evidence", "purpose": "purpose"}


class Trial(Form):
    """A question as somebody might ask it: any purpose of the list, any column, also those that nobody granted."""

    def __init__(self, data: Any = None, *, version: Version, language: Language = "en", **options: Any) -> None:
        first, w = version.purposes[0], WORDS[language]
        start = {"purpose": first.code, "evidence": first.evidence}
        super().__init__(data, **{"prefix": "try", "initial": start, **options})
        purposes = [(one.code, one.says.get(language, one.says["en"])) for one in PURPOSES]
        kinds = [("", w["no evidence"]), *[(kind, EVIDENCE[language][kind]) for kind in EXAMPLES]]
        made: dict[str, forms.Field] = {
            "purpose": from_list(w["purpose"], purposes, needed=True),
            "evidence": from_list(w["evidence"], kinds, hint=w["invented"]),
            "columns": any_of(w["columns"], [(one.name, label(one.name, language=language)) for one in CATALOGUE], needed=True),
        }
        for n in range(LINES):
            made |= {
                f"row{n}_column": from_list(w["column n"].format(n + 1), [("", "—"), *compared_columns(language)]),
                f"row{n}_how": from_list(w["how n"].format(n + 1), [(how, HOW_SAID[language][how]) for how in HOWS]),
                f"row{n}_value": text(w["value n"].format(n + 1), max_length=200),
            }
        for name, field in made.items():
            self._dress(field)
            self.fields[name] = field
        self.speak(language)

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields of each condition."""
        return [(self[f"row{n}_column"], self[f"row{n}_how"], self[f"row{n}_value"]) for n in range(LINES)]

    def question(self) -> Question | None:
        """Return the question, or None with its faults told."""
        if not self.is_valid():
            return None
        found = self.cleaned_data
        rows = [tuple(found.get(f"row{n}_{part}") for part in ("column", "how", "value")) for n in range(LINES)]
        placed = [
            (n, Line(column=column, how=how or "is", value=value))
            for n, (column, how, value) in enumerate(rows)
            if column and value
        ]
        asked: dict[str, Any] = {
            "purpose": found["purpose"],
            "columns": found["columns"],
            "where": [leaf_of(line) for _, line in placed],
        }
        if found["evidence"]:
            asked["evidence"] = {"kind": found["evidence"], "value": EXAMPLES[found["evidence"]]}
        read = read_question(asked)
        if not isinstance(read, Refusal):
            return read
        place = next(iter(read.names), "").strip("/").split("/")
        at = placed[int(place[1])][0] if place[0] == "where" and len(place) > 1 else 0
        says = f"{read.says.partition(': ')[2]} {read.remedy}".strip()
        self.add_error(PLACES.get(place[0], f"row{at}_value"), WORDS[self.spoken]["as said"].format(says))
        return None


def trial_parts(
    request: HttpRequest, versions: tuple[Version, Version], at: Instant, language: Language = "en"
) -> dict[str, Any]:
    """Return the form that tries a question, and what came of one that was sent."""
    form = Trial(request.POST if request.method == "POST" else None, version=versions[-1], language=language)
    question = form.question() if form.is_bound else None
    return {
        "trial": form,
        "faults": form.faults if form.is_bound else [],
        "t": WORDS[language],
        "trials": trials(question, dict.fromkeys(versions), at, language) if question is not None else (),
    }


def trials(question: Question, versions: Iterable[Version], at: Instant, language: Language = "en") -> list[dict[str, Any]]:
    """Return what each version would say of the question."""
    return [{"version": version, **_said(trial(version, question, at), version, language)} for version in versions]


def _said(outcome: Permit | Refusal, version: Version, language: Language) -> dict[str, Any]:
    w = WORDS[language]
    if isinstance(outcome, Refusal):
        return {
            "allowed": False,
            "head": w["refused"].format(version.number),
            "says": outcome.says,
            "remedy": outcome.remedy,
            "code": outcome.code,
            "ladder": ladder(outcome.code, language),
        }
    conditions = outcome.where.parts if isinstance(outcome.where, All) else (outcome.where,)
    return {
        "allowed": True,
        "head": w["allowed"].format(version.number),
        "shown": w["shown"].format(
            ", ".join(LABELS[language][name] for name in outcome.columns),
            w["record" if outcome.limit == 1 else "records"].format(outcome.limit),
        ),
        "where": [condition(part, language) for part in conditions],
    }
