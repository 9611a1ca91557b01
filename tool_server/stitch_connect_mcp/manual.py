"""`python -m stitch_connect_mcp.manual` prints docs/tools.md: what there is, from what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .access import TOOLSETS
from .prompts import PROMPTS
from .registry import ToolSpec
from .resources import RESOURCES
from .tools import TOOLS

HEAD = """\
# The tools

What `stitch-connect-mcp serve` offers an assistant. `serve --access read` leaves those of the
level `read`, and each level includes the ones before it; `--toolsets`, `--tools` and `--deny`
choose by name. Resources, prompts and completions show what tools answer, so they go where
their tools go. [Ten stories](stories.md) show them all at work.
"""
QUESTION = """\
*Asks* says whether [a person is asked](confirmations.md): always, or where the arguments call
for it. A tool that may ask takes `dry_run`, which shows the question and does nothing.
"""
TAIL = """\
## Answers

Text and structured content are made of one object by one rule. Some assistants show a model the
one, some the other: both carry the same data, and each stands alone. What changes something
answers with a `status`, with `what` was done, and with an `approval_id` where somebody still
has to confirm it.

**What others wrote is marked.** Names stand on one line, at most 80 characters of them. Error
messages, log lines, descriptions and values of settings stand between `<<3f9a01c2: ` and `
:3f9a01c2>>`, another number in each answer, so that no text can close its fence. What cannot be
seen (control, bidirectional, zero-width and tag characters, ANSI) is removed.

**Secrets stay here.** Credentials of a connection are hidden by name, the server's own token
wherever it appears, and whatever looks like a secret in a log or a message: tokens, passwords
in addresses, presigned links, private keys. Of a hook only the host is shown. A token that
Stitch issues to a partner goes into a file of the user's state directory, mode 0600, and the
model gets its name.

**Lists are short.** Each takes filters, a `limit` and the `next` cursor of the page before it,
which works only with the same filters. An answer ends near 6,000 tokens and says how to narrow
it.

**Nothing waits for the budget.** Stitch allows 30 requests for jobs, extractions and loads in
10 minutes. What was asked for a moment ago is answered from memory, with its age: *data is 40 s
old, next refresh in 25 s*.

## Changing a source

`update_source` takes a label, a schedule and settings that are no credentials. Stitch sends the
stored password to wherever a source points, so a person is asked before any setting is changed
that is not known to be harmless. Harmless are the schedule, the dates between which data is
read, and settings of how much is read at a time or how far back, such as `include_deleted`,
`attribution_window` or `batch_size`.
"""
ASKS = {True: "always", False: "at times"}


def page() -> str:
    """Return the page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    for toolset, is_on in TOOLSETS.items():
        found = [spec for spec in TOOLS if spec.toolset == toolset]
        if found:
            yield f"## {toolset}{'' if is_on else ' (off unless chosen)'}\n"
            yield from _table(("tool", "level", "asks", "what it does"), map(_tool, found))
    yield QUESTION
    yield "## Resources\n"
    rows = ((f"`{one.uri}`", one.description, f"`{one.tool.name}`") for one in RESOURCES)
    yield from _table(("address", "what it shows", "tool"), rows)
    yield "## Prompts\n"
    named = ((f"`{one.name}`", one.description, _names(one.tools)) for one in PROMPTS)
    yield from _table(("prompt", "what it asks for", "tools"), named)
    yield TAIL.rstrip()
    yield ""


def _tool(spec: ToolSpec) -> Sequence[str]:
    asks = "–"
    if spec.target is not None:
        asks = ASKS[spec.always_asks]
    return f"`{spec.name}`", spec.operation.risk.level, asks, spec.description


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")
