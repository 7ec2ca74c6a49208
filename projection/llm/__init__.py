"""Language models behind an OpenAI-compatible endpoint: what every engine that asks one shares."""
