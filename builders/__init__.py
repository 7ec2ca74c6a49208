"""How a corpus comes to be: recipes, a ``datasets`` builder for every method, and the published folder."""
