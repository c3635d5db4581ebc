"""Draws a form's field: label, hint, error and control, in the design system's markup."""

from __future__ import annotations

from typing import Any

from django import forms, template

from pars.edge.web.panel import NEEDED

register = template.Library()


@register.inclusion_tag("web/_field.html")
def field(bound: Any, dress: str = "", label: str = "") -> dict[str, Any]:
    """Draw one field. `dress` adds a class to its group; `label` says it otherwise than the form does."""
    widget = bound.field.widget
    match widget:
        case forms.CheckboxSelectMultiple():  # it is a RadioSelect too
            kind = "checkbox"
        case forms.RadioSelect():
            kind = "radio"
        case forms.CheckboxInput():
            kind = "tick"
        case _:
            kind = "plain"
    return {
        "bound": bound,
        "kind": kind,
        "dress": dress,
        "label": label or bound.label,
        "hint": bound.help_text,
        "needed": NEEDED[getattr(bound.form, "spoken", "en")]
        if kind == "plain" and bound.field.required and _mixed(bound.form)
        else "",
    }


def _mixed(form: Any) -> bool:
    """Return whether some fields are needed and some aren't, so that it has to be said which."""
    return any(not bound.field.required for bound in form if not bound.is_hidden)
