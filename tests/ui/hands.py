"""Somebody at a keyboard: goes to fields and buttons with Tab alone, types, ticks, sends; and lets axe look at what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.town import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

FARTHEST = 250
"""Tabs from one end of the longest page to the other."""

KEY, DECISION = 0.28, 1.35
"""Seconds for a key and for thinking of a step, as the keystroke-level model has them for somebody who types without haste."""

HERE = "(() => { const e = document.activeElement; return e ? (e.id || e.getAttribute('name') || e.tagName) : ''; })()"
IS_HERE = "e => e.isConnected ? e === document.activeElement : null"
IN_SIGHT = """(() => {
  const here = document.activeElement, label = here.labels?.[0];
  const inside = (one) => { const box = one.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth; };
  return { inside: inside(here) || Boolean(label && inside(label)), outline: getComputedStyle(here).outlineStyle };
})()"""


class Hands:
    """One window. Nothing here touches a mouse: every step is a key, and the focus must be in sight at each."""

    def __init__(self, page: Page, axe: str) -> None:
        self.page = page
        self.axe = axe
        self.keys = 0
        self.decisions = 0

    def press(self, key: str) -> None:
        """Press a key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def go(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path)

    def reach(self, wanted: str, *, back: bool = False) -> None:
        """Tab to the element that a selector names; it must be reachable so, and in sight when it has the focus."""
        target = self.page.locator(wanted).first.element_handle()
        for _ in range(FARTHEST):
            if (here := target.evaluate(IS_HERE)) is None:  # a live page has put another in its place
                target = self.page.locator(wanted).first.element_handle()
                here = target.evaluate(IS_HERE)
            if here:
                seen = self.page.evaluate(IN_SIGHT)
                assert seen["inside"], f"{wanted} has the focus out of sight"
                return
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"no Tab leads to {wanted}; the last stop was {self.page.evaluate(HERE)}")

    def begin(self) -> None:
        """Count from here on."""
        self.keys = self.decisions = 0

    def seconds(self) -> float:
        """Return how long all of it took by the keystroke-level model: keys that somebody practiced presses, and what to do thought of."""
        return self.keys * KEY + self.decisions * DECISION

    def answer(self, key: str) -> None:
        """Answer what has the focus by one key."""
        self.decisions += 1
        self.press(key)

    def jump(self, key: str, *, leads: bool = False) -> None:
        """Use a single key that the page has; where it leads to another page, wait for that."""
        self.decisions += 1
        if not leads:
            self.press(key)
            return
        with self.page.expect_navigation():
            self.press(key)

    def type(self, wanted: str, text: str) -> None:
        """Write into a field, over what is there."""
        self.decisions += 1
        self.reach(wanted)
        if self.page.locator(wanted).first.input_value():
            self.press("Control+a")
        self.keys += len(text)
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Choose one of some radio buttons: Tab to the group, then arrows."""
        self.decisions += 1
        group = f"input[name='{name}']"
        for _ in range(FARTHEST):
            if self.page.evaluate(f"document.activeElement.name === {name!r}"):
                break
            self.press("Tab")
        else:
            raise AssertionError(f"no Tab leads to {name}")
        if self.page.locator(f"{group}:checked").count() == 0:
            self.press("Space")
        for _ in range(20):
            if self.page.locator(f"{group}[value='{value}']").is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value} of {name}")

    def tick(self, wanted: str) -> None:
        """Tick a box."""
        self.decisions += 1
        self.reach(wanted)
        self.press("Space")
        assert self.page.locator(wanted).first.is_checked()

    def pick(self, wanted: str, value: str) -> None:
        """Pick from a list that drops down, by typing the beginning of its words."""
        self.decisions += 1
        self.reach(wanted)
        words = self.page.locator(f"{wanted} option[value='{value}']").inner_text().strip()
        self.keys += len(words)
        self.page.keyboard.type(words[:40])
        assert self.page.locator(wanted).input_value() == value

    def open(self, words: str) -> None:
        """Open the part with these words."""
        self.decisions += 1
        self.reach(f"main summary:visible:has-text('{words}')")
        self.press("Enter")

    def send(self, words: str, *, key: str = "Enter") -> None:
        """Tab to the button or link with these words and use it; wait for the page that follows."""
        self.decisions += 1
        self.reach(f"main :is(button, a):not([tabindex='-1']):visible:has-text('{words}')")
        with self.page.expect_navigation():
            self.press(key)

    def enter(self) -> None:
        """Press Enter where the focus is, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.press("Enter")

    def use(self, words: str) -> None:
        """Use the button with these words, wherever the focus is; wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(f"main button:not([tabindex='-1']):visible:has-text('{words}')").first.press("Enter")

    def sign_in(self, username: str) -> None:
        """Sign in."""
        self.go("/sign-in")
        self.type("#id_username", username)
        self.type("#id_password", PASSWORD)
        with self.page.expect_navigation():
            self.press("Enter")
        assert not self.page.url.endswith("/sign-in"), "the form came again"

    def says(self, words: str) -> bool:
        """Return whether the page says this."""
        return words in " ".join(self.page.locator("main").inner_text().split())

    def title(self) -> str:
        """Return the page's title."""
        return self.page.title()

    def violations(self) -> list[tuple[str, Any]]:
        """Return what axe finds wrong with the page."""
        self.page.evaluate(self.axe)
        # What it would fetch anew beforehand are media, of which no page has any, and style sheets for rules that it doesn't ask of its own accord.
        found = self.page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
        return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found["violations"]]

    def fits(self) -> bool:
        """Return whether nothing is wider than the window."""
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        return wide
