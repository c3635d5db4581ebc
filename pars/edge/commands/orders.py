"""`pars order …`: court orders on records, from the paper that came in to the last agency's answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pars.actions import disclosing, expunging
from pars.actions.beats import Refused
from pars.core.access.court_orders import KEEPERS, MEANS, REASONS, WITHDRAWN, says_what
from pars.core.access.floor import ZONE
from pars.core.access.purges import OUTCOMES
from pars.core.agreements.version import Place
from pars.core.terms import Instant, Refusal
from pars.core.wording import when
from pars.edge.commands import homes
from pars.edge.commands.people import WHEN, acting, by_when, in_a_line, no, party, read_file, told, unable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from pars.actions.beats import Done
    from pars.actions.expunging import Progress
    from pars.core.ledger.entries import By

_HERE = Place("Pennsylvania", ZONE)
ORDER = "the order's number, as `pars order list` shows it"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this page's commands."""
    order = commands.add_parser("order", help="court orders on records: limited, sealed, expunged, lifted")
    acts = order.add_subparsers(dest="act", required=True, metavar="ACT")
    _add_clerks(acts)
    _add_carrying_out(acts)
    show = acts.add_parser("list", help="every order, what it waits for, and who was told to destroy their copies")
    show.add_argument("--by", required=True, help="the account of who records or carries out orders, or reads the ledger")
    show.set_defaults(run=_list)
    answer = acts.add_parser("answer", help="record what an agency says became of its copies")
    answer.add_argument("agreement", help="its short name, as `pars agreement list` shows it")
    answer.add_argument("purge", type=int, help="the number of what the agency was told, as `pars order list` shows it")
    answer.add_argument(
        "outcome", choices=tuple(OUTCOMES), help="; ".join(f"{code}: {says}" for code, says in OUTCOMES.items())
    )
    answer.add_argument("--shown", type=Path, required=True, help="the file that shows it: only its sha256 is kept")
    answer.add_argument("--agency", help="the agency, where its own person says so")
    answer.add_argument("--by", required=True, help="the account: of the agency, or of staff who received it")
    answer.set_defaults(run=_answer)


def _add_clerks(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    record = acts.add_parser("record", help="record an order that came in")
    record.add_argument("means", choices=tuple(MEANS), help="what it says")
    record.add_argument("paper", type=Path, help="the order itself: only a keyed commitment to it is kept")
    record.add_argument("--case", help="the case that it is about, where it lifts nothing")
    record.add_argument(
        "--charge",
        type=int,
        action="append",
        default=[],
        metavar="N",
        help="a single charge that it expunges, by its number on the case's page; once for each (default: the whole record)",
    )
    record.add_argument("--lifts", type=int, help="the number of the order that it lifts")
    record.add_argument("--final", help=f"when the time for an appeal is over (default: now): {WHEN}")
    record.add_argument("--by", required=True, help="the account of the clerk")
    record.set_defaults(run=_record)
    serve = acts.add_parser("serve", help="record that an owner, or a keeper by law, has an order")
    serve.add_argument("order", type=int, help=ORDER)
    serve.add_argument("on", help=f"an owner, or one of {', '.join(KEEPERS)}")
    serve.add_argument("--copy", type=Path, help="the file that a keeper was handed: only a keyed commitment to it is kept")
    serve.add_argument("--by", required=True, help="the account of the clerk")
    serve.set_defaults(run=_serve)
    preserve = acts.add_parser("preserve", help="state that a record must be preserved although an order would destroy it")
    preserve.add_argument("order", type=int, help=ORDER)
    preserve.add_argument("reason", choices=tuple(REASONS), help="; ".join(f"{code}: {says}" for code, says in REASONS.items()))
    preserve.add_argument("--ends", action="store_true", help="it need no longer be preserved for this reason")
    preserve.add_argument("--by", required=True, help="the account of who states it")
    preserve.set_defaults(run=_preserve)

    withdraw = acts.add_parser("withdraw", help="withdraw an order that was recorded wrongly, until it is carried out")
    withdraw.add_argument("order", type=int, help=ORDER)
    withdraw.add_argument(
        "reason", choices=tuple(WITHDRAWN), help="; ".join(f"{code}: {says}" for code, says in WITHDRAWN.items())
    )
    withdraw.add_argument("--by", required=True, help="the account of the clerk")
    withdraw.set_defaults(run=_withdraw)


def _add_carrying_out(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    show = acts.add_parser("show", help="which record an order is about: entered, as any record that is shown")
    show.add_argument("order", type=int, help=ORDER)
    show.add_argument("--by", required=True, help="the account of who records or carries out orders")
    show.set_defaults(run=_show)
    does: dict[str, tuple[str, Callable[[argparse.Namespace, Path], int]]] = {
        "tell": ("tell every agency that was shown the record to destroy its copies", _tell),
        "limit": ("limit the access to the record, or end that where the order lifts it", _limit),
        "carry-out": ("seal or expunge the record; what is expunged can't be brought back", _carry_out),
        "bring-back": ("bring a sealed record back, with the shares of two owners", _bring_back),
    }
    for act, (says, run) in does.items():
        one = acts.add_parser(act, help=says)
        one.add_argument("order", type=int, help=ORDER)
        if act == "bring-back":
            one.add_argument("shares", nargs=2, metavar="SEAT=FILE", help="an owner and the file with their share")
        if act == "carry-out":
            one.add_argument("--case", required=True, help="the case that it is about, as `pars order show` and the paper say")
        one.add_argument("--by", required=True, help="the account of who carries it out: another than recorded it")
        one.set_defaults(run=run)


# ---------------------------------------------------------------- the clerk's


def _record(given: argparse.Namespace, home: Path) -> int:
    paper = read_file(given.paper)
    if paper is None:
        return 2
    final = None
    if given.final is not None and (final := by_when(given.final, _HERE)) is None:
        return no(f"--final {given.final!r:.40}: {WHEN}")
    return _as(
        given,
        home,
        expunging.RECORD,
        lambda by: expunging.record(
            means=given.means,
            paper=paper,
            case_id=given.case,
            charges=given.charge,
            lifts=given.lifts,
            final=final,
            by=by,
        ),
    )


def _serve(given: argparse.Namespace, home: Path) -> int:
    copy = None if given.copy is None else read_file(given.copy)
    if given.copy is not None and copy is None:
        return 2
    return _as(given, home, expunging.RECORD, lambda by: expunging.serve(order=given.order, on=given.on, copy=copy, by=by))


def _preserve(given: argparse.Namespace, home: Path) -> int:
    return _as(
        given,
        home,
        expunging.PRESERVE,
        lambda by: expunging.preserve(order=given.order, reason=given.reason, stands=not given.ends, by=by),
    )


def _withdraw(given: argparse.Namespace, home: Path) -> int:
    return _as(given, home, expunging.RECORD, lambda by: expunging.withdraw(order=given.order, reason=given.reason, by=by))


# ---------------------------------------------------------------- carried out


def _show(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, expunging.CARRY_OUT) or acting(given.by, expunging.RECORD)
        if by is None:
            return no(unable(given.by, expunging.CARRY_OUT))
        found = disclosing.ordered(order=given.order, by=by)
    if isinstance(found, Refused):
        return told(found)
    for name, value in found.row.items():
        print(f"{name:18} {'; '.join(value) if isinstance(value, list | tuple) else '' if value is None else value}")
    for n, says in found.charges:
        print(f"{'of it alone':18} {n}: {says}")
    print(f"That you saw this is entry {found.entry}.")
    return 0


def _tell(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = acting(given.by, expunging.CARRY_OUT)
        if by is None:
            return no(unable(given.by, expunging.CARRY_OUT))
        done = expunging.ask_purges(order=given.order, by=by)
    if not done:
        print("Nobody is left to be told.")
    return max((told(one) for one in done), default=0)


def _carry_out(given: argparse.Namespace, home: Path) -> int:
    return _as(given, home, expunging.CARRY_OUT, lambda by: expunging.put_away(order=given.order, case_id=given.case, by=by))


def _limit(given: argparse.Namespace, home: Path) -> int:
    return _as(given, home, expunging.CARRY_OUT, lambda by: expunging.limit(order=given.order, by=by))


def _bring_back(given: argparse.Namespace, home: Path) -> int:
    brought: dict[str, bytes] = {}
    for named in given.shares:
        seat, _, file = named.partition("=")
        share = expunging.read_share(Path(file))
        if share is None:
            return no(f"{file!r:.80} holds no share. Write SEAT=FILE, with the file that the owner was given.")
        brought[seat] = share
    return _as(given, home, expunging.CARRY_OUT, lambda by: expunging.bring_back(order=given.order, brought=brought, by=by))


def _answer(given: argparse.Namespace, home: Path) -> int:
    shown = read_file(given.shown)
    if shown is None:
        return 2
    with homes.begun(home):
        by = party(given.by, "agreement:reply", given.agency)
        if by is None:
            own = "" if given.agency else " An agency's own person says which agency it is: --agency ID."
            return no(unable(given.by, "agreement:reply") + own)
        done = expunging.answer_purge(agreement=given.agreement, purge=given.purge, outcome=given.outcome, shown=shown, by=by)
    return told(done)


# ---------------------------------------------------------------- read


def _list(given: argparse.Namespace, home: Path) -> int:
    with homes.begun(home):
        by = next(filter(None, (acting(given.by, act) for act in expunging.READ_BY)), None)
        if by is None:
            return no(unable(given.by, expunging.RECORD))
        found = expunging.orders(by=by)
    if isinstance(found, Refusal):
        return no(in_a_line(found, None))
    for one in found:
        print("\n".join(_lines(one)))
    if not found:
        print("No court order on a record was recorded.")
    return 0


def _lines(one: Progress) -> list[str]:
    order = one.order
    says = [f"{order.entry}  {says_what(order)}, final {_time(order.final)}"]
    if order.done is not None:
        says.append(f"    carried out {_time(order.done)}")
    elif order.withdrawn is not None:
        says.append(f"    withdrawn {_time(order.withdrawn)}")
    else:
        says += [f"    {waits.says} {waits.remedy}".rstrip() for waits in one.waits]
        says += [f"    {one.untold} agencies that were shown the record are still to be told."] if one.untold else []
        says += [f"    In {one.named} other cases of the incident an account names the person still."] if one.named else []
        says += ["    Other cases of the person are linked through this record alone: link them first."] if one.joins else []
    for asked in one.asked:
        what = "no answer yet" if asked.outcome is None else OUTCOMES[asked.outcome]
        says.append(f"    purge {asked.purge.entry}: {asked.agency} ({asked.agreement}), due {_time(asked.purge.due)}: {what}")
    return says


def _time(at: Instant) -> str:
    return when(at, _HERE)


def _as(given: argparse.Namespace, home: Path, act: str, does: Callable[[By], Done | Refused]) -> int:
    with homes.begun(home):
        by = acting(given.by, act)
        if by is None:
            return no(unable(given.by, act))
        done = does(by)
    return told(done)
