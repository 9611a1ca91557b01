"""What is wrong with a schedule, by field, and what to write instead."""

from stitch_connect_runtime.errors import InvalidArgument


class InvalidSchedule(InvalidArgument):
    """A schedule that Stitch would refuse or not follow.

    `field` is what is wrong: a field of the expression such as `day of week`, `expression` for
    all of it, or a property such as `frequency_in_minutes`.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field, self.problem, self.remedy = field, problem, remedy

    def __reduce__(self) -> tuple[type, tuple[str, ...]]:
        return type(self), (self.field, self.problem, self.remedy)
