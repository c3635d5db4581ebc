"""Django, set up for tests that need no database."""

from __future__ import annotations

import os


def set_up() -> None:
    """Let Django read its settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pars.config.settings")
    import django

    django.setup()
