"""What every neural engine shares: checkpoints, encoders, windows, batches, subwords, language codes."""
