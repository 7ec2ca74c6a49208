"""Tiny GLiNER models with the real classes and random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from tests.tiny import FAMILIES


def write_gliner(family: str, folder: Path, *, span_mode: str = "markerV0", **options: Any) -> Path:
    """Write a tiny GLiNER model, always the same weights; return its folder."""
    from gliner import GLiNER, GLiNERConfig

    torch.manual_seed(3)
    encoder, tokenizer = FAMILIES[family]()
    backbone = folder / "backbone"
    tokenizer.save_pretrained(backbone)
    config = GLiNERConfig(
        model_name=str(backbone),
        encoder_config=encoder.config.to_dict(),
        hidden_size=32,
        max_width=4,
        span_mode=span_mode,
        dropout=0.0,
        **{"max_len": 24, **options},
    )
    model = GLiNER.from_config(config, backbone_from_pretrained=False)
    with torch.no_grad():
        for weights in model.model.parameters():
            weights.mul_(1.5)  # random weights of the usual size say almost the same of every span
    model.save_pretrained(folder / "model", safe_serialization=True)
    return folder / "model"
