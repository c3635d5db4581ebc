"""The ledger's keys, for anybody: whose each is, from when to when it signs, which are revoked and what that left in doubt. Also in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pars.actions import keying
from pars.core.owners.keyring import LOG, seat_use
from pars.edge.web.languages import language_of
from pars.edge.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from pars.actions.keying import Keys
    from pars.core.access.explain import Language
    from pars.core.owners.keyring import Held

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Keys of the ledger",
        "lede": "Each owner’s seat signs its votes with a key of its own, and the log signs its checkpoints with one. A key comes or goes by "
        "one entry that the owners have signed; each has one use, ever.",
        "log": "The log",
        "signs": "Signs now",
        "none": "No key. This seat can’t vote until the others have given it one.",
        "since": "since",
        "named": "It signs under the name",
        "named_before": "Names before it",
        "line": "As witnesses and a file of keys take it",
        "earlier": "Keys before it",
        "from": "from",
        "to": "to",
        "entry": "entry",
        "revoked": "Revoked",
        "doubt": "what it signed from entry {} on is in doubt",
        "doubted": "Votes in doubt",
        "doubted_says": "A vote in doubt counts no more for what lets somebody see more; what it ended or suspended stays so. An agreement that rested on it is answered "
        "again once enough seats have voted on it anew.",
        "vote": "The vote of {} on {}",
        "agreement": "agreement {}",
        "text": "a text of the owners’ own",
        "nothing": "No key was ever revoked, and no vote is in doubt.",
        "how": "{} seats sign every change of a key. How it is done: docs/how-to/change-a-key.md. The file of keys for a stranger’s program comes from "
        "the owners, by another way than this page: pars keys trust.",
        "none_doubted": "No vote is in doubt.",
    },
    "es": {
        "title": "Claves del libro",
        "lede": "El puesto de cada propietario firma sus votos con una clave propia, y el registro firma con otra sus puntos de control. Una clave entra o "
        "sale por una sola anotación que los propietarios han firmado; cada una tiene un solo uso, para siempre.",
        "log": "El registro",
        "signs": "Firma ahora",
        "none": "Ninguna clave. Este puesto no puede votar hasta que los demás le hayan dado una.",
        "since": "desde",
        "named": "Firma con el nombre",
        "named_before": "Nombres anteriores",
        "line": "Como la toman los testigos y un archivo de claves",
        "earlier": "Claves anteriores",
        "from": "de",
        "to": "a",
        "entry": "anotación",
        "revoked": "Revocada",
        "doubt": "lo que firmó desde la anotación {} está en duda",
        "doubted": "Votos en duda",
        "doubted_says": "Un voto en duda ya no cuenta para lo que permite ver más; lo que terminó o suspendió sigue así. Un acuerdo que descansaba en él se vuelve a responder "
        "cuando bastantes puestos hayan votado de nuevo sobre él.",
        "vote": "El voto de {} sobre {}",
        "agreement": "el acuerdo {}",
        "text": "un texto propio de los propietarios",
        "nothing": "Nunca se revocó una clave, y ningún voto está en duda.",
        "how": "{} puestos firman cada cambio de una clave. Cómo se hace: docs/how-to/change-a-key.md. El archivo de claves para el programa de un extraño lo dan los "
        "propietarios, por otra vía que esta página: pars keys trust.",
        "none_doubted": "Ningún voto está en duda.",
    },
}


def signing_keys(request: HttpRequest) -> HttpResponse:
    """Show every key that the ledger has named, by its use; and, of the revoked ones, what they left in doubt."""
    language, found = language_of(request), keying.keys()
    w = WORDS[language]
    parts = {
        "language": language,
        "w": w,
        "uses": [
            {**_use(found, LOG, w["log"], w), "line": found.log_line, "names": _names(found)},
            *(_use(found, seat_use(seat), name, w) for seat, name in found.names.items()),
        ],
        "doubted": [
            {
                "says": w["vote"].format(found.names[ballot.vote.seat], _about(about, w)),
                "entry": ballot.entry,
                "at": ballot.at,
            }
            for about, ballot in found.doubted
        ],
        "any": any(one.revoked is not None for one in found.held),
        "how": w["how"].format(found.quorum),
    }
    return page(request, "signing_keys.html", parts)


def _use(found: Keys, use: str, name: str, words: Mapping[str, str]) -> dict[str, Any]:
    keys = [one for one in found.held if one.use == use]
    return {
        "name": name,
        "now": next((_key(found, one, words) for one in keys if one.end is None), None),
        "before": [_key(found, one, words) for one in reversed(keys) if one.end is not None],
    }


def _names(found: Keys) -> list[dict[str, Any]]:
    """Return the names that the log signs under, the latest first."""
    return [{"name": name, "entry": entry, "at": found.when.get(entry)} for entry, name in reversed(found.log_names)]


def _key(found: Keys, one: Held, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": one.key,
        "start": one.start,
        "start_at": found.when.get(one.start),
        "end": one.end,
        "end_at": None if one.end is None else found.when.get(one.end),
        "doubt": "" if one.since is None else words["doubt"].format(one.since),
        "revoked": one.revoked,
    }


def _about(about: str, words: Mapping[str, str]) -> str:
    kind, _, name = about.partition(" ")
    return words["agreement"].format(name) if kind == "agreement" else words["text"]
