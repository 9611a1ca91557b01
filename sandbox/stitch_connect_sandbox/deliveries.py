"""Who is told of a load, and what became of it."""

from __future__ import annotations

from . import courier, hook_payload
from .lifecycle import DELIVERY, move
from .records import Batch, Delivery, Source
from .store import Store

KEPT = 6 * 3600.0


class Deliveries:
    """Notes what hooks are to be told; it is sent once the change that it tells of is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._courier = courier.Courier()
        self._to_send = self._queued()

    def _queued(self) -> list[str]:
        return [one.id for one in self._store.deliveries if one.status == "queued"]

    def announce(self, batch: Batch, source: Source) -> None:
        """Note one delivery for each hook that listens to the destination of a load."""
        for hook in self._store.hooks_of.of(source.client_id):
            if hook.disabled_at is None and hook.destination_id == source.destination_id:
                self._note(hook.id, hook.config["url"], batch, source)

    def _note(self, hook_id: int, url: str, batch: Batch, source: Source) -> None:
        destination = self._store.destinations[source.destination_id or 0]
        streams = self._store.streams_of.of(source.id)
        stream = next((one for one in streams if one.name == batch.stream_name), None)
        is_near = courier.place(url) is not None
        delivery = Delivery(
            id=f"{batch.id}/{hook_id}",
            client_id=source.client_id,
            hook_id=hook_id,
            url=url,
            at=batch.due,
            status="queued" if is_near else "withheld",
            detail="" if is_near else "the address is not on this machine",
            payload=hook_payload.payload(batch, source, destination, stream),
        )
        self._store.deliveries.put(delivery)
        self._forget(batch.due - KEPT)
        if is_near:
            self._to_send.append(delivery.id)

    def _forget(self, before: float) -> None:
        """Let go of the oldest; they arrive in the order of their moments."""
        deliveries = self._store.deliveries
        while deliveries and (oldest := next(iter(deliveries))).at <= before:
            deliveries.drop(oldest.id)

    def send(self) -> None:
        """Send what has been noted and kept."""
        for number in self._to_send:
            delivery = self._store.deliveries.get(number)
            if delivery is not None and delivery.status == "queued":
                self._courier.carry(delivery)
        self._to_send.clear()

    def collect(self) -> None:
        """Keep what has become of those that were sent."""
        for delivery, (event, said) in self._courier.outcomes():
            if self._store.deliveries.get(delivery.id) == delivery:
                status = move(DELIVERY, delivery.status, event)
                self._store.deliveries.change(delivery, status=status, **said)

    def forget(self) -> None:
        """Send nothing of what was to be sent, but what the present state has queued."""
        self._courier.forget()
        self._to_send = self._queued()
