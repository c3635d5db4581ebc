"""A successor of the log: opened by the owners' quorum under a name of its own, from the vote on."""

from __future__ import annotations

from typing import Any

import pytest

from pars.core.access.explain import LANGUAGES
from pars.core.ledger.fold import State, fold
from pars.core.ledger.log_names import LogNames
from pars.core.owners.owners_text import ProposeText, Texts, explain_text, read_owners_text, subject_of, title_of
from pars.core.owners.successor_text import SuccessorText, read_successor_text
from pars.core.terms import HOUR, Refusal
from tests.agreements import CHARTER, NOW, ORIGIN, verify
from tests.core.test_owners_text import Table, code
from tests.ledgers import Ledger
from tests.owners import profile_text, successor_text


def successor(changes: dict[str, Any] | None = None) -> SuccessorText:
    found = read_successor_text(successor_text(changes))
    assert isinstance(found, SuccessorText), found
    return found


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"/origin": "a name"}, "WRONG_FORM", "/origin"),
        ({"/after/size": 0}, "OUT_OF_RANGE", "/after/size"),
        ({"/after/root": "ab"}, "WRONG_FORM", "/after/root"),
        ({"/says": {"es": "sí"}}, "MISSING_FIELD", "/says/en"),
        ({"/start": 5}, "UNKNOWN_FIELD", "/start"),
    ],
)
def test_a_text_is_refused_with_its_place(changes: dict[str, Any], code: str, place: str) -> None:
    found = read_owners_text(successor_text(changes))
    assert isinstance(found, Refusal)
    assert (found.code, found.names) == (code, (place,))


def test_it_is_read_and_said() -> None:
    assert read_owners_text(successor_text()) == successor()
    assert isinstance(read_successor_text(profile_text()), Refusal)
    assert (subject_of(successor()), title_of(successor(), "es")) == ("successor", "pars.test/log-2")
    assert successor({"/vote": {"closes": NOW + HOUR}}).closes == NOW + HOUR
    for language in LANGUAGES:
        said = " ".join(explain_text(successor(), language, CHARTER))
        assert all(part in said for part in ("pars.test/log-2", "4,711", "ab" * 32))
    assert "disk" in " ".join(explain_text(successor({"/says": {"en": "A disk."}}), "es", CHARTER))


def test_its_name_is_new() -> None:
    assert code(Table("successor").add(ProposeText(successor({"/origin": ORIGIN})))) == "NAME_TAKEN"
    table = Table("successor")
    assert isinstance(table.add(ProposeText(successor())), Texts)
    assert code(table.add(ProposeText(successor({"/after/size": 9})))) == "NAME_TAKEN"
    assert isinstance(table.add(ProposeText(successor({"/origin": "third"}))), Texts)


def test_the_log_has_its_name_from_the_deciding_vote_on() -> None:
    ledger = Ledger()
    ledger.adopt_text("successor", successor_text(), ("city",))
    ledger.vote_text("reject", "courts", "successor", successor_text(), ledger.entries[-2].id)
    last = ledger.vote_text("adopt", "prosecutor", "successor", successor_text(), ledger.entries[-3].id)
    names, state = LogNames(ORIGIN), State()
    for index, entry in enumerate(ledger.entries):
        after = fold(state, entry, ledger.texts, verify)
        assert isinstance(after, State), after
        names.take(index, entry, after)
        state = after
    decided = ledger.entries.index(last)
    assert decided == len(ledger.entries) - 1
    assert [names.at(size) for size in (0, decided, decided + 1, decided + 99)] == [
        ORIGIN,
        ORIGIN,
        "pars.test/log-2",
        "pars.test/log-2",
    ]
