"""How well a target span fits a source entity: the scores, their parts, and a confidence."""
