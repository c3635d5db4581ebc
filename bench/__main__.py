"""`python -m bench [appends] [question] [verify] [--json]`: what PARS costs beside bare PostgreSQL doing the same work."""

from __future__ import annotations

import argparse
import sys

from bench import city
from bench.timing import Row, progress, told

PARTS = ("question", "appends", "verify")


def main() -> int:
    """Measure what the command line names, and print the table."""
    parser = argparse.ArgumentParser(prog="bench", description="What PARS costs beside bare PostgreSQL doing the same work.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON line for each row")
    parser.add_argument("--cases", type=int, default=300, help="how many invented cases there are")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each", type=int, default=120, help="how often each side acts in one round")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}: name any of {', '.join(PARTS)}")
    wanted = given.parts or PARTS
    found: list[Row] = []
    with city.running(cases=given.cases, say=progress) as made:
        # After the home's settings are known: the store opens its pools for one home.
        from bench import appends, question, verify

        if "question" in wanted:
            found += question.rows(made, rounds=given.rounds, each=given.each, say=progress)
        if "appends" in wanted:
            found += appends.rows(made, rounds=given.rounds, each=given.each, say=progress)
        if "verify" in wanted:
            found += verify.rows(rounds=given.rounds, say=progress)
    print(told(found, as_json=given.json))
    return 0


if __name__ == "__main__":
    sys.exit(main())
