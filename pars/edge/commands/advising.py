"""What `pars agreement propose --dry-run` and `explain` say before a vote: what a version changes, and what it could allow."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from pars.actions import agreeing, publishing
from pars.actions.weighing import weighed
from pars.actions.weighing.words import advice_words
from pars.core.agreements.differences import differences
from pars.core.agreements.plain import explain
from pars.core.agreements.version import Version, read_version
from pars.core.terms import Refusal
from pars.edge.commands.people import in_a_line

if TYPE_CHECKING:
    from pars.core.access.explain import Language
    from pars.core.terms import Instant

ADVICE = {
    "en": "What version {} could allow. This is advice: it changes no decision.",
    "es": "Lo que la versión {} podría permitir. Es un consejo: no cambia ninguna decisión.",
}


def tried(text: bytes, *, as_json: bool) -> int:
    """Say what the version says, what it changes and what it could allow, without proposing it."""
    version = read_version(text)
    refused = version if isinstance(version, Refusal) else agreeing.objection(text)
    if refused is not None:
        print(in_a_line(refused, None), file=sys.stderr)
        return 2
    assert isinstance(version, Version)
    found, now = publishing.agreement(version.agreement), publishing.now()
    before = None if found is None else found.before(version)
    changes = () if before is None else differences(version, before)
    if as_json:
        told = {
            "version": version.hash,
            "sentences": explain(version, "en"),
            "changes": [{"kind": change.kind, "says": change.says} for change in changes],
            "advice": advice_words(weighed(version, before, now), version, before, "en"),
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    print(f"{version.title['en']}, version {version.number}. It could be proposed; nothing was written.\n")
    for sentence in explain(version, "en"):
        print(f"- {sentence}")
    if before is not None:
        print(f"\nWhat changes beside version {before.number}")
        for change in changes:
            print(f"- {change.kind}: {change.says}")
    advise(version, before, now, "en")
    return 0


def advise(version: Version, before: Version | None, at: Instant, language: Language) -> None:
    """Say what a version could allow, beside the one that it would follow."""
    print(f"\n{ADVICE[language].format(version.number)}")
    for sentence in advice_words(weighed(version, before, at), version, before, language):
        print(f"- {sentence}")
