"""From operations to the methods of resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .docs import sentence
from .ir.methods import Answer, Argument, Method
from .ir.resources import Resource
from .naming import argument_name
from .parse import JoinedOperation, Parsed
from .pointer import in_schema, tokens
from .table import callables, secrets_of, security, successes
from .types import ModelRef, Scalar, Timestamp, Type, TypeReader, Union

ERRORS = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "429": "RateLimited",
    "5": "ServerError",
    "4": "APIError",
}
BUDGET_WAIT = Argument(
    "option",
    "budget_wait",
    "budget_wait",
    Scalar("float"),
    "None",
    "Seconds to wait for room in the request budget before `BudgetExhausted` is raised; "
    "without it, the client's setting counts",
)
TOKEN = Argument(
    "option", "token", "token", Scalar("str"), None, "The Import API token of the source."
)


def build_resources(
    parsed: Parsed, reader: TypeReader, tags: Mapping[str, str]
) -> tuple[Resource, ...]:
    """The resources in document order, with their methods; absent operations get none."""
    found: dict[str, list[Method]] = {}
    for operation in parsed.operations:
        for spec in callables(operation):
            if spec["provenance"] != "absent":
                methods = found.setdefault(operation.raw["x-resource"], [])
                methods.append(_MethodBuilder(parsed, reader, operation, spec).build())
    return tuple(Resource(name, tags.get(name, ""), tuple(found[name])) for name in found)


class _MethodBuilder:
    """Reads one operation, or one variant of it, into a method."""

    def __init__(
        self,
        parsed: Parsed,
        reader: TypeReader,
        operation: JoinedOperation,
        spec: Mapping[str, Any],
    ) -> None:
        self.parsed, self.reader, self.operation, self.spec = parsed, reader, operation, spec
        self.raw = operation.raw

    def build(self) -> Method:
        arguments = (*self._path(), *self._body(), *self._query(), *self._options())
        return Method(
            name=self.spec["method"],
            operation=self.spec["id"],
            arguments=tuple(sorted(arguments, key=_place_in_signature)),
            answer=self._answer(),
            paragraphs=self._paragraphs(),
            raises=tuple(self._raises()),
            confidential=any(map(self._confidential, arguments)),
        )

    # Arguments

    def _confidential(self, argument: Argument) -> bool:
        if argument is TOKEN:
            return True
        secret = {
            tokens(one)[0] for one in secrets_of(self.parsed, self.raw.get("requestBody", {}))
        }
        return argument.place == "body" and argument.wire_name in secret

    def _path(self) -> Iterator[Argument]:
        names = [name for name, _ in self.operation.parameters("path")]
        scope = self._budget_scope()
        for name in names:
            by_setting = name == scope and name == names[-1]
            text = self._parameter(name).get("description", "")
            if by_setting:
                text = f"{sentence(text)} Without it, the client's `client_id`"
            yield self._argument("path", name, "None" if by_setting else None, text)

    def _budget_scope(self) -> str | None:
        budgets = self.parsed.contract.raw.get("x-budgets", {})
        budget = budgets.get(self.raw.get("x-budget"), {})
        return str(budget["scope"]) if budget else None

    def _query(self) -> Iterator[Argument]:
        for name, required in self.operation.parameters("query"):
            text = self._parameter(name).get("description", "")
            yield self._argument("query", name, None if required else "UNSET", text)

    def _argument(self, place: str, name: str, default: str | None, text: str) -> Argument:
        read = self.reader.read(self._parameter(name)["schema"])
        return Argument(place, name, argument_name(name), read, default, text)

    def _parameter(self, name: str) -> Mapping[str, Any]:
        item = self.parsed.contract.raw["paths"][self.operation.path]
        for parameter in (*self.raw.get("parameters", ()), *item.get("parameters", ())):
            resolved: Mapping[str, Any] = self.parsed.resolve(parameter)
            if resolved["name"] == name:
                return resolved
        raise KeyError(name)

    def _body(self) -> Iterator[Argument]:
        if "requestBody" not in self.raw:
            return
        media = next(iter(self.parsed.resolve(self.raw["requestBody"])["content"].values()))
        read = self.reader.read(media["schema"])
        if not isinstance(read, ModelRef):
            name = str(media["schema"].get("$ref", "body")).rsplit("/", 1)[-1]
            text = self.parsed.resolve(media["schema"]).get("description", "")
            yield Argument("document", name, argument_name(name), read, None, text)
            return
        required = self.parsed.required[read.name]
        for name, schema in self.parsed.contract.schemas[read.name]["properties"].items():
            if self.spec["body"] is None:
                yield self._field(name, schema, name in required)
            elif self.spec["body"].get(name) == "$now":
                yield self._instant(name)

    def _field(self, name: str, schema: Mapping[str, Any], required: bool) -> Argument:
        text = schema.get("description") or self.parsed.resolve(schema).get("description", "")
        return Argument(
            "body",
            name,
            argument_name(name),
            self.reader.read(schema),
            None if required else "UNSET",
            text,
        )

    def _instant(self, name: str) -> Argument:
        text = "The time to send instead of the current time."
        return Argument("body", name, argument_name(name), Timestamp(), "UNSET", text)

    def _options(self) -> Iterator[Argument]:
        if security(self.parsed.contract.raw, self.raw) == "ImportToken":
            yield TOKEN
        if "x-budget" in self.raw:
            yield BUDGET_WAIT

    # Answer

    def _answer(self) -> Answer:
        statuses = successes(self.operation)
        responses = [self.parsed.resolve(self.raw["responses"][str(one)]) for one in statuses]
        text = " ".join(dict.fromkeys(sentence(one.get("description", "")) for one in responses))
        if statuses and all(status >= 300 for status in statuses):
            return Answer(Scalar("None"), text, download=True)
        types = dict.fromkeys(self._answer_type(response) for response in responses)
        read = next(iter(types)) if len(types) == 1 else Union(tuple(types))
        return Answer(read, text, self._item(responses))

    def _answer_type(self, response: Mapping[str, Any]) -> Type:
        for media in response.get("content", {}).values():
            return self.reader.read(self._without_error(media["schema"], response))
        return Scalar("None")

    def _without_error(
        self, schema: Mapping[str, Any], response: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """An error inside a success is raised, so its shape is no answer of the method."""
        error = response.get("x-error-in-success")
        members = self.parsed.resolve(schema).get("oneOf", ())
        if error is None:
            return schema
        document, pointer = self.parsed.contract.raw, error["pointer"]
        kept = [member for member in members if not in_schema(document, member, pointer)]
        return kept[0] if len(kept) == 1 else {"oneOf": kept} if kept else schema

    def _item(self, responses: list[Mapping[str, Any]]) -> Type | None:
        pagination = self.raw.get("x-pagination")
        if pagination is None:
            return None
        node: Any = next(iter(responses[0]["content"].values()))["schema"]
        for token in tokens(pagination["result_key"]):
            node = self.parsed.resolve(node)["properties"][token]
        return self.reader.read(self.parsed.resolve(node)["items"])

    # Words

    def _paragraphs(self) -> tuple[str, ...]:
        spec = self.spec
        lost = spec["risk"].get("lost")
        found = (
            sentence(spec["summary"]),
            spec["description"],
            f"What is lost: {sentence(lost)}" if lost else "",
            "Deprecated." if self.raw.get("deprecated") else "",
            f"Documentation: {spec['docs']}" if spec["docs"] else "",
        )
        return tuple(filter(None, found))

    def _raises(self) -> Iterator[tuple[str, str]]:
        classes: dict[str, list[str]] = {}
        for status, response in self.raw["responses"].items():
            found = self.parsed.resolve(response)
            error = found.get("x-error-in-success")
            if error:
                classes.setdefault(error["raises"], []).append("the answer says so, with a success")
            if int(status) >= 400:
                name = ERRORS.get(status) or ERRORS[status[0]]
                classes.setdefault(name, []).extend(_conditions(found))
        for name, conditions in classes.items():
            yield name, "; ".join(dict.fromkeys(conditions))
        if "x-budget" in self.raw:
            yield "BudgetExhausted", "the request budget is used up"


def _conditions(response: Mapping[str, Any]) -> Iterator[str]:
    """When an error is answered: the summaries of its examples, else its description."""
    examples = [
        str(example["summary"])
        for media in response.get("content", {}).values()
        for example in media.get("examples", {}).values()
        if "summary" in example
    ]
    for text in examples or [response.get("description", "")]:
        yield " ".join(text.split()).rstrip(".")


def _place_in_signature(argument: Argument) -> tuple[bool, bool]:
    """Positional arguments first, in the path's order; of the others, those with a default last."""
    return not argument.positional, not argument.positional and argument.default is not None
