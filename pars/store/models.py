"""The two tables that Django's sign-in needs. Roles, seats and named users are facts of the ledger, never flags here.

Everything else the store keeps is plain SQL (pars/store/sql) and is read and written by rows.py and ledger.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from datetime import datetime


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by user name, as Django's sign-in asks for them."""


class Account(AbstractBaseUser):
    """Who may sign in: a user name, a password's hash, and the pseudonym under which the ledger knows the person."""

    username: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    person: models.CharField[str, str] = models.CharField(max_length=64, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=120)
    """The name that colleagues see. It never goes into the ledger."""

    objects = Accounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["person", "name"]

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return str(self.username)


class Token(models.Model):
    """A bearer token of `/v1`, by its sha256: it names one client and one person, and the one authority they act under.

    One without an account names no person: it is known, and refused in the ledger.
    """

    digest: models.CharField[str, str] = models.CharField(max_length=64, primary_key=True)
    account: models.ForeignKey[Account | None, Account | None] = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    client: models.CharField[str, str] = models.CharField(max_length=64)
    authority: models.CharField[str, str] = models.CharField(max_length=80)
    expires: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"

    def __str__(self) -> str:
        return f"{self.client} for {self.account}"
