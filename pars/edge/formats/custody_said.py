"""The source's word on custody: in custody, not in custody, or released. A flag for a hold is never read as one.

Only words whose meaning is plain are taken; a county's own word for a place or a program is listed as unmapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pars.core.cases.received import CustodyGiven
from pars.edge.formats.do_not_collect import tells_of_dropped
from pars.edge.formats.graph import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pars.core.cases.received import CustodyStatus
    from pars.core.terms import StatedTime
    from pars.edge.formats.paper import Paper
    from pars.edge.formats.xml_reading import Element

RELEASE_STATED: Final = "Release stated"

_IN: Final = (
    "in custody",
    "in-custody",
    "in jail",
    "jail",
    "in detention",
    "detained",
    "held",
    "incarcerated",
    "confined",
    "lodged",
)
_OUT: Final = (
    "not in custody",
    "not-in-custody",
    "out of custody",
    "not in jail",
    "not detained",
    "not held",
    "not incarcerated",
)
_RELEASED: Final = ("released", "release", "released from custody", "discharged")
_STATUSES: Final = ("SubjectLocationStatus", "SupervisionCustodyStatus", "SubjectCustodyStatus")
_TEXTS: Final = ("SubjectStatusDescriptionText", "SubjectLocationStatusText", "CustodyStatusText")


def custody_given(paper: Paper, person: Element | None, document_time: StatedTime | None) -> tuple[CustodyGiven, ...]:
    """Return what the document says of the subject's custody, each word once."""
    now = list(_present(paper, person))
    released = [] if any(said.status == "IN_CUSTODY" for said in now) else list(_releases(paper, person, document_time))
    said = [*released, *now]
    if not said:
        said = list(_detentions(paper, person))
    return tuple(dict.fromkeys(said))


def _present(paper: Paper, person: Element | None) -> Iterator[CustodyGiven]:
    """Yield the words on where the person is now."""
    for holder in paper.graph.named(*_STATUSES):
        if _is_about(paper, holder, person):
            for element in find((holder,), "StatusDescriptionText"):
                yield from _in_words(element)
    for element in paper.graph.named(*_TEXTS):
        if _is_about(paper, element, person):
            yield from _in_words(element)
    for element in paper.graph.named("SubjectInCustodyIndicator"):
        if _is_about(paper, element, person):
            if element.says("true", "1"):
                yield CustodyGiven(status="IN_CUSTODY", words="In custody")
            elif element.says("false", "0"):
                yield CustodyGiven(status="NOT_IN_CUSTODY", words="Not in custody")


def _in_words(element: Element) -> Iterator[CustodyGiven]:
    meanings: tuple[tuple[CustodyStatus, tuple[str, ...]], ...] = (
        ("IN_CUSTODY", _IN),
        ("NOT_IN_CUSTODY", _OUT),
        ("RELEASED", _RELEASED),
    )
    for status, words in meanings:
        if element.says(*words):
            yield CustodyGiven(status=status, words=element.text or "")


def _releases(paper: Paper, person: Element | None, document_time: StatedTime | None) -> Iterator[CustodyGiven]:
    """Yield the releases that have happened: one dated after the document was made is only a plan."""
    for release in paper.graph.named("Release"):
        if release.children and release.reference is None and _is_about(paper, release, person):
            time = paper.activity_time((release,))
            if _has_happened(time, document_time):
                reasons = [*find((release,), "ActivityDescriptionText"), *find((release,), "ActivityReasonText")]
                words = next((said for each in reasons if (said := _own_words(each)) is not None), None)
                yield CustodyGiven(status="RELEASED", words=words or RELEASE_STATED, time=time)
    for element in paper.graph.named("SupervisionReleaseDate"):
        before = [(each, each.read) for each in element.walk()]
        time = paper.time_in(element) if _is_about(paper, element, person) else None
        if time is not None and _has_happened(time, document_time):
            yield CustodyGiven(status="RELEASED", words=RELEASE_STATED, time=time)
        else:
            for each, read in before:
                each.read = read


def _has_happened(time: StatedTime | None, document_time: StatedTime | None) -> bool:
    return time is None or document_time is None or time.earliest < document_time.latest


def _detentions(paper: Paper, person: Element | None) -> Iterator[CustodyGiven]:
    """Yield a detention whose status is stated in words of its own, such as "Pretrial", and that nobody says has ended."""
    for detention in paper.graph.named("Detention"):
        if detention.children and detention.reference is None and _is_about(paper, detention, person):
            for element in find((detention,), "SupervisionCustodyStatus/StatusDescriptionText"):
                if (words := _own_words(element)) is not None:
                    yield CustodyGiven(status="IN_CUSTODY", words=words, time=paper.activity_time((detention,)))


def _own_words(element: Element) -> str | None:
    """Return the source's own words, None where there are none or where they tell of what is not collected."""
    was_read, words = element.read, element.text
    if words is not None and tells_of_dropped(words):
        element.read = was_read
        return None
    return words


def _is_about(paper: Paper, element: Element, person: Element | None) -> bool:
    """Return whether the part belongs to the subject, not to another person whose role or record it lies in."""
    owner = paper.owner_of(element)
    return person is None or owner is None or owner is person
