"""The chain: stages that each add one thing to every sentence, run over shards, remembered by signature."""

from typing import TYPE_CHECKING

from silverner.projection.registry import names_on_demand

if TYPE_CHECKING:
    from silverner.projection.chain.runner import Chain
    from silverner.projection.chain.stage import DROP, FittingStage, SentenceSource, Stage, signature
    from silverner.projection.chain.stage_state import StageState
    from silverner.projection.chain.store import ShardStore

__all__ = ["DROP", "Chain", "FittingStage", "SentenceSource", "ShardStore", "Stage", "StageState", "signature"]

__getattr__ = names_on_demand(
    __name__,
    {
        "runner": ("Chain",),
        "stage": ("DROP", "FittingStage", "SentenceSource", "Stage", "signature"),
        "stage_state": ("StageState",),
        "store": ("ShardStore",),
    },
)
