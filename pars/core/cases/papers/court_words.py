"""The words of the court's papers that the person signs or takes along, in English and in Spanish.

The English text is the one that is signed and filed; the Spanish one is for reading, and says so. A certified court translator confirms
it before anyone relies on it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

SAYS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                "copy": "Copy to read",
                "governs": "This is a translation. The English text is the one that is signed and filed.",
                "sheet": "Where a condition has words of its own (which place, which persons, which limits), they stand on the sheet “Conditions "
                "in words”, which the person gets and which isn't filed (Public Access Policy of the Unified Judicial System, § 7.0).",
                "conditions": "Conditions",
                "in_words": "In words",
                "promise": "What I promise",
                "i_promise": "I, {}, am released on bail in this case. While I am at liberty I keep each of these conditions:",
                "money": "Money",
                "no_money": "No money is pledged.",
                "unsecured": "Nothing is put down now. If bail is forfeited, I owe {}.",
                "nominal": "{} is put down, and the surety undertakes that I appear.",
                "deposit": "{} is put down. If bail is forfeited, I owe the whole amount of {}.",
                "next": "I must appear next",
                "unkept": "If I don't keep this bond",
                "forfeit": "If I don't appear, or break a condition, a warrant may be issued, my release may be changed or revoked, and what is "
                "pledged here may be forfeited (Pa.R.Crim.P. 536). Not to appear may be an offense of its own (18 Pa.C.S. § 5124).",
                "signed": "Signed",
                "date": "Date and time",
                "address": "Address for notices",
                "put_down": "Put down",
                "heads": "No.|Recorded|Amount",
                "stands": "How it stands",
                "in_all": "Put down in all",
                "still": "Still to be put down",
                "return": "Return",
                "from": "Received from",
                "return_address": "Address for the return",
                "returned": "What was put down is returned when the case has ended and the conditions were kept, as Pa.R.Crim.P. 535 and the "
                "court's local rule say. Keep this receipt.",
            }
        ),
        "es": MappingProxyType(
            {
                "copy": "Copia para leer",
                "governs": "Esto es una traducción. El texto que se firma y se presenta al tribunal es el inglés.",
                "sheet": "Si una condición tiene palabras propias (qué lugar, qué personas, qué límites), están en la hoja “Las condiciones en "
                "palabras”, que la persona recibe y que no se presenta (Public Access Policy of the Unified Judicial System, § 7.0).",
                "conditions": "Condiciones",
                "in_words": "En las palabras del tribunal, en inglés; pida que se las traduzcan",
                "promise": "Lo que prometo",
                "i_promise": "Yo, {}, quedo en libertad bajo fianza en este caso. Mientras esté en libertad cumplo cada una de estas condiciones:",
                "money": "Dinero",
                "no_money": "No se compromete ningún dinero.",
                "unsecured": "Ahora no se deposita nada. Si se pierde la fianza, debo {}.",
                "nominal": "Se depositan {}, y el fiador se compromete a que yo me presente.",
                "deposit": "Se depositan {}. Si se pierde la fianza, debo el monto entero de {}.",
                "next": "Debo presentarme la próxima vez",
                "unkept": "Si no cumplo este compromiso",
                "forfeit": "Si no me presento, o falto a una condición, se puede ordenar mi arresto, mi libertad se puede cambiar o revocar, y se "
                "puede perder lo comprometido aquí (Pa.R.Crim.P. 536). No presentarse puede ser otro delito (18 Pa.C.S. § 5124).",
                "signed": "Firmado",
                "date": "Fecha y hora",
                "address": "Domicilio para avisos",
                "put_down": "Depositado",
                "heads": "N.º|Anotado|Monto",
                "stands": "Cómo está",
                "in_all": "Depositado en total",
                "still": "Falta por depositar",
                "return": "Devolución",
                "from": "Recibido de",
                "return_address": "Domicilio para la devolución",
                "returned": "Lo depositado se devuelve cuando el caso ha terminado y se cumplieron las condiciones, como dicen Pa.R.Crim.P. 535 y la "
                "regla local del tribunal. Guarde el recibo en inglés.",
            }
        ),
    }
)
