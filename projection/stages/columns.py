"""Types of the columns that several stages share."""

from __future__ import annotations

import pyarrow as pa

SPANS = pa.list_(pa.struct({"start": pa.int32(), "end": pa.int32(), "label": pa.string()}))
PROJECTED = pa.list_(
    pa.struct(
        {
            "start": pa.int32(),
            "end": pa.int32(),
            "label": pa.string(),
            "score": pa.float64(),
            "source_start": pa.int32(),
            "source_end": pa.int32(),
            "confidence": pa.float64(),
        }
    )
)
TOKENS = pa.list_(pa.string())
DISTRIBUTION = pa.list_(pa.list_(pa.float16()))
