"""Silence is called so at its own instant, by the rule of its day, and of nothing that has no rule."""

from __future__ import annotations

import pytest

from pars.core.cases import silence as module
from pars.core.cases.silence import QUIET_RULES, SIGNS, Heard, QuietRule, silence
from pars.core.cases.waiting import DESKS
from pars.core.terms import HOUR, Instant, Period
from tests.cases import NOW


@pytest.mark.parametrize("rule", QUIET_RULES, ids=lambda rule: rule.of)
def test_it_is_silence_once_the_usual_hours_are_over(rule: QuietRule) -> None:
    heard = Heard(source=rule.of, of=rule.of, since=NOW, lately=(NOW,), waiting=3)
    end = Instant(NOW + rule.hours * HOUR)
    assert silence(heard, Instant(end - 1)) is None
    found = silence(heard, end)
    assert found is not None
    assert (found.since, found.hours, found.lately, found.waiting) == (NOW, rule.hours, (NOW,), 3)
    assert found.feed is (rule.of not in DESKS)


def test_what_has_no_rule_is_never_silent() -> None:
    assert silence(Heard(source="x", of="custodian", since=Instant(0)), NOW) is None
    assert SIGNS.keys() <= DESKS.keys()


def test_the_rule_of_the_day_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    old = QuietRule(of="court", period=Period(Instant(0), NOW), hours=1, label="The court")
    monkeypatch.setattr(module, "QUIET_RULES", (old,))
    heard = Heard(source="court", of="court", since=Instant(NOW - 2 * HOUR))
    assert silence(heard, Instant(NOW - 1)) is not None
    assert silence(heard, NOW) is None
