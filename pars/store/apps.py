"""The one Django app with tables."""

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Names the app; it starts nothing."""

    name = "pars.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"


class NoGroups:
    """Keeps Django's tables of groups, permissions and content types from being made: authority is in the ledger."""

    unused = frozenset({"auth", "contenttypes"})

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool | None:
        """Return False for the tables that PARS doesn't have."""
        return False if app_label in self.unused else None
