"""What every read shares: how often it is decided anew when time or another act overtakes it."""

from __future__ import annotations

from pars.core.terms import Refusal

TRIES = 8
"""How often a question is decided anew when an act or the time overtakes it; then it is refused, for doubt refuses."""

OVERTAKEN = Refusal(
    code="OVERTAKEN",
    says="The authority kept changing while this was decided, or deciding took too long for an answer to leave in time.",
    remedy="Ask again.",
)
