"""What takes long is computed first, once it is known to take long."""

import itertools

from gdstudio.runs.sweep.order import Order

RATES, NETWORKS, SEEDS = (0.1, 0.3, 1.0, 3.0), ("20", "100", "9"), 2
RUNS = [
    {"learning_rate": rate, "network": network}
    for rate, network in itertools.product(RATES, NETWORKS)
    for _ in range(SEEDS)
]


def seconds(number):
    return {"20": 2.0, "100": 5.0, "9": 1.0}[RUNS[number]["network"]]


def computed():
    """Return the numbers of all runs as one worker computes them."""
    order, taken = Order(RUNS), []
    while order:
        taken.append(order.take())
        order.note(taken[-1], seconds(taken[-1]))
    return taken


def test_each_run_is_computed_once_the_first_one_first_and_always_in_the_same_order():
    taken = computed()
    assert taken[0] == 0
    assert sorted(taken) == list(range(len(RUNS)))
    assert computed() == taken


def test_each_value_is_tried_first():
    begin = [RUNS[number] for number in computed()[: len(RATES)]]
    assert {one["learning_rate"] for one in begin} == set(RATES)
    assert {one["network"] for one in begin} == set(NETWORKS)


def test_then_the_longest_come_first_and_the_shortest_last():
    rest = [RUNS[number]["network"] for number in computed()[len(RATES) :]]
    assert rest == sorted(rest, key=["100", "20", "9"].index)


def test_a_run_whose_worker_has_died_waits_again():
    order = Order(RUNS)
    first = order.take()
    order.put_back(first)
    assert len(order) == len(RUNS)
    assert sorted(order.take() for _ in RUNS) == list(range(len(RUNS)))
    assert not order


def test_where_nothing_is_known_they_come_as_they_stand():
    order = Order([{}] * 5)
    assert [order.take() for _ in range(5)] == [0, 1, 2, 3, 4]


def test_many_quick_runs_are_not_ranked_again_and_again(monkeypatch):
    ranked, rank = [], Order._rank
    monkeypatch.setattr(Order, "_rank", lambda self, one: ranked.append(one) or rank(self, one))
    order = Order([{"rate": rate, "start": start} for rate in range(40) for start in range(50)])
    for _ in range(2000):
        order.note(order.take(), 0.01)
    assert not order
    assert len(ranked) < 100 * 2000  # in proportion to the runs, and not to their square
