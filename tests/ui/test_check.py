"""The verifier of the public page in a real browser: what it says of bundles is what ours says, and the page tells it with its place."""

from __future__ import annotations

import base64
import random
from typing import TYPE_CHECKING, Any

import pytest

from pars.core.ledger import checkpoint
from pars.core.ledger.bundle import CHECKPOINT, MAGIC, SIDE_ROW, section
from tests.dealt import BROKEN
from tests.ledgers import LOG_PUBLIC
from tests.ui.test_every_look import WIDTHS, look
from tests.verify import mutations
from tests.verify import tampering_watched as watched
from tests.verify.second import RULES
from tests.verify.tampering import Tampering
from tests.verify.test_mutations import BUNDLE
from tests.verify.vectors import doubted
from verify.checks import verify
from verify.report import MOST_ALIKE, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

CHECKS = """async ([bundles, rules]) => {
  const { verify } = await import("/static/pars/verify/verify.js"), said = [];
  for (const bundle of bundles) {
    const data = Uint8Array.from(atob(bundle), (letter) => letter.charCodeAt(0));
    const { verdict, findings } = await verify(new Blob([data]).stream(), { rules, size: data.length });
    said.push([verdict, findings.map(({ what, place, offset, index, entry }) => [what, place, offset, index, entry])]);
  }
  return said;
}"""


def give(window: Hands, data: bytes, *, keys: str = "") -> None:
    """Choose a bundle, perhaps keys, and have it checked with the keyboard."""
    window.page.set_input_files("#bundle", {"name": "b.pars", "mimeType": "application/octet-stream", "buffer": data})
    if keys:
        window.page.set_input_files("#keys-file", {"name": "keys.txt", "mimeType": "text/plain", "buffer": keys.encode()})
    window.reach("main button[type=submit]")
    window.press("Enter")


def verdict(window: Hands) -> str:
    """Return the verdict that the page shows, once it has the focus."""
    found = window.page.locator("[data-verdict]")
    found.wait_for()
    assert found.evaluate("e => e === document.activeElement")
    return str(found.get_attribute("data-verdict"))


def expected(data: bytes) -> list[Any]:
    """Return what ours says of a bundle."""
    report = verify(data)
    found = [[one.what, one.place, one.offset, one.index, one.entry] for one in report.findings]
    return [WORDS[report.status], found]


def test_the_browser_says_what_ours_says_of_tampered_and_of_broken_ledgers(hands: Window) -> None:
    chance = random.Random(20260703)
    bundles = [BUNDLE, *(mutations.random_mutation(BUNDLE, chance).data for _ in range(60))]
    bundles += [broken.ledger()[0].bundle() for broken in BROKEN[::2]]
    bundles += [watched.LEDGER.bundle(), *(make(Tampering(watched.LEDGER), chance).data for make in watched.KINDS.values())]
    window = hands()
    window.go("/check")
    said = window.page.evaluate(CHECKS, [[base64.b64encode(one).decode() for one in bundles], RULES])
    assert said == [expected(one) for one in bundles]
    assert said[0] == ["verified", []]


@WIDTHS
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_bundle_is_checked_on_the_page_and_a_changed_byte_is_placed(width: int, language: str, hands: Window) -> None:
    window = hands(width=width)
    window.go(f"/check?lang={language}")
    give(window, BUNDLE)
    assert verdict(window) == "verified"
    assert window.says("pars.test/log")
    look(window, f"check verified {language}")
    changed = bytearray(BUNDLE)
    at = BUNDLE.index(b'"k":60')
    changed[at + 5] ^= 1
    give(window, bytes(changed))
    assert verdict(window) == "violated"
    place = verify(bytes(changed)).first
    assert place is not None
    assert window.says(f"index {place.index}" if language == "en" else f"índice {place.index}")
    look(window, f"check violated {language}")
    give(window, b"no bundle")
    assert verdict(window) == "unusable"
    give(window, BUNDLE[:-500])
    assert verdict(window) == "unusable"
    assert window.says("The file is cut off here" if language == "en" else "El archivo está cortado aquí")
    assert not window.says("No entry is at fault" if language == "en" else "Ninguna anotación tiene la culpa")
    look(window, f"check cut off {language}")


def test_what_is_wrong_beyond_what_is_listed_is_counted(hands: Window) -> None:
    window = hands()
    window.go("/check?lang=en")
    give(window, MAGIC + (section(SIDE_ROW, b"") + section(CHECKPOINT, b"")) * (MOST_ALIKE + 7))
    assert verdict(window) == "unusable"
    assert window.says("The first 2,001 of 2,015 things that were found wrong")
    assert window.page.locator("main details li").count() == 2001


@WIDTHS
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_witnesses_signed_is_told_and_keys_of_another_ledger_blame_nobody(
    width: int, language: str, hands: Window
) -> None:
    window = hands(width=width)
    window.go(f"/check?lang={language}")
    give(window, watched.LEDGER.bundle())
    assert verdict(window) == "verified"
    count = len(watched.LEDGER.entries)
    assert window.says(f"the first {count} entries" if language == "en" else f"las primeras {count} anotaciones")
    assert window.says(
        "opened a successor of the log, pars.test/log-2" if language == "en" else "un sucesor del libro, pars.test/log-2"
    )
    look(window, f"check witnessed {language}")
    give(window, doubted(("courts", "prosecutor")).bundle())
    assert verdict(window) == "verified"
    told = "Keys that the owners revoked: seat:city. Votes that are in doubt since: 1."
    assert window.says(told if language == "en" else "Claves que los propietarios revocaron: seat:city.")
    look(window, f"check revoked {language}")
    give(window, watched.KINDS["a stranger's line"](Tampering(watched.LEDGER), random.Random(7)).data)
    assert verdict(window) == "violated"
    look(window, f"check no witness {language}")
    keys = checkpoint.trust_text(logs=[("other.test/log", LOG_PUBLIC)], seats={})
    give(window, watched.LEDGER.bundle(), keys=keys)
    assert verdict(window) == "unusable"
    assert not window.says("Keep it, and ask" if language == "en" else "Guárdelo")
    look(window, f"check other keys {language}")


def test_keys_that_are_none_are_told_with_their_line_and_nothing_is_checked(hands: Window) -> None:
    window = hands()
    window.go("/check")
    window.reach("main button[type=submit]")
    window.press("Enter")
    assert window.says("Choose a file first.")
    give(window, BUNDLE, keys="# mine\nlog nonsense\n")
    window.page.locator("[data-state]:has-text('line 2')").wait_for()
    assert window.page.locator("[data-verdict]").count() == 0
    give(window, BUNDLE, keys="log other.test/log+0b3f7a1c+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")
    window.page.locator("[data-state]:has-text('line 1')").wait_for()


def test_the_auditor_has_the_servers_own_ledger_checked(hands: Window) -> None:
    window = hands("auditor")
    window.go("/check?lang=en")
    window.reach("[data-fetch]")
    window.press("Enter")
    assert verdict(window) == "verified"
    look(window, "check own ledger")


@WIDTHS
def test_the_ledger_is_narrowed_with_what_is_wrong_told_and_an_entrys_proof_is_looked_at(width: int, hands: Window) -> None:
    window = hands("auditor", width=width)
    window.go("/ledger?kind=agreement.voted&under=two+words&to=never")
    assert window.title().startswith("Error:")
    look(window, "ledger narrowed error")
    window.go("/ledger?kind=agreement.voted")
    look(window, "ledger narrowed")
    window.go(window.page.locator("main table a").first.get_attribute("href"))
    look(window, "entry proof")


@WIDTHS
def test_who_has_seen_a_person_is_asked_and_read(width: int, hands: Window, sealed: Town) -> None:
    window = hands("auditor", width=width)
    window.go("/seen")
    window.type("#number", sealed.cases["Corvane"])
    window.pick("#why", "own_request")
    window.type("#evidence", "R-2026-0007")
    window.send("Show who was shown them")
    assert window.page.locator("main tbody tr").count() > 1
    look(window, "seen list")
