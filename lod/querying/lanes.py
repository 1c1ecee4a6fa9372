"""Who may run now. Every query starts in the quick lane; one that takes longer than a moment moves to the long lane.

So a place in the quick lane is always free soon, however many heavy queries run: a simple query never waits for the
end of a heavy one. Where the long lane is full, a query that would move there is refused. Clients take turns.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from lod.querying.jobs import Outcome, QueryError


@dataclass(slots=True)
class Ticket:
    """One query's place. `is_long` once it has moved to the long lane."""

    client: str
    is_long: bool = False
    turn: Event = field(default_factory=Event)


class Lanes:
    """`quick` and `long` are places; `waiting` queries may wait, `per_client` may wait and run for one client."""

    def __init__(self, quick: int, long: int, waiting: int, per_client: int) -> None:
        self._free = quick
        self._long = long
        self._most_waiting = waiting
        self._per_client = per_client
        self._lock = Lock()
        self._queues: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._clients: Counter[str] = Counter()

    @contextmanager
    def place(self, client: str, seconds: float) -> Iterator[Ticket]:
        """A place in the quick lane, waited for if need be.

        Raises QueryError: CLIENT where this client has too many queries, BUSY where too many wait or it waited in vain.
        """
        ticket = self._enter(client)
        if not ticket.turn.wait(seconds):
            self._give_up(ticket)
            raise QueryError(Outcome.BUSY, used=seconds)
        try:
            yield ticket
        finally:
            self._leave(ticket)

    def move(self, ticket: Ticket) -> bool:
        """Moves a query to the long lane; False where that is full."""
        with self._lock:
            if self._long == 0:
                return False
            self._long -= 1
            ticket.is_long = True
            self._hand_on()
            return True

    def _enter(self, client: str) -> Ticket:
        ticket = Ticket(client)
        with self._lock:
            if self._clients[client] >= self._per_client:
                raise QueryError(Outcome.CLIENT, used=self._clients[client])
            if self._free:
                self._free -= 1
                ticket.turn.set()
            elif sum(map(len, self._queues.values())) >= self._most_waiting:
                raise QueryError(Outcome.BUSY, used=self._most_waiting)
            else:
                self._queues.setdefault(client, deque()).append(ticket)
            self._clients[client] += 1
        return ticket

    def _leave(self, ticket: Ticket) -> None:
        with self._lock:
            self._forget(ticket.client)
            if ticket.is_long:
                self._long += 1
            else:
                self._hand_on()

    def _hand_on(self) -> None:
        """A quick place goes to the client whose turn it is; that client then waits for all others."""
        if not self._queues:
            self._free += 1
            return
        client, queue = self._queues.popitem(last=False)
        queue.popleft().turn.set()
        if queue:
            self._queues[client] = queue

    def _give_up(self, ticket: Ticket) -> None:
        with self._lock:
            queue = self._queues.get(ticket.client, deque())
            if ticket in queue:
                queue.remove(ticket)
                if not queue:
                    self._queues.pop(ticket.client, None)
                self._forget(ticket.client)
                return
        self._leave(ticket)  # its turn came at the last moment

    def _forget(self, client: str) -> None:
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]
