"""The tools, by area. A tool is one short function; its text stands beside it."""

from ..registry import ToolSpec
from .connections import check_connection
from .jobs import get_job, start_job
from .sources import delete_source, get_source, list_sources

TOOLS: tuple[ToolSpec, ...] = (
    list_sources,
    get_source,
    check_connection,
    start_job,
    get_job,
    delete_source,
)
