"""The tools, by area. A tool is one short function; its text stands beside it.

They name what is the client's as `sdk.…`, and so it is imported by the first call: the list of the
tools needs none of it, and a new window of an assistant waits for that list.
"""

from ..registry import ToolSpec
from .catalog import get_connection_type, list_connection_types
from .connections import check_connection
from .destinations import delete_destination, list_destinations
from .history import list_extractions, list_loads
from .jobs import get_job, start_job, stop_job
from .logs import read_extraction_log
from .notifications import (
    create_notification,
    delete_notification,
    list_notifications,
    set_notification,
)
from .overview import account_overview
from .partner import create_account, create_session
from .selection import select_streams
from .source_changes import delete_source, pause_source, resume_source
from .source_update import update_source
from .sources import get_source, list_sources
from .streams import get_stream, list_streams
from .tokens import list_import_tokens, revoke_import_token

TOOLS: tuple[ToolSpec, ...] = (
    account_overview,
    list_sources,
    get_source,
    check_connection,
    pause_source,
    resume_source,
    update_source,
    delete_source,
    start_job,
    get_job,
    stop_job,
    list_extractions,
    read_extraction_log,
    list_loads,
    list_streams,
    get_stream,
    select_streams,
    list_connection_types,
    get_connection_type,
    list_destinations,
    delete_destination,
    list_notifications,
    create_notification,
    set_notification,
    delete_notification,
    list_import_tokens,
    revoke_import_token,
    create_account,
    create_session,
)
