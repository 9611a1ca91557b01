"""All that touches httpx: sending a request, reading its answer, and keeping quiet about both."""

from . import quiet as quiet
from .clients import AsyncHttpClient as AsyncHttpClient
from .clients import HttpClient as HttpClient
from .deadlines import deadline as deadline
from .transports import AsyncTransport as AsyncTransport
from .transports import SyncTransport as SyncTransport
