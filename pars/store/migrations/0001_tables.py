"""Make every table, view and guard, from the SQL beside this folder, in the order in which they need each other."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = ("ledger", "facts", "case_now", "governance", "sealed", "views", "guards")


def run(name: str) -> migrations.RunSQL:
    """Return the operation that runs one file. There is no way back: a ledger isn't unmade."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text())


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        *map(run, FILES),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=64, unique=True)),
                ("person", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=120)),
            ],
            options={"db_table": "account"},
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("client", models.CharField(max_length=64)),
                ("authority", models.CharField(max_length=80)),
                ("expires", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={"db_table": "token"},
        ),
    ]
