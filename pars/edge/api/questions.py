"""`POST /v1/questions`: an outside agency's question, answered with one guarded reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pars.actions import disclosing
from pars.core.access.decision import Caller
from pars.edge.api.answering import CallError
from pars.edge.api.asking import Calling, answer_body
from pars.edge.api.callers import repeatable
from pars.edge.api.reading import Unreadable, read_json
from pars.edge.deliver import Chunk, GuardedReply, Reply, Why
from pars.edge.problems import Fault, Problem, malformed

if TYPE_CHECKING:
    from starlette.requests import Request

HEAD = {"content-type": "application/json"}


async def ask(request: Request) -> GuardedReply:
    """Answer one question, or one page of it."""
    headers = request.headers
    asking = Asking(
        authorization=headers.get("authorization"),
        key=headers.get("idempotency-key"),
        path=request.url.path,
        body=await request.body(),
    )
    return GuardedReply(produce=asking.produce, dropped=asking.dropped)


class Asking:
    """One call of `POST /v1/questions`. It may be decided more than once, each time with an entry of its own."""

    def __init__(self, *, authorization: str | None, key: str | None, path: str, body: bytes) -> None:
        self.calling = Calling(authorization)
        self.key, self.path, self.body = key, path, body
        self.caller: Caller | None = None

    def produce(self) -> Reply | Problem:
        """Decide, fetch and append; return the answer with its chunk, or the problem."""
        return self.calling.guarded(self._answer)

    def _answer(self) -> Reply | Problem:
        self.caller = self.calling.caller()
        once = repeatable(self.key, method="POST", path=self.path, seen="", body=self.body)
        try:
            asked = read_json(self.body)
        except Unreadable as unreadable:
            raise CallError(malformed([Fault(pointer="", says=unreadable.says)])) from None
        outcome = disclosing.ask(caller=self.caller, asked=asked, once=once)
        if isinstance(outcome, disclosing.Declined):
            return self.calling.declined(outcome, asked)
        return Reply(chunk=outcome, body=answer_body(outcome), headers=HEAD)

    def dropped(self, chunk: Chunk, why: Why) -> None:
        """Enter that an answer did not leave whole."""
        told = cast("disclosing.Told", chunk)
        assert self.caller is not None
        assert told.entry is not None
        disclosing.dropped(self.caller, chunk=told.entry, reason=why.value)
