"""The forms of the case page, one for each act: a case's next step for a role, and what the role can do at any time.

A form is built from the case when it is shown, and from what came back when it is sent: the case itself is opened again only
where something has to be shown again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from pars.edge.web.panel import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pars.actions.disclosing import CaseShown
    from pars.core.owners.profile import Profile
    from pars.edge.web.seat import Seat


class Panel(Form):
    """One act on a case. `steps` are the codes of the next steps that it takes (none for what can be done at any time), `act` is what
    the role must allow.
    """

    slug: ClassVar[str]
    act: ClassVar[str]
    steps: ClassVar[frozenset[str]] = frozenset()
    title: ClassVar[str]
    lede: ClassVar[str] = ""
    button: ClassVar[str]
    done: ClassVar[str]
    """What the next page says when it was done."""
    template: ClassVar[str] = "web/panels/_plain.html"
    signs: ClassVar[bool] = False
    bench: ClassVar[bool] = False
    """Done on the bench's own page by who holds hearings; who doesn't finds it on the case's page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    known = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, shown: CaseShown | None = None, **options: Any) -> None:
        super().__init__(data, **{"prefix": self.slug, **options})
        self.shown = shown
        if shown is not None:
            self.initial.update({"seen": shown.case.version, "known": len(shown.case.facts)})
            self.show(shown)
            self.by_profile(shown.case.profile)

    def by_profile(self, profile: Profile) -> None:
        """Say the title and what stands below it in the words of the profile that the case goes by."""
        own: Any = self
        own.title, own.lede = profile.fill(self.title), profile.fill(self.lede)

    def show(self, shown: CaseShown) -> None:
        """Fill in what the case says: choices, and values to begin with."""

    def perform(self, case_id: str, seat: Seat) -> Any:
        """Do it, and return what was done or the refusal. Called with everything typed in order."""
        raise NotImplementedError

    @classmethod
    def offered(cls, shown: CaseShown) -> bool:
        """Return whether this can be done to the case now, where no step asks for it."""
        del shown
        return False

    @classmethod
    def anew(cls, data: Any, shown: CaseShown) -> Panel:
        """Return the form with what was typed, now about the case as it stands."""
        kept = data.copy()
        kept[f"{cls.slug}-seen"] = str(shown.case.version)
        kept[f"{cls.slug}-known"] = str(len(shown.case.facts))
        return cls(kept, shown=shown)

    @property
    def common(self) -> dict[str, Any]:
        """Return what every action on a case takes from the form."""
        return {"seen": self.cleaned_data["seen"]}

    def values(self, *names: str) -> dict[str, Any]:
        """Return these fields' values by name."""
        return {name: self.cleaned_data.get(name) for name in names}

    @property
    def drawn(self) -> list[Any]:
        """Return the fields that are seen, for a page that draws them one below the other."""
        return [bound for bound in self if not bound.is_hidden]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Return what was typed and chosen, with its labels; what was left empty isn't among it."""
        found = []
        for bound in self.drawn:
            value = bound.value()
            choices = {str(code): says for code, says in _flat(getattr(bound.field, "choices", ()))}
            given = value if isinstance(value, list) else [value]
            says = ", ".join(str(choices.get(str(one), one)) for one in given if one not in (None, "", False))
            if says and not isinstance(bound.field.widget, forms.PasswordInput):
                found.append((bound.label, says))
        return found

    @property
    def hidden(self) -> list[Any]:
        """Return the fields that aren't seen."""
        return [bound for bound in self if bound.is_hidden]


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Return every choice of a list, those in its parts too."""
    for code, says in choices:
        if isinstance(says, list | tuple):
            yield from _flat(says)
        else:
            yield code, says
