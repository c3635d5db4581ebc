"""What the lawyer's page says around the facts, in English and in Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language
    from pars.edge.history.record import Mark

MARKS_SAID: Mapping[Language, Mapping[Mark, str]] = {
    "en": {"found": "found", "inferred": "inferred", "not found": "not found"},
    "es": {"found": "encontrado", "inferred": "inferido", "not found": "no encontrado"},
}

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Reconstruction: Philadelphia's access agreement in 2018",
        "marked": "This is a reconstruction, made from the public record, and no document of 2018.",
        "why": "The agreement's own words, the bylaws and the ballots were not found. What is said of 2018 bears a mark: found (a source says it), "
        "inferred (it follows from what sources say), not found (no source that was read says it). What stands in a gap is invented.",
        "played": "It was played through a record system with a simulated clock; times of day and numbers of entries are the replay's.",
        "with": "Agreement with",
        "version": "Version",
        "says": "1. The agreement in sentences",
        "says_lede": "The sentences are made from the text that runs in the replay. The text itself is hypothetical.",
        "rests": "What each part rests on",
        "part": "Part",
        "mark": "Mark",
        "sources": "Sources",
        "none": "none",
        "ballot": "2. The ballot",
        "ballot_says": "Version {}, a renewal for one more year: from {} to {}. It needed two of three.",
        "caption": "How each seat voted on the renewal",
        "seat": "Seat",
        "vote": "Vote",
        "day": "Day",
        "of_record": "What the record says",
        "no_vote": "no vote",
        "entry": "entry",
        "result": "Result: two of three against. The renewal was rejected, and the agreement ended on its day.",
        "notice": "3. The public notice",
        "notice_lede": "An announcement was made on July 27, 2018 [found]; its words were not found. These are made from the vote, as the replay posted them. "
        "The votes on the earlier version are the replay's: which two of three carried it was not found.",
        "events": "How it came about",
        "events_caption": "What happened in 2018, in order",
        "what": "What happened",
        "date": "How the date of the end is read",
        "date_says": "The record says August 31, 2018 and no hour. It is read as a civil date in the zone {}, to the end of that day: the instant {}. "
        "Whether the parties read it so was not found [counsel].",
        "list": "Sources",
        "list_lede": "Most were read only in part.",
        "hash": "The text that was voted has the sha256",
        "check": "The replay's ledger can be checked offline: pars history philadelphia, then pars-verify.",
    },
    "es": {
        "title": "Reconstrucción: el acuerdo de acceso de Filadelfia en 2018",
        "marked": "Esta es una reconstrucción hecha a partir de fuentes públicas, y no un documento de 2018.",
        "why": "No se encontraron las palabras del acuerdo, los estatutos ni las papeletas. Lo que se dice de 2018 lleva una marca: encontrado (una fuente lo "
        "dice), inferido (se sigue de lo que dicen las fuentes), no encontrado (ninguna fuente leída lo dice). Lo que llena un hueco es inventado.",
        "played": "Se repitió en un sistema de registro con un reloj simulado; las horas y los números de anotación son de la repetición.",
        "with": "Acuerdo con",
        "version": "Versión",
        "says": "1. El acuerdo en frases",
        "says_lede": "Las frases se hacen a partir del texto que se ejecuta en la repetición. El texto mismo es hipotético.",
        "rests": "En qué se apoya cada parte",
        "part": "Parte",
        "mark": "Marca",
        "sources": "Fuentes",
        "none": "ninguna",
        "ballot": "2. La votación",
        "ballot_says": "Versión {}, una renovación por un año más: desde el {} hasta el {}. Necesitaba dos de tres.",
        "caption": "Cómo votó cada puesto sobre la renovación",
        "seat": "Puesto",
        "vote": "Voto",
        "day": "Día",
        "of_record": "Lo que consta",
        "no_vote": "ningún voto",
        "entry": "anotación",
        "result": "Resultado: dos de tres en contra. La renovación se rechazó, y el acuerdo terminó en su día.",
        "notice": "3. El aviso público",
        "notice_lede": "El 27 de julio de 2018 hubo un anuncio [encontrado]; no se encontraron sus palabras. Estas se hacen a partir del voto, como las publicó "
        "la repetición. Los votos sobre la versión anterior son de la repetición: no se encontró qué dos de tres la aprobaron.",
        "events": "Cómo se llegó a esto",
        "events_caption": "Lo que ocurrió en 2018, en orden",
        "what": "Qué ocurrió",
        "date": "Cómo se lee la fecha del final",
        "date_says": "Consta el 31 de agosto de 2018 y ninguna hora. Se lee como fecha civil en la zona {}, hasta el final de ese día: el instante {}. "
        "No se encontró si las partes la leían así [counsel].",
        "list": "Fuentes",
        "list_lede": "La mayoría se leyó solo en parte.",
        "hash": "El texto que se votó tiene el sha256",
        "check": "El libro de la repetición se puede comprobar sin conexión: pars history philadelphia, y luego pars-verify.",
    },
}
