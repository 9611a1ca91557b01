"""Which stream is meant: by tap_stream_id, stream_id or name, which its schema may precede."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .._near import near_names
from .catalog import StreamState
from .changes import StreamRef
from .refusals import Refusal, listed, refuse

MOST_GUESSES = 20  # unknown names for which those that resemble them are searched


class Directory:
    """The streams of a source by whatever names them."""

    def __init__(self, streams: Iterable[StreamState]) -> None:
        self.streams = tuple(streams)
        self._named: defaultdict[str, dict[object, StreamState]] = defaultdict(dict)
        for stream in self.streams:
            for name in _names(stream):
                self._named[name][stream.stream_id, stream.tap_stream_id] = stream
        self._guesses = MOST_GUESSES

    def candidates(self, ref: StreamRef) -> list[StreamState]:
        """Return the streams that are meant, which should be one."""
        found = list(self._named.get(str(ref), {}).values())
        return found if isinstance(ref, str) else [one for one in found if one.stream_id == ref]

    def find(self, refs: Iterable[StreamRef]) -> Iterator[tuple[StreamRef, StreamState | Refusal]]:
        """Yield the stream of each reference, or why there is none."""
        seen: dict[int, StreamRef] = {}
        for ref in refs:
            found = self.candidates(ref)
            if len(found) != 1:
                yield ref, self._ambiguous(ref, found) if found else self._unknown(ref)
            elif self._shared(found[0]):
                yield ref, self._ambiguous(ref, self.candidates(found[0].tap_stream_id))
            elif (number := found[0].stream_id) in seen:
                yield ref, refuse("named_twice", str(ref), names=repr(seen[number]))
            else:
                seen[number] = ref
                yield ref, found[0]

    def _shared(self, stream: StreamState) -> bool:
        """Whether another stream has the same tap_stream_id, so that no update can name it."""
        same = self.candidates(stream.tap_stream_id)
        return sum(one.tap_stream_id == stream.tap_stream_id for one in same) > 1

    def _ambiguous(self, ref: StreamRef, found: list[StreamState]) -> Refusal:
        told = [f"{one.stream_id} ({one.label})" for one in found]
        return refuse(
            "ambiguous_stream", str(ref), count=str(len(found)), near=tuple(told),
            names=listed(tuple(told)),
        )  # fmt: skip

    def _unknown(self, ref: StreamRef) -> Refusal:
        self._guesses -= 1
        near = near_names(str(ref), self._named) if self._guesses >= 0 else ()
        return refuse("unknown_stream", str(ref), near=near)


def _names(stream: StreamState) -> Iterator[str]:
    yield stream.tap_stream_id
    yield str(stream.stream_id)
    yield stream.name
    if stream.schema:
        yield f"{stream.schema}.{stream.name}"
    yield stream.label
