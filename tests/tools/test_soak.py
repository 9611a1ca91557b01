"""A tool server that answers all day holds no more in the evening than it did at noon."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from .account import opened
from .soak.day import ERAS, Day, shown
from .soak.held import Held, Most, Scale, complaints

SHORT, LONG = (240, 40), (20_000, 1000)  # calls, and calls of a round
MOST, MOST_OF_LONG = Most(blocks=50.0), Most(blocks=1.0)
MINUTE = 60.0  # of the account, in a second


async def spend(day: Day, calls: int, of_a_round: int) -> dict[str, list[Held]]:
    """Make mixed calls, in rounds; return what each server holds before and after each of them."""
    series: dict[str, list[Held]] = {}

    def weigh(scales: dict[str, Scale]) -> None:
        for name, scale in scales.items():
            known = series.setdefault(name, [])
            known.append(scale.rest(day.calls, known[0].tasks if known else None))

    async with AsyncExitStack() as stack:
        windows = {era: await stack.enter_async_context(day.window(era)) for era in ERAS}
        url, web = stack.enter_context(day.web())
        scales = {"http": web, **{era: scale for era, (_, scale) in windows.items()}}
        async with day.visitors(url):
            pass  # the first visit leaves a task behind that waits for the end of the server
        while day.calls < calls and not day.wrong:
            weigh(scales)
            async with day.visitors(url) as visitors:
                clients = [*visitors, *(client for client, _ in windows.values())]
                await day.round(clients, of_a_round)
        weigh(scales)
    return series


async def test_mixed_calls_leave_nothing_behind(tmp_path: Path, soak: bool) -> None:
    calls, of_a_round = LONG if soak else SHORT
    with opened(time_scale=MINUTE) as account:
        day = Day(account, tmp_path)
        series = await spend(day, calls, of_a_round)
    print(*(f"\n{shown(name, held)}" for name, held in series.items()))
    print(f"{day.calls} calls: {dict(day.outcomes.most_common())}")
    print(f"{day.person.asked} questions, {len(day.deleted)} deletions, {day.verify()} lines noted")
    most = MOST_OF_LONG if soak else MOST
    assert not day.wrong
    assert not {name: told for name, held in series.items() if (told := complaints(held, most))}
    assert not day.logged()
    assert day.deleted
    assert day.calls >= calls


async def test_a_leak_would_be_seen(tmp_path: Path) -> None:
    with opened(time_scale=MINUTE) as account:
        day, series = Day(account, tmp_path, leak=True), list[Held]()
        async with day.window("auto") as (client, scale):
            for _ in range(8):
                await day.round([client], 20)
                series.append(scale.weigh(day.calls))
    assert not day.wrong
    assert "blocks more" in complaints(series, MOST)[0]
