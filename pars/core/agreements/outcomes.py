"""What can come of an answer, as the agency reports it: a closed list, so that reports can be counted and none can name anybody.

That the record cleared somebody is an outcome like any other. Nothing is deduced from one: owners read the counts beside the use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pars.core.access.explain import Language

OUTCOMES: Mapping[str, Mapping[Language, str]] = {
    "cleared": {
        "en": "the record cleared us: it showed that our information was wrong, or that this was not the person",
        "es": "el registro nos despejó la duda: mostró que nuestra información era errónea, o que no era la persona",
    },
    "confirmed": {"en": "the record confirmed what was known", "es": "el registro confirmó lo que se sabía"},
    "acted": {"en": "something was done that the purpose allows", "es": "se hizo algo que el fin permite"},
    "arrested": {"en": "somebody was arrested", "es": "se arrestó a alguien"},
    "no_record": {"en": "nobody was found, and that was enough", "es": "no se encontró a nadie, y eso bastó"},
    "not_used": {"en": "the answer was not used", "es": "la respuesta no se usó"},
    "mistaken": {"en": "something was done about the wrong person", "es": "se hizo algo respecto de la persona equivocada"},
    "open": {"en": "the matter is still open", "es": "el asunto sigue abierto"},
}
"""Each outcome by its code, in words. A code is never given another meaning."""
