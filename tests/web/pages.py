"""Reads a page as a careful person would: landmarks, one title, names of fields, one thing to do; and fills its forms."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lxml import html

from tests.web.town import PASSWORD

if TYPE_CHECKING:
    import httpx
    from django.test import Client

QUIET = {"usa-button--outline", "usa-button--secondary"}


def read(response: Any) -> html.HtmlElement:
    """Return the page's tree."""
    found: html.HtmlElement = html.document_fromstring(response.content)
    return found


def text(response: Any) -> str:
    """Return what the page says, in one line."""
    return " ".join(read(response).text_content().split())


def faults(page: html.HtmlElement) -> list[str]:
    """Return what is wrong with a page's bones."""
    found = [f"not one {landmark}" for landmark in ("header", "main", "footer") if len(page.xpath(f"//{landmark}")) != 1]
    if not page.xpath("/html/@lang"):
        found.append("no language")
    if len(page.xpath("//h1")) != 1:
        found.append(f"{len(page.xpath('//h1'))} h1")
    if not (page.findtext(".//title") or "").strip():
        found.append("no title")
    ids = page.xpath("//@id")
    found += [f"id {one} twice" for one in {one for one in ids if ids.count(one) > 1}]
    found += [
        f"{where} leads nowhere"
        for where in page.xpath("//*[not(@type='hidden')]/@aria-describedby | //@aria-labelledby")
        if not set(where.split()) <= set(ids)
    ]
    found += [
        f"the link #{where[1:]} leads nowhere" for where in page.xpath("//a/@href[starts-with(., '#')]") if where[1:] not in ids
    ]
    labels = set(page.xpath("//label/@for"))
    for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        if field.get("id") not in labels and not field.get("aria-label"):
            found.append(f"the field {field.get('name')} has no label")
    primary = [
        button
        for button in page.xpath("//*[contains(concat(' ', @class, ' '), ' usa-button ')]")
        if not QUIET & set(button.get("class").split())
    ]
    if len(primary) > 1:
        found.append(f"{len(primary)} primary buttons: {[button.text_content().strip() for button in primary]}")
    if page.xpath("//script[not(@src)] | //@onclick | //@style | //@onsubmit"):
        found.append("script or style within the page")
    for form in page.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if not form.xpath(".//input[@name='csrfmiddlewaretoken']"):
            found.append(f"the form to {form.get('action')} can be forged")
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    found += [f"a heading jumps from {a} to {b}" for a, b in pairwise(levels) if b > a + 1]
    return found


def form(page: html.HtmlElement, action: str) -> dict[str, Any]:
    """Return what a form would send as it stands: every field that has a value. One that changes something goes before one that looks."""
    found = [one for one in page.xpath("//form") if one.get("action") == action]
    found.sort(key=lambda one: one.get("method") != "post")
    assert found, f"no form to {action}; there are {page.xpath('//form/@action')}"
    values: dict[str, Any] = {}
    for name, value in found[0].form_values():
        values[name] = (
            [*values[name], value] if isinstance(values.get(name), list) else [values[name], value] if name in values else value
        )
    return values


def send(client: Client, page: html.HtmlElement, action: str, **typed: Any) -> Any:
    """Send a form with these fields typed over what stands in it, and follow to the next page."""
    values = {**form(page, action), **typed}
    return client.post(action, {name: value for name, value in values.items() if value is not None}, follow=True)


def summary(page: html.HtmlElement) -> list[tuple[str, str]]:
    """Return the error summary: where each link leads, and what it says."""
    items = page.xpath("//*[@id='faults']//li")
    return [((item.xpath(".//a/@href") or [""])[0].removeprefix("#"), item.text_content().strip()) for item in items]


def sign_in(client: httpx.Client, username: str) -> None:
    """Sign somebody of the town in, by the form."""
    values = {**form(read(client.get("/sign-in")), "/sign-in"), "username": username, "password": PASSWORD}
    assert client.post("/sign-in", data=values, follow_redirects=False).status_code == 302, "a form with faults comes again"
