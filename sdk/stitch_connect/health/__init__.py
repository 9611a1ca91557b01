"""How an account is doing: one state for each source, with the reason.

`rules` holds what makes a state, `flow` asks, `report` is what comes out.
"""

from .report import AccountHealth as AccountHealth
from .report import DestinationHealth as DestinationHealth
from .report import SourceHealth as SourceHealth
