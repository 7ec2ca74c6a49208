"""Several labellings of one text: voting on entities, and choosing one labelling without gold."""
