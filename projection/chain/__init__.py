"""The chain: stages that each add one thing to every sentence, run over shards, remembered by signature."""

from silverner.projection.chain.runner import Chain, StageState
from silverner.projection.chain.stage import DROP, FittingStage, SentenceSource, Stage, signature
from silverner.projection.chain.store import ShardStore

__all__ = ["DROP", "Chain", "FittingStage", "SentenceSource", "ShardStore", "Stage", "StageState", "signature"]
