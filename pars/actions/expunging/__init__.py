"""Court orders on records: recorded, served, told to whoever was shown the record, carried out by a second person, answered for."""

from pars.actions.expunging.listing import READ_BY, Progress, orders
from pars.actions.expunging.ordering import (
    bring_back,
    keep_clean,
    limit,
    preserve,
    put_away,
    read_share,
    record,
    renew_keys,
    serve,
    share_of,
    sweep_up,
    withdraw,
)
from pars.actions.expunging.purging import CARRY_OUT, PRESERVE, RECORD, answer_purge, ask_purges, notices, unasked

__all__ = [
    "CARRY_OUT",
    "PRESERVE",
    "READ_BY",
    "RECORD",
    "Progress",
    "answer_purge",
    "ask_purges",
    "bring_back",
    "keep_clean",
    "limit",
    "notices",
    "orders",
    "preserve",
    "put_away",
    "read_share",
    "record",
    "renew_keys",
    "serve",
    "share_of",
    "sweep_up",
    "unasked",
    "withdraw",
]
