"""The words of `pars.edge.web.words` for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pars.core.visible import visible_lines
from pars.edge.web import words

register = template.Library()
register.filter("money", words.money)
register.filter("otn", words.number)
register.filter("stated", words.stated)
register.filter("owner", words.owner)


@register.filter
def when(at: int | None, language: Any = None) -> SafeString | str:
    """Show an instant as a `time` element: short to read, exact for machines and on hover or focus."""
    if at is None:
        return "not known"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        words.iso(at),
        words.stamp(at, language or "en"),
        words.clock(at, language or "en"),
    )


@register.filter
def given(value: Any) -> Any:
    """Show what came from outside in a direction of its own, so that it turns nothing around it, with what can't be seen written out."""
    if not isinstance(value, str) or isinstance(value, SafeString) or not value:
        return value
    return format_html("<bdi>{}</bdi>", visible_lines(value))


@register.filter
def until(at: int) -> SafeString:
    """Show when something ends as a `time` element; the midnight that ends a day as the end of that day."""
    return format_html('<time datetime="{}" title="{}">{}</time>', words.iso(at), words.stamp(at), words.until(at))


@register.filter
def exact(at: int, language: Any = None) -> SafeString:
    """Show an instant to the second, with its zone."""
    return format_html('<time datetime="{}">{}</time>', words.iso(at), words.stamp(at, language or "en"))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return what a mapping holds under a key; an empty text where nothing."""
    return mapping.get(key, "")


@register.filter
def counted(number: int | None) -> SafeString | int:
    """Show a count; one that the reader's role doesn't allow as such, never as nought."""
    return format_html('<span class="soft">{}</span>', "not shown to your role") if number is None else number
