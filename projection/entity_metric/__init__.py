"""The entity metric as a module of ``evaluate``: ``evaluate.load(str(projection.metrics.MODULE))``."""
