"""When the jobs of a source start: read, checked, explained and foretold. Nothing is sent.

from stitch_connect.schedules import Schedule

schedule = Schedule.cron("0 0 6 ? * MON-FRI")
schedule.explain()                       # At 06:00 UTC on weekdays
schedule.next_runs()                     # the next five
stitch.sources.update(120643, properties=schedule.properties())
"""

from .invalid import InvalidSchedule
from .schedule import FREQUENCIES, Cron, Interval, Schedule

__all__ = ["FREQUENCIES", "Cron", "Interval", "InvalidSchedule", "Schedule"]
