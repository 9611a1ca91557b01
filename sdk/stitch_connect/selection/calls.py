"""`stitch.selection`, for the sync and the async client."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .. import _flow
from . import flow
from .changes import Changes, StreamRef
from .flow import MOST_SCHEMAS
from .plan import SelectionPlan
from .preview import SourcePreview

if TYPE_CHECKING:
    from stitch_connect_api import AsyncClient, Client
    from stitch_connect_api.models import Source


class Selection:
    """What will replicate, and how to change that."""

    def __init__(self, stitch: "Client") -> None:
        self._stitch = stitch

    def preview(
        self,
        source: "int | str | Source",
        streams: Iterable[StreamRef] | None = None,
        *,
        limit: int = MOST_SCHEMAS,
    ) -> SourcePreview:
        """Return which streams and fields will replicate, and why.

        Takes one request for the list of streams, one for each selected stream, and one to find
        the source if it is given by name.

        Arguments:
            source: An id, a name or display name, or a source.
            streams: Those to look at, by tap_stream_id, stream_id or name; else all of them.
                Fields of a stream that is not selected are read only if it is named here.
            limit: How many schemas may be read where no streams are named.

        Raises:
            SelectionRefused: A stream is unknown, or several have the name.
            InvalidArgument: There are more schemas to read than `limit`.
            BadRequest: No such source.
            UnknownSource, AmbiguousSource: The name is nobody's, or several sources'.

        Documentation:
        https://www.stitchdata.com/docs/developers/stitch-connect/guides/select-streams-and-fields
        """
        return _flow.drive(flow.preview(self._stitch, source, streams, limit))

    def plan(self, source: "int | str | Source", changes: Changes) -> SelectionPlan:
        """Return the exact update that changes ask for. Nothing is sent.

        Takes a request for the source, one for its streams, and one for each stream of which more
        is asked than to deselect it.

        Arguments:
            source: An id, a name or display name, or a source.
            changes: By tap_stream_id, stream_id or name of a stream (also after its schema, as in
                `public.orders`): True or False to select or deselect it, or a `StreamChange`, or
                a mapping of what a `StreamChange` takes.

        Returns:
            The plan. It is false if nothing changes, prints what does, and can be pickled.

        Raises:
            SelectionRefused: Something cannot be or would fail later; all of it is listed.
            InvalidArgument: Not changes of streams.
            NotFound: No such source.
            UnknownSource, AmbiguousSource: The name is nobody's, or several sources'.

        Documentation:
        https://www.stitchdata.com/docs/developers/stitch-connect/guides/select-streams-and-fields
        """
        return _flow.drive(flow.plan(self._stitch, source, changes))

    def apply(self, plan: SelectionPlan) -> SourcePreview:
        """Send a plan in batches, and verify by reading back that it is in place.

        Applying it again is harmless: what is in place already is not sent.

        Arguments:
            plan: What `plan` returned, also in another process.

        Returns:
            How the streams of the plan read back.

        Raises:
            SelectionChanged: The selection is not what the plan was made from; nothing was sent.
            SelectionUnfinished: Sending ended half-way; says what was sent and what was not.
            SelectionNotConfirmed: All was sent, but does not read back so.

        Documentation:
        https://www.stitchdata.com/docs/developers/stitch-connect/api#update-a-streams-metadata
        """
        return _flow.drive(flow.apply(self._stitch, plan))


class AsyncSelection:
    """What will replicate, and how to change that. See :class:`Selection`."""

    def __init__(self, stitch: "AsyncClient") -> None:
        self._stitch = stitch

    async def preview(
        self,
        source: "int | str | Source",
        streams: Iterable[StreamRef] | None = None,
        *,
        limit: int = MOST_SCHEMAS,
    ) -> SourcePreview:
        """Return which streams and fields will replicate; see :meth:`Selection.preview`.

        Up to eight schemas are read at a time.
        """
        return await _flow.adrive(flow.preview(self._stitch, source, streams, limit))

    async def plan(self, source: "int | str | Source", changes: Changes) -> SelectionPlan:
        """Return the exact update that changes ask for; see :meth:`Selection.plan`."""
        return await _flow.adrive(flow.plan(self._stitch, source, changes))

    async def apply(self, plan: SelectionPlan) -> SourcePreview:
        """Send a plan, and verify that it is in place; see :meth:`Selection.apply`."""
        return await _flow.adrive(flow.apply(self._stitch, plan))
