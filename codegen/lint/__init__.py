"""What the parser would let pass in silence. Each rule is one function; all problems are reported.

The grammar of the x- keys is `spec/extensions.schema.json`; that the names in them exist, and that
the generated code can be spelled, is for the rules here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..contract import Contract
from . import extensions, names, operations, schemas
from .places import Problem, places

__all__ = ["RULES", "Problem", "lint", "places"]

Rule = Callable[[Contract], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    extensions.x_keys,
    operations.operation_ids,
    operations.complete_operations,
    operations.statuses,
    operations.references,
    operations.path_parameters,
    operations.one_body,
    operations.credentials,
    schemas.named_types,
    schemas.unread_keywords,
    schemas.enum_values,
    schemas.circles,
    names.component_names,
    names.attribute_names,
    names.client_names,
    names.argument_names,
    extensions.pagination,
    extensions.waiters,
    extensions.errors_in_success,
    extensions.variants,
    extensions.budgets,
)


def lint(contract: Contract) -> list[Problem]:
    """Every problem of the contract, in the order of the rules."""
    return [problem for rule in RULES for problem in rule(contract)]
