"""Figures that make the invented city behave like a large one: counts and shares only, no person-level rows.

Computed from public Philadelphia aggregates: the District Attorney's Office daily counts of 2014-2020 and the bail
settings that a bail fund published for 2020. Shares are of the whole; hours are local; money is in whole cents.
"""

from __future__ import annotations

from typing import NamedTuple

ARRESTS_PER_DAY = 114.59

# Factor on the daily mean by weekday, Monday first.
WEEKDAY_FACTOR = (0.76, 0.97, 1.19, 1.18, 1.11, 1.04, 0.74)

# Arrests by local hour: the filing hours shifted back by the usual half day and smoothed, since filings follow sessions.
HOUR_SHARE = (
    0.046, 0.040, 0.034, 0.026, 0.020, 0.016, 0.019, 0.027, 0.036, 0.043, 0.047, 0.049,
    0.048, 0.047, 0.047, 0.047, 0.049, 0.051, 0.053, 0.055, 0.055, 0.053, 0.049, 0.043,
)  # fmt: skip

# Quantile (percent) and age in years.
AGE_QUANTILES = ((1, 18), (5, 19), (10, 21), (25, 24), (50, 31), (75, 40), (90, 50), (95, 55), (99, 64))

RELEASE_TYPE_COUNT = {"MONETARY": 11811, "ROR": 6852, "UNSECURED": 5051, "REFUSED": 346, "NONMONETARY": 165}

# Dollars and share among monetary orders.
MONETARY_AMOUNT_SHARE = {
    10_000: 0.1587, 50_000: 0.1294, 25_000: 0.1262, 5_000: 0.1096, 100_000: 0.0779, 20_000: 0.0508, 15_000: 0.0444,
    150_000: 0.0430, 75_000: 0.0354, 250_000: 0.0325, 200_000: 0.0276, 500_000: 0.0225, 2_500: 0.0217, 30_000: 0.0176,
}  # fmt: skip


class OffenseGroup(NamedTuple):
    """A group of offenses: mean arrests a day, the share released without money, and charges as (statute, title, grade)."""

    mean_per_day: float
    no_money_share: float
    charges: tuple[tuple[str, str, str], ...]


_PWID = ("35 § 780-113 §§ A30", "Manufacture, Delivery, or Possession With Intent to Manufacture or Deliver", "F")
_POSSESSION = ("35 § 780-113 §§ A16", "Int Poss Contr Subst By Per Not Reg", "M")
_PIC = ("18 § 907 §§ A", "Poss Instrument Of Crime W/Int", "M1")
_SIMPLE = ("18 § 2701 §§ A1", "Simple Assault", "M2")
_REAP = ("18 § 2705", "Recklessly Endangering Another Person", "M2")
_THEFT = ("18 § 3921 §§ A", "Theft By Unlaw Taking-Movable Prop", "M1")
_RSP = ("18 § 3925 §§ A", "Receiving Stolen Property", "M1")
_CONSPIRACY = ("18 § 903 §§ A1", "Conspiracy", "F1")

OFFENSE_GROUPS: dict[str, OffenseGroup] = {
    "Homicide": OffenseGroup(0.5, 0.0, (("18 § 2502 §§ A", "Murder Of The First Degree", "H1"), _PIC, _REAP)),
    "Robbery, gun": OffenseGroup(
        1.98, 0.013, (("18 § 3701 §§ A1ii", "Robbery-Threat Immed Ser Injury", "F1"), _CONSPIRACY, _PIC)
    ),
    "Robbery, other": OffenseGroup(
        3.16, 0.046, (("18 § 3701 §§ A1v", "Robbery-Take Property Fr Other/Force", "F3"), _THEFT, _SIMPLE)
    ),
    "Aggravated assault, gun": OffenseGroup(
        2.6,
        0.018,
        (
            ("18 § 2702 §§ A4", "Aggravated Assault", "F2"),
            ("18 § 6106 §§ A1", "Firearms Not To Be Carried W/O License", "F3"),
            _REAP,
        ),
    ),
    "Aggravated assault, other": OffenseGroup(7.76, 0.055, (("18 § 2702 §§ A1", "Aggravated Assault", "F1"), _SIMPLE, _REAP)),
    "Other assaults": OffenseGroup(7.74, 0.141, (_SIMPLE, _REAP)),
    "Burglary": OffenseGroup(
        3.44,
        0.14,
        (("18 § 3502 §§ A4", "Burglary - Not Adapted For Overnight Accommodation, No Person Present", "F2"), _THEFT, _RSP),
    ),
    "Theft from vehicle": OffenseGroup(1.57, 0.5, (("18 § 3934 §§ A", "Theft From A Motor Vehicle", "M1"), _RSP)),
    "Retail theft": OffenseGroup(4.46, 0.73, (("18 § 3929 §§ A1", "Retail Theft-Take Mdse", "M1"),)),
    "Theft": OffenseGroup(2.32, 0.52, (_THEFT, _RSP)),
    "Vehicle theft": OffenseGroup(2.31, 0.5, (("18 § 3928 §§ A", "Unauth Use Motor/Other Vehicles", "M2"), _RSP)),
    "Drug possession": OffenseGroup(14.74, 0.87, (_POSSESSION,)),
    "Drug sales": OffenseGroup(17.05, 0.3, (_PWID, _POSSESSION, ("18 § 903 §§ A1", "Conspiracy", "F"))),
    "Driving under influence": OffenseGroup(
        9.26, 0.68, (("75 § 3802 §§ A1*", "DUI: Gen Imp/Inc of Driving Safely - 1st Off", "M"),)
    ),
    "Possession of firearms": OffenseGroup(
        3.52,
        0.026,
        (
            ("18 § 6105 §§ A1", "Possession Of Firearm Prohibited", "F2"),
            ("18 § 6108", "Carry Firearms In Public In Phila", "M1"),
        ),
    ),
    "Threats": OffenseGroup(0.96, 0.155, (("18 § 2706 §§ A1", "Terroristic Threats W/ Int To Terrorize Another", "M1"),)),
}
