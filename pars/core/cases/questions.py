"""What the pretrial interview asks, in the order in which it is spoken: each question with the criterion of Pa.R.Crim.P. 523(A) it serves.

The offense charged (523(A)(1)) is a criterion, too, and is not asked: the bench has the charges, and nothing said here is about what
happened. What comes from records is looked up and not asked aloud. An answer is a code of its question's list or it is none at all:
what wasn't answered is never a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

YES_NO: Mapping[str, str] = MappingProxyType({"YES": "Yes", "NO": "No"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: as it is spoken, its short name on paper, and the answers that it may have by their codes.

    `asked` False: the interviewer looks it up in the records.
    """

    code: str
    part: str
    criterion: str
    says: str
    label: str
    answers: Mapping[str, str] = field(default_factory=lambda: YES_NO, hash=False)
    asked: bool = True

    def words(self, answer: str | None) -> str:
        """Return an answer in words, in its three states."""
        return "not answered" if answer is None else self.answers[answer]


def _of(part: str, criterion: str, *questions: tuple[str, str, str] | tuple[str, str, str, dict[str, str]]) -> list[Question]:
    """Return the questions of one part."""
    return [
        Question(
            code=code,
            part=part,
            criterion=criterion,
            says=says,
            label=label,
            answers=MappingProxyType(more[0]) if more else YES_NO,
            asked=part != RECORDS,
        )
        for code, label, says, *more in questions
    ]


RECORDS = "From the records"

QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        question.code: question
        for question in (
            *_of(
                "Where the person lives",
                "523(A)(4)",
                ("local_residence", "Lives in the area", "Do you live in this area?"),
                (
                    "residence_length",
                    "Time at the address",
                    "How long have you lived where you live now?",
                    {"UNDER_6_MONTHS": "Under 6 months", "UNDER_2_YEARS": "6 months to 2 years", "OVER_2_YEARS": "Over 2 years"},
                ),
                ("can_return", "Can go back to the address", "Can you go back there if you are released?"),
            ),
            *_of(
                "Family and friends",
                "523(A)(3)",
                (
                    "lives_with",
                    "Lives with",
                    "Whom do you live with?",
                    {"FAMILY": "Family or partner", "OTHERS": "Other people", "ALONE": "Alone"},
                ),
                ("family_contact", "Family or friend to reach", "Is there family or a friend whom we can reach?"),
                ("dependents", "Somebody depends on the person", "Does anybody depend on you for care or support?"),
            ),
            *_of(
                "Work and means",
                "523(A)(2)",
                ("employed", "Employed or at school", "Do you work, or go to school or training?"),
                (
                    "work_length",
                    "Time at the work or school",
                    "How long have you been there?",
                    {"UNDER_3_MONTHS": "Under 3 months", "UNDER_1_YEAR": "3 months to a year", "OVER_1_YEAR": "Over a year"},
                ),
                (
                    "means",
                    "Could put down without hardship",
                    "How much money could you put down without going short of food or rent?",
                    {"NOTHING": "Nothing", "UNDER_100": "Under $100", "UNDER_1000": "$100 to $1,000", "MORE": "Over $1,000"},
                ),
                ("benefits", "Lives on public benefits", "Do you live on public benefits?"),
            ),
            *_of(
                "Health and help",
                "523(A)(5)",
                ("phone", "Can be reminded by phone", "Do you have a phone on which we can remind you of court dates?"),
                ("wants_help", "Wants help or treatment", "Do you want help with health, alcohol, drugs or housing?"),
            ),
            *_of(
                "Court and bail before",
                "523(A)(6)",
                ("prior_failure_to_appear", "Missed a court date before", "Have you ever missed a court date?"),
                ("missed_lately", "Missed one within two years", "Was that within the last two years?"),
                ("open_case", "Another open case, probation or parole", "Is another case open, or are you on probation or parole?"),
                (
                    "kept_conditions",
                    "Kept conditions of earlier bail",
                    "If you were on bail before, did you keep its conditions?",
                    {"YES": "Yes", "NO": "No", "NEVER": "Never on bail"},
                ),
            ),
            *_of(
                "Getting to court",
                "523(A)(10)",
                ("transport", "Can get to court", "Can you get to court by yourself?"),
            ),
            *_of(
                RECORDS,
                "523(A)(7)-(9)",
                (
                    "convictions",
                    "Earlier convictions",
                    "Earlier convictions on the person's record",
                    {"NONE": "None", "ONE_OR_TWO": "One or two", "THREE_OR_MORE": "Three or more"},
                ),
                ("flight", "Flight or escape", "A record of flight from arrest or prosecution, or of escape"),
                ("false_identity", "False identification used", "A record of false identification"),
            ),
        )
    }
)  # fmt: skip
"""Every question by its code, in spoken order."""

PARTS: tuple[str, ...] = tuple(dict.fromkeys(question.part for question in QUESTIONS.values()))
