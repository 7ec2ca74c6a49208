from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from silverner.students.training.batch_order import LikeLengths


@given(lengths=st.lists(st.integers(1, 60), max_size=90), batch=st.integers(1, 7), epoch=st.integers(0, 3))
def test_an_epoch_holds_every_sentence_once_and_follows_from_seed_and_epoch(
    lengths: list[int], batch: int, epoch: int
) -> None:
    first, again = (LikeLengths(lengths, batch=batch, seed=3) for _ in range(2))
    list(again)  # what was read before changes nothing
    first.set_epoch(epoch)
    again.set_epoch(epoch)
    assert list(first) == list(again)
    assert sorted(first) == list(range(len(lengths)))


def test_batches_hold_sentences_of_like_length_in_another_order_every_epoch() -> None:
    lengths = [k * 37 % 100 for k in range(200)]
    order = LikeLengths(lengths, batch=8, seed=0)
    epochs = []
    for epoch in (0, 1):
        order.set_epoch(epoch)
        indices = list(order)
        batches = [[lengths[k] for k in indices[start : start + 8]] for start in range(0, 200, 8)]
        longest, words = sum(max(batch) * len(batch) for batch in batches), sum(lengths)
        assert 1 - words / longest < 0.12  # in a random order 0.44 of a batch is padding
        assert [max(batch) for batch in batches] != sorted(max(batch) for batch in batches)
        epochs.append({frozenset(indices[start : start + 8]) for start in range(0, 200, 8)})
    assert len(epochs[0] & epochs[1]) < 5
