"""Trouble on demand: what goes wrong with calls, whom it strikes, and how often."""

from .armed import LOG_TEXT, Faults
from .fields import Fault
from .kinds import KINDS, Answer, Case, strike
from .shapes import Shapes

__all__ = ["KINDS", "LOG_TEXT", "Answer", "Case", "Fault", "Faults", "Shapes", "strike"]
