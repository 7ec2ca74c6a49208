"""Sketches of sentences: two sentences that share a part of their sketches may share most of their shingles."""

from __future__ import annotations

from datasketch import MinHash, MinHashLSH

from silverner.projection.text.shingles import ComparedText, encoded, hash64

PERMUTATIONS = 128


class Sketches:
    """MinHash signatures (Broder 1997), cut into bands for locality-sensitive hashing."""

    def __init__(self, *, near: float) -> None:
        """Choose how many bands a signature has.

        :param near: Jaccard similarity of shingles from which two sentences shall share a band.
        """
        # Candidates are compared exactly: too many cost a little time, too few would miss a copy.
        rule = MinHashLSH(threshold=near, num_perm=PERMUTATIONS, weights=(0.05, 0.95))
        self.bands, self._size = rule.b, rule.r
        self._no_shingles = MinHash(num_perm=PERMUTATIONS)

    def bands_of(self, text: ComparedText) -> list[int]:
        """Return a hash of every band of a sentence, the same in every process.

        :param text: The sentence.
        """
        sketch = self._no_shingles.copy()
        sketch.update_batch(list(map(encoded, text.shingles)))
        starts = range(0, self.bands * self._size, self._size)
        return [hash64(sketch.hashvalues[start : start + self._size].tobytes()) for start in starts]
