"""The shapes of requests on who the person is: replies to prints, links, and cases told apart."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pars.edge.api.schemas import UUID, Flag, InZone, Number, Strict, Text, Time


class LinkIn(Strict):
    """`POST /v1/cases/{id}/links`."""

    other_case: Annotated[str, Field(pattern=UUID)]
    basis: Text
    reason: Text


class ApartIn(Strict):
    """`POST /v1/cases/{id}/told-apart`: cases that are of other people, and why."""

    others: Annotated[list[Annotated[str, Field(pattern=UUID)]], Field(min_length=1, max_length=50)]
    reason: Text


class ReplyOfPrintsIn(InZone):
    """`POST /v1/cases/{id}/identity-replies`: what a repository of prints answered; with `corrects`, in the place of an earlier reply."""

    source: Text
    stated: Time
    outcome: Text
    reference: Text
    confidence: Text | None = None
    sid: Text | None = None
    pid: Text | None = None
    ucn: Text | None = None
    surname: Text | None = None
    given: Text | None = None
    full: Text | None = None
    birth_date: Time | None = None
    corrects: Number | None = None
    why: Text | None = None


class PropertyIn(Strict):
    """`POST /v1/cases/{id}/flags/property`."""

    state: Text
    reference: Text
    note: Text | None = None


class MedicalIn(Strict):
    """`POST /v1/cases/{id}/flags/medical`: who was told, and where it is written down. No diagnosis."""

    handed_to: Text
    reference: Text | None = None
    urgent: Flag = False


class InterpreterIn(Strict):
    """`POST /v1/cases/{id}/flags/interpreter`."""

    state: Text
    language: Text | None = None
    note: Text | None = None


class CompetencyIn(Strict):
    """`POST /v1/cases/{id}/flags/competency`."""

    state: Text
    note: Text


class ConsularIn(Strict):
    """`POST /v1/cases/{id}/flags/consular`."""

    state: Text
    nationality: Text
    consulate: Text | None = None
    reference: Text | None = None


class ImageIn(Strict):
    """`POST /v1/cases/{id}/flags/image`: where a photograph or the prints are kept. Never the picture."""

    kind: Text
    system: Text
    reference: Text


class DirectIn(Strict):
    """`POST /v1/cases/{id}/direct-charge`."""

    basis: Text
    reason: Text


class JuvenileIn(InZone):
    """`POST /v1/cases/{id}/juvenile-transfer`."""

    court: Text
    reference: Text
    decided: Time
    docket: Text | None = None
