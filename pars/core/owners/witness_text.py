"""Who watches the ledger from outside, as the text that the owners vote: read strictly, and said in plain sentences.

It names each witness with its key and where it answers, how many of them a checkpoint needs, when their silence is an alarm, when it
stops outside questions, and which classes of data leave only once the witnesses have seen the entry. How they stand is computed
(`core.ledger.witnessing`): this page only reads the text. Until one is in force the ledger has no witnesses and waits for none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias, get_args

from pars.core.access.catalogue import DataClass
from pars.core.document import WORD, Node, read
from pars.core.ledger.checkpoint import COSIGNER, read_verifier_key
from pars.core.ledger.policy import Group, Policy, Witness
from pars.core.owners.profile import read_closes
from pars.core.owners.signing_key import is_held_by_one
from pars.core.terms import SECOND, Instant, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.core.owners.keyring import Keyring

MOST = 15
MOST_SECONDS = 7 * 86_400
CLASSES: tuple[str, ...] = get_args(DataClass)

_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,253}(?:/[A-Za-z0-9._~/\-]{0,200})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One witness: whose it is (a seat, or nobody's among the owners), the name and key that cosign, and where it answers."""

    seat: str | None
    name: str
    key: bytes
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessText:
    """What one text says; `hash` is the sha256 that votes name it by.

    `needs` witnesses make a checkpoint count. `alarm_us` and `stop_us` are how long an entry may wait for that before it is an alarm,
    and before no outside question is answered. `first` are the classes of data that leave only once their entry is witnessed.
    """

    hash: str
    witnesses: tuple[Named, ...]
    needs: int
    alarm_us: int
    stop_us: int
    first: frozenset[str]
    start: Instant | None = None
    closes: Instant | None = None

    def policy(self) -> Policy:
        """Return whose cosignatures make a checkpoint count, as receipts are checked with it. Which log it is, the file of keys says."""
        witnesses = tuple(Witness(name=one.name, key_name=one.name, key=one.key, url=one.url) for one in self.witnesses)
        enough = Group(name="enough-witnesses", least=self.needs, members=self.names)
        return Policy(witnesses=witnesses, groups=(enough,), quorum=enough.name)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names under which they cosign, in the text's order."""
        return tuple(one.name for one in self.witnesses)


def read_witness_text(text: bytes) -> WitnessText | Refusal:
    """Return the witnesses whose canonical text this is, or what is wrong and where."""

    def reader(node: Node) -> WitnessText:
        parts = node.fields({"v", "about", "witnesses", "needs", "seconds", "witnessed_first"}, {"start", "vote"})
        parts["v"].whole(1, 1)
        parts["about"].one_of({"witnesses"})
        witnesses = _witnesses(parts["witnesses"])
        # With fewer than a majority two histories could be shown, each with enough witnesses of its own.
        majority = len(witnesses) // 2 + 1
        seconds = parts["seconds"].fields({"alarm", "stop"})
        alarm = seconds["alarm"].whole(1, MOST_SECONDS)
        return WitnessText(
            hash=sha256(text).hexdigest(),
            witnesses=witnesses,
            needs=parts["needs"].whole(majority, len(witnesses)) if witnesses else parts["needs"].whole(0, 0),
            alarm_us=alarm * SECOND,
            stop_us=seconds["stop"].whole(alarm, MOST_SECONDS) * SECOND,
            first=frozenset(parts["witnessed_first"].words(CLASSES if witnesses else (), "UNKNOWN_CLASS")),
            start=Instant(parts["start"].whole()) if "start" in parts else None,
            closes=read_closes(parts["vote"]) if "vote" in parts else None,
        )

    return read(text, reader)


def _witnesses(node: Node) -> tuple[Named, ...]:
    found: list[Named] = []
    for part in node.items(most=MOST):
        parts = part.fields({"key", "url"}, {"seat"})
        try:
            name, key = read_verifier_key(parts["key"].text(), COSIGNER)
        except ValueError as problem:
            raise parts["key"].wrong(
                "WRONG_KEY", f"{problem}.", "Ask the witness's owner for the line that it prints."
            ) from None
        if not is_held_by_one(key):
            raise parts["key"].wrong("WRONG_KEY", "this is no key that one witness alone can hold.")
        # One key twice would be one witness counting twice; under one name two could not be told apart.
        if any(key == other.key or name == other.name for other in found):
            raise parts["key"].wrong("TWICE", "this key or its name stands here twice.")
        seat = parts["seat"].text(WORD) if "seat" in parts else None
        found.append(Named(seat=seat, name=name, key=key, url=parts["url"].text(_URL)))
    return tuple(found)


def refuse_used(text: WitnessText, keys: Keyring) -> Refusal | None:
    """Return why the text can't be proposed beside these keys: a log that cosigns itself has no witness, nor an owner that votes for it."""
    if not {one.key.hex() for one in text.witnesses} & {one.key for one in keys.held}:
        return None
    return Refusal(
        code="KEY_USED",
        says="A witness has a key that is, or was, the log's or a seat's: each key has one use.",
        remedy="Let the witness make a key of its own.",
        names=("/witnesses",),
    )


_Words: TypeAlias = "Mapping[str, str]"
_WORDS: Mapping[Language, _Words] = {
    "en": {
        "none": "Nobody outside watches the ledger: it vouches for itself alone.",
        "witness": "{name} watches the ledger for {seat}, at {url}.",
        "outside": "nobody among the owners",
        "needs": "A checkpoint counts once {needs} of {all} witnesses have signed it.",
        "alarm": "Entries that wait for that longer than {} are an alarm.",
        "stop": "Longer than {}, no outside question is answered. Custody work goes on whatever happens to witnesses.",
        "first": "These leave for an outside agency only once the witnesses have seen the entry: {}.",
        "title": "Witnesses: {needs} of {all}",
        "minutes": "{} minutes",
        "seconds": "{} seconds",
    },
    "es": {
        "none": "Nadie de fuera vigila el registro: solo responde por sí mismo.",
        "witness": "{name} vigila el registro por {seat}, en {url}.",
        "outside": "nadie de los propietarios",
        "needs": "Un punto de control cuenta cuando lo han firmado {needs} de {all} testigos.",
        "alarm": "Si alguna entrada espera eso más de {}, es una alarma.",
        "stop": "Si espera más de {}, no se contesta ninguna pregunta externa. El trabajo de custodia sigue, pase lo que pase con los testigos.",
        "first": "Esto sale hacia una agencia externa solo cuando los testigos han visto la entrada: {}.",
        "title": "Testigos: {needs} de {all}",
        "minutes": "{} minutos",
        "seconds": "{} segundos",
    },
}
_CLASS_WORDS: Mapping[Language, _Words] = {
    "en": {
        "handle": "handles",
        "identity": "identity",
        "particulars": "particulars taken at booking",
        "chri": "arrests and charges",
        "investigative": "investigations",
        "court": "the court's decisions",
    },
    "es": {
        "handle": "identificadores",
        "identity": "identidad",
        "particulars": "datos tomados al registrar el arresto",
        "chri": "arrestos y cargos",
        "investigative": "investigaciones",
        "court": "decisiones del tribunal",
    },
}


def explain_witnesses(text: WitnessText, language: Language, owners: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the text says, in plain sentences. `owners` are the owners' names by seat."""
    words = _WORDS[language]
    if not text.witnesses:
        return (words["none"],)
    return (
        *(words["witness"].format(name=one.name, seat=_whose(one, owners, words), url=one.url) for one in text.witnesses),
        words["needs"].format(needs=text.needs, all=len(text.witnesses)),
        words["alarm"].format(_lasting(text.alarm_us, words)),
        words["stop"].format(_lasting(text.stop_us, words)),
        *(
            [words["first"].format(", ".join(_CLASS_WORDS[language][name] for name in sorted(text.first)))]
            if text.first
            else []
        ),
    )


def _whose(one: Named, owners: Mapping[str, str], words: _Words) -> str:
    return words["outside"] if one.seat is None else owners.get(one.seat, one.seat)


def witnesses_title(text: WitnessText, language: Language) -> str:
    """Return how the text is called in a list."""
    return _WORDS[language]["title"].format(needs=text.needs, all=len(text.witnesses))


def _lasting(us: int, words: _Words) -> str:
    seconds = us // SECOND
    whole, rest = divmod(seconds, 60)
    return words["seconds"].format(seconds) if rest or whole < 2 else words["minutes"].format(whole)
