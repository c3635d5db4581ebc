"""An interview by keyboard: a digit answers and goes on to the next question; without scripts every answer is still there to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pars.core.cases.worksheet import answers_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.hands import Hands
    from tests.web.town import Town

    Window = Callable[..., Hands]

HERE = "document.activeElement.name"


def test_a_digit_answers_and_goes_on(hands: Window, sealed: Town) -> None:
    window = hands("interview")
    window.go(f"/cases/{sealed.cases['Greymount']}/interview")
    window.tick("#id_begin-told")
    window.send("Begin the interview")
    assert window.says("Keys 1 to 5 choose an answer and go on to the next question.")
    window.reach("input[name='answers-local_residence']:checked")
    before = window.keys
    for key in "132":  # yes, over two years, no
        window.press(key)
    assert window.page.evaluate(HERE) == "answers-lives_with"
    window.press("9")  # there is no ninth answer
    assert window.page.evaluate(HERE) == "answers-lives_with"
    assert window.keys - before == 4
    window.press("4")  # not answered
    window.use("Save the answers")
    assert window.says("3 of 20 answered")
    said = {code: fact.answer for code, fact in answers_of(sealed.case("Greymount", "interview")).items()}
    assert said == {"local_residence": "YES", "residence_length": "OVER_2_YEARS", "can_return": "NO"}
    window.page.locator("#id_answers-note").focus()
    window.page.keyboard.type("2 children")
    assert window.page.locator("#id_answers-note").input_value() == "2 children", "a digit in a text is a digit"


def test_without_scripts_it_is_all_there(hands: Window, sealed: Town) -> None:
    window = hands("interview", scripts=False)
    window.go(f"/cases/{sealed.cases['Yarrowick']}/interview")
    window.tick("#id_begin-told")
    window.send("Begin the interview")
    assert not window.page.locator(".keys-told").is_visible()
    window.choose("answers-local_residence", "NO")
    window.send("Save and go on")
    assert window.says("1 of 20 answered")
    assert window.page.url.endswith("#part-2")
    window.page.locator("summary:has-text('Not now')").press("Enter")
    window.choose("not-now-what", "DECLINED")
    window.send("Record why not")
    assert window.says("Who waits for pretrial services")
