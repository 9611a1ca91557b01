"""Which streams and fields will replicate, and how to change that without finding out too late.

`truth` is the documented table, `catalog` what Stitch tells, `preview` what follows from it;
`changes` is what can be asked for, `rules` what speaks against it, `planning` and `plan` are the
update; `flow` asks and sends, `calls` are the two faces.
"""

from .catalog import StreamState as StreamState
from .catalog import read_stream as read_stream
from .changes import StreamChange as StreamChange
from .errors import SelectionChanged as SelectionChanged
from .errors import SelectionNotConfirmed as SelectionNotConfirmed
from .errors import SelectionRefused as SelectionRefused
from .errors import SelectionUnfinished as SelectionUnfinished
from .plan import SelectionPlan as SelectionPlan
from .planning import plan_changes as plan_changes
from .preview import FieldPreview as FieldPreview
from .preview import SourcePreview as SourcePreview
from .preview import StreamPreview as StreamPreview
from .preview import preview_stream as preview_stream
from .preview import preview_streams as preview_streams
from .refusals import Refusal as Refusal
