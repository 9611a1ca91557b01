"""What the contract says about every operation: risk, retry, budget, pagination."""

from stitch_connect_api.operations import *  # noqa: F403
from stitch_connect_api.operations import OPERATIONS as OPERATIONS
from stitch_connect_runtime.operations import RISK_LEVELS as RISK_LEVELS
from stitch_connect_runtime.operations import Operation as Operation
from stitch_connect_runtime.operations import Risk as Risk
