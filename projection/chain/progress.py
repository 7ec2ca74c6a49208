"""How far a stage is: sentences of the shards that are finished, and of those under way."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Takes the name of a stage or another step, the number of finished sentences, and the number of all sentences.

The number of all is 0 where it is not known."""


class StageProgress:
    """Counts the finished sentences of a stage, of which several shards can be under way at a time.

    The count never falls: a shard that is begun again, because its worker died, counts on when it is as far as before.

    >>> told = []
    >>> progress = StageProgress(finished=0, tell=told.append)
    >>> progress.reach(0, 500)
    >>> progress.reach(1, 500)
    >>> progress.reach(0, 250)
    >>> told
    [0, 500, 1000, 1000]
    """

    def __init__(self, *, finished: int, tell: Callable[[int], None]) -> None:
        """Tell what is finished before the stage begins.

        :param finished: The number of sentences that are.
        :param tell: Takes the number of finished sentences.
        """
        self._finished, self._tell = finished, tell
        self._reached: dict[int, int] = {}
        tell(finished)

    def reach(self, shard: int, sentences: int) -> None:
        """Tell how far a shard is.

        :param shard: Its number.
        :param sentences: How many sentences of it are finished.
        """
        before = self._reached.get(shard, 0)
        self._reached[shard] = max(before, sentences)
        self._finished += self._reached[shard] - before
        self._tell(self._finished)
