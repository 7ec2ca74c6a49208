"""Programs of the machine that a recipe can name as engines: what they are, and how they are run."""
