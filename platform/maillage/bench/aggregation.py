"""Reading a network's dashboard: 200 EPN and a million visits, against three other ways to keep them."""

from __future__ import annotations

from functools import partial

from maillage.bench import dashboards
from maillage.bench.filling import fill, make_federation
from maillage.bench.measuring import Result, compared, in_turn, say


def aggregation(*, epn: int = 200, visits: int = 1_000_000, rounds: int = 7) -> Result:
    """`visits` in all, spread evenly. `equal`: the four ways gave the same numbers."""
    federation = make_federation()
    say(f"Filling {epn} EPN with {visits:,} visits")
    made = fill(federation, epn=epn, visits=visits // epn)
    say("Copying them for the peers")
    dashboards.copy_to_shared_tables(federation, made)
    dashboards.analyse(federation, made)
    competitors = {
        "ours": partial(dashboards.ours, federation),
        "loop": partial(dashboards.loop, made),
        "shared_table": partial(dashboards.shared_table, federation),
        "shared_rollup": partial(dashboards.shared_rollup, federation),
    }
    answers = [read() for read in competitors.values()]
    say("Measuring")
    mine, peers, ratio = compared(in_turn(competitors, rounds=rounds))
    total = sum(cell[0] for cell in answers[0]["month"].values())
    return Result(
        name="aggregation",
        n=total,
        ours=mine,
        peers=peers,
        equal=all(one == answers[0] for one in answers),
        ratio=ratio,
        more={"epn": epn},
    )


def growth(*, epn: int = 40, visits: int = 1_500, rounds: int = 21) -> Result:
    """The same dashboard before and after the network grows: `ratio` is time after ÷ before.

    It starts at the size of the demo.
    """
    networks = {"ours": (epn, visits), "visits_x10": (epn, visits * 10), "epn_x5": (epn * 5, visits)}
    competitors = {}
    for number, (name, (how_many, visits_each)) in enumerate(networks.items()):
        say(f"Filling {name}: {how_many} EPN of {visits_each:,} visits")
        federation = make_federation(f"network-{number}")
        made = fill(federation, epn=how_many, visits=visits_each)
        dashboards.analyse(federation, made)
        competitors[name] = partial(dashboards.ours, federation)
    mine, peers, ratio = compared(in_turn(competitors, rounds=rounds, warm_up=3))
    return Result("growth", epn * visits, mine, peers, equal=True, ratio=ratio, more={"epn": epn})
