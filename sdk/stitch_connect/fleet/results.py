"""What a fleet gives for each account."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from stitch_connect_runtime.errors import StitchError

T = TypeVar("T")


class AccountTimeout(StitchError, TimeoutError):
    """An account's turn took longer than a fleet gives to each."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the account was not done within {seconds:g} s")
        self.seconds = seconds

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.seconds,)


class WriteRefused(StitchError):
    """A fleet that reads was asked for something else; nothing was sent."""

    def __init__(self, operation: str, risk: str) -> None:
        super().__init__(
            f"{operation} was not sent: its risk is {risk!r}, and a fleet only reads unless it is "
            "made with allow_writes=True"
        )
        self.operation, self.risk = operation, risk

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.operation, self.risk)


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """The outcome for one account: a value, or the error that came instead.

    Args:
        account: its name.
        value: what the read returned; None where there is an error.
        error: what went wrong; None where nothing did.
    """

    account: str
    value: T | None = None
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.error is None

    def unwrap(self) -> T:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]
