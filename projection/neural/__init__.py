"""Parts that all neural engines share: checkpoints, encoders, windows, batches, subwords, language codes."""
