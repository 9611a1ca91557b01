"""The runtime's clocks, for who runs against scaled time."""

from stitch_connect_runtime.scaled_clock import ScaledClock

__all__ = ["ScaledClock"]
