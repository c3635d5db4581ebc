"""Edge 47: real people in tests, demo accounts outside a demo, reading past the log."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from pars.edge.city.people import SURNAMES
from pars.store import connections
from tests.homes import book, open_for_tests

ROOT = Path(__file__).parents[2]
INVENTED = frozenset(SURNAMES) | {
    "Bramblewick", "Doe", "Fernhollow", "Holt", "Manyfold", "Northcott", "O'Quillby-Marsh", "Oduya", "Quill", "Tansy", "Vale",
    "Farrow-Whitlock", "Whit", "Whitlok", "Whitlock", "Whitlock-Moor", "Whitlow",
    "A", "B", "LASTALIAS", "Last", "Other", "WHITLOCK", "Whit\u202elock", "", "@SURNAME@",
}  # fmt: skip
"""Every surname in tests and sample documents. Look whether a new one is anybody's before you add it here."""


def surnames() -> set[tuple[str, str]]:
    """Return every surname that is written out in the tree's tests, demo and sample documents, with the file."""
    found = set()
    for path in [*(ROOT / "tests").rglob("*.py"), *(ROOT / "pars/edge/city").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "surname" and isinstance(node.value, ast.Constant):
                found.add((node.value.value or "", path.name))
    for path in [*(ROOT / "tests").rglob("*.xml"), *(ROOT / "pars").rglob("*.xml")]:
        named = re.findall(r"PersonSurName>([^<]*)<", path.read_text(encoding="utf-8"))
        found |= {(name.strip(), path.name) for name in named}
    return found


def test_edge_47_everybody_in_tests_and_samples_is_invented() -> None:
    found = surnames()
    assert len(found) > 20
    assert sorted(one for one in found if one[0].strip() not in INVENTED) == []


def test_edge_47_nobody_is_made_of_a_number_that_is_issued() -> None:
    # 000, 666 and 900 to 999 begin no social security number; nothing else may look like one.
    issued = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
    for path in [*(ROOT / "tests").rglob("*.xml"), *(ROOT / "pars").rglob("*.xml"), *(ROOT / "pars/edge/city").rglob("*.py")]:
        assert not issued.search(path.read_text(encoding="utf-8")), path


def test_edge_47_demo_accounts_exist_in_a_simulated_ledger_alone(home: Path) -> None:
    from tests.web.screens import use_django

    use_django()
    from pars.edge.city.founded import NotPlayed, found_city

    open_for_tests(simulated=False)
    with pytest.raises(NotPlayed, match="simulated ledger alone"):
        found_city(password="invented-password-9")
    with connections.connection("app") as given:
        assert given.execute("select count(*) from web.account").fetchone() == (0,)


@pytest.mark.parametrize("simulated", [False, True])
def test_edge_47_a_file_opens_no_demo_s_doors_where_the_ledger_is_a_real_one(simulated: bool, home: Path) -> None:
    from tests.web.screens import use_django

    use_django()
    from django.test import RequestFactory, override_settings

    from pars.edge.web import demo

    open_for_tests(simulated=simulated)
    (home / "demo.json").write_text('{"password": "invented-password-9"}')
    with override_settings(PARS_HOME=home):
        assert demo.here(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1")) is simulated
        assert not demo.here(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))


PAST = {
    "guest": ("select * from cases.case_now", 'select * from duty."case"', "select * from cases.identity_claimed", "set role app"),
    "duty": ("select * from cases.case_now", "select * from cases.identity_claimed", "select * from keys.case_key"),
    "app": (
        "delete from ledger.entry", "update ledger.entry set at = at", "alter table ledger.entry disable trigger all",
        "alter table cases.case_now disable trigger all", "drop table ledger.dissemination",
    ),
}  # fmt: skip
"""For each login that serves what it would need to read past its views, or to unmake the entry that says it read."""


@pytest.mark.parametrize(("login", "statement"), [(login, one) for login, some in PAST.items() for one in some])
def test_edge_47_no_login_that_serves_gets_past_its_views_or_unmakes_an_entry(
    login: connections.Login, statement: str, shared: Path
) -> None:
    book()
    with psycopg.connect(connections.address(login), autocommit=True) as given, pytest.raises(psycopg.Error) as refused:
        given.execute(statement)
    assert isinstance(
        refused.value, InsufficientPrivilege | psycopg.errors.InvalidParameterValue | psycopg.errors.UndefinedObject
    )


def test_edge_47_the_doctor_says_who_could_read_past_the_door(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pars.actions.databases import diagnose

    monkeypatch.delenv("PARS_DATABASE_URL", raising=False)
    said = "\n".join(diagnose(opened))
    assert "read every case past the door" in said
    assert "PARS_DATABASE_URL is set here" not in said
    with psycopg.connect(connections.address("app")) as given:
        where = given.info.dsn
    monkeypatch.setenv("PARS_DATABASE_URL", where)
    assert "owner's login reads and changes everything past the door" in "\n".join(diagnose(opened))
