"""An owners' own rule on immigration detainers, as the text that they vote: read strictly, and said in plain sentences.

It names its code, its citation, what its text is, whom it binds, what each of the four answers asks of a paper, and how it reads
the 48 hours. How a rule answers a paper is the cases' to say (`detainer_rules`, `detainers`): this page only reads the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from pars.core.document import WORD, Node, read
from pars.core.owners.profile import read_closes
from pars.core.terms import Instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.terms import Refusal

Test: TypeAlias = Literal["ALWAYS", "JUDICIAL_WARRANT", "CONVICTION_AND_JUDICIAL_WARRANT", "LISTED_CONVICTION"]
"""What a paper must pass: nothing; a judge's warrant; that and a violent first- or second-degree felony conviction in this
matter; or a conviction that the order lists, in this matter or before."""
Status: TypeAlias = Literal["enacted", "draft", "reported"]

TESTS = ("ALWAYS", "JUDICIAL_WARRANT", "CONVICTION_AND_JUDICIAL_WARRANT", "LISTED_CONVICTION")
STATUSES = ("enacted", "draft", "reported")
READINGS = ("FORM", "REGULATION")
"""How the 48 hours are read: every day counts, or Saturdays, Sundays and federal holidays don't."""
ANSWERS = ("hold", "notice", "hand_over", "access")

_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetainerText:
    """What one text says; `hash` is the sha256 that votes and decisions name it by.

    `start` is when it wants to be in force (None: as soon as it is adopted), `end` when it ends by itself (None: when a later
    text begins). `closes` is when the vote on it closes (None: with its end, if it has one).
    """

    hash: str
    code: str
    citation: str
    status: Status
    binds: tuple[str, ...]
    hold: Test
    notice: Test
    hand_over: Test
    access: Test
    reading: str
    says: Mapping[str, str] = field(hash=False)
    start: Instant | None = None
    end: Instant | None = None
    closes: Instant | None = None


def read_detainer_text(text: bytes) -> DetainerText | Refusal:
    """Return the rule whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> DetainerText:
        parts = node.fields(
            {"v", "about", "code", "citation", "status", "binds", "tests", "reading", "says"}, {"start", "end", "vote"}
        )
        parts["v"].whole(1, 1)
        parts["about"].one_of({"detainers"})
        tests = {name: part.one_of(TESTS, "UNKNOWN_TEST") for name, part in parts["tests"].fields(set(ANSWERS)).items()}
        start, end = (Instant(parts[name].whole()) if name in parts else None for name in ("start", "end"))
        if start is not None and end is not None and end <= start:
            raise parts["end"].wrong("EMPTY_TERM", "the rule ends before it begins.")
        closes = read_closes(parts["vote"]) if "vote" in parts else None
        if closes is not None and end is not None and closes > end:
            raise parts["vote"].wrong("CLOSES_TOO_LATE", "a vote that closes after the rule's end could decide nothing.")
        return DetainerText(
            hash=sha256(text).hexdigest(),
            code=parts["code"].text(_CODE),
            citation=parts["citation"].text(),
            status=cast("Status", parts["status"].one_of(STATUSES)),
            binds=_seats(parts["binds"]),
            hold=cast("Test", tests["hold"]),
            notice=cast("Test", tests["notice"]),
            hand_over=cast("Test", tests["hand_over"]),
            access=cast("Test", tests["access"]),
            reading=parts["reading"].one_of(READINGS),
            says=parts["says"].said(),
            start=start,
            end=end,
            closes=closes,
        )

    return read(text, reader)


def _seats(node: Node) -> tuple[str, ...]:
    seats: list[str] = []
    for part in node.items(least=1, most=15):
        seat = part.text(WORD)
        if seat in seats:
            raise part.wrong("TWICE", "this stands here twice.")
        seats.append(seat)
    return tuple(seats)


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "citation": "Authority: {} ({}).",
        "enacted": "enacted",
        "draft": "a draft",
        "reported": "known only as reported",
        "binds": "It binds the people of: {}. Nobody else answers under it.",
        "hold": "Keeping a person for the federal government",
        "notice": "Telling it of a release",
        "hand_over": "Handing a person over to it",
        "access": "Letting it speak with the person",
        "ALWAYS": "{}: whatever paper came.",
        "JUDICIAL_WARRANT": "{}: only with a warrant that a judge signed.",
        "CONVICTION_AND_JUDICIAL_WARRANT": "{}: only with a warrant that a judge signed, after a conviction in this matter of a first- or "
        "second-degree felony involving violence.",
        "LISTED_CONVICTION": "{}: only after a conviction that the rule lists, in this matter or before.",
        "FORM": "A hold lasts 48 hours at most, and every day counts [counsel].",
        "REGULATION": "A hold lasts 48 hours at most; Saturdays, Sundays and federal holidays don't count [counsel].",
    },
    "es": {
        "citation": "Base legal: {} ({}).",
        "enacted": "promulgado",
        "draft": "un borrador",
        "reported": "conocido solo por informes",
        "binds": "Obliga a las personas de: {}. Nadie más responde según esta regla.",
        "hold": "Retener a una persona para el gobierno federal",
        "notice": "Avisarle de una liberación",
        "hand_over": "Entregarle a una persona",
        "access": "Dejarlo hablar con la persona",
        "ALWAYS": "{}: con cualquier documento.",
        "JUDICIAL_WARRANT": "{}: solo con una orden firmada por un juez.",
        "CONVICTION_AND_JUDICIAL_WARRANT": "{}: solo con una orden firmada por un juez, tras una condena en este asunto por un delito "
        "grave violento de primer o segundo grado.",
        "LISTED_CONVICTION": "{}: solo tras una condena que la regla enumera, en este asunto o antes.",
        "FORM": "Una retención dura como máximo 48 horas, y cuentan todos los días [counsel].",
        "REGULATION": "Una retención dura como máximo 48 horas; no cuentan los sábados, los domingos ni los feriados federales [counsel].",
    },
}


def explain_detainers(text: DetainerText, language: Language, owners: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the rule says, in plain sentences. `owners` are the owners' names by seat."""
    words = _WORDS[language]
    tests = {"hold": text.hold, "notice": text.notice, "hand_over": text.hand_over, "access": text.access}
    return (
        text.says.get(language, text.says["en"]),
        words["citation"].format(text.citation.rstrip("."), words[text.status]),
        words["binds"].format(", ".join(owners.get(seat, seat) for seat in text.binds)),
        *(words[test].format(words[name]) for name, test in tests.items()),
        words[text.reading],
    )
