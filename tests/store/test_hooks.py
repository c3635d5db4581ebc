"""A real ledger's hints go to public addresses alone, whatever the environment says."""

from __future__ import annotations

import pytest

from pars.edge import hints
from tests.homes import open_for_tests
from tests.store.conftest import home

__all__ = ["home"]


@pytest.mark.parametrize("simulated", [True, False])
def test_the_setting_of_a_demo_opens_nothing_on_a_real_ledger(
    home: object, simulated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARS_HOOK_NETWORKS", "127.0.0.0/8, 10.0.0.0/8")
    open_for_tests(simulated=simulated)
    assert len(hints.demo_networks()) == (2 if simulated else 0)
