"""Where no history was replayed, there is no page of it, and no page says that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def test_elsewhere_there_is_no_reconstruction(nobody: Client) -> None:
    assert nobody.get("/reconstruction").status_code == 404
    assert "reconstruction" not in nobody.get("/public").content.decode()
