"""Every error that calling Stitch can raise, and those of the judgements made here."""

from stitch_connect_runtime.errors import *  # noqa: F403
from stitch_connect_runtime.errors import StitchError as StitchError

from .fleet.results import AccountTimeout as AccountTimeout
from .fleet.results import WriteRefused as WriteRefused
from .jobs.handles import InvalidHandle as InvalidHandle
from .lookup import AmbiguousSource as AmbiguousSource
from .lookup import UnknownSource as UnknownSource
from .profiles import UnknownProfile as UnknownProfile
from .schedules.invalid import InvalidSchedule as InvalidSchedule
from .selection.errors import SelectionChanged as SelectionChanged
from .selection.errors import SelectionNotConfirmed as SelectionNotConfirmed
from .selection.errors import SelectionRefused as SelectionRefused
from .selection.errors import SelectionUnfinished as SelectionUnfinished
