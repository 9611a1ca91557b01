"""Replication jobs: start one, and learn whether it finished and loaded.

`handles` names a job, `outcome` judges what was observed, `status` says it, `board` is what all
waiters share, `polling` asks, `flows` put it together, `calls` are the two faces.
"""

from .handles import InvalidHandle as InvalidHandle
from .handles import JobHandle as JobHandle
from .status import JobStatus as JobStatus
from .status import StreamFailure as StreamFailure
