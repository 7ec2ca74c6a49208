"""The entity metric as a module of ``evaluate``: ``evaluate.load(str(silverner.projection.metrics.MODULE))``."""
