"""Arrays as PostgreSQL writes them: it reads each as what it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pars.store import arrays, connections

words = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words, st.lists(st.integers(-(2**63), 2**63 - 1), max_size=8), st.lists(st.binary(), max_size=8))
def test_the_database_reads_what_was_written(shared, texts, numbers, pieces):
    with connections.connection("app") as given_one:
        found = given_one.execute(
            "select %s::text[], %s::bigint[], %s::bytea[]",
            [arrays.words(texts), arrays.numbers(numbers), arrays.pieces(pieces)],
        ).fetchone()
    assert found == (texts, numbers, pieces)


@pytest.mark.parametrize("wrong", ["", "0a,0b", "0A", "0a}", '"'])
def test_a_case_id_has_the_characters_of_one(wrong):
    with pytest.raises(ValueError, match="other characters"):
        arrays.ids([wrong])
