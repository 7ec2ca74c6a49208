"""What tags mean: their spelling, and the labels they name."""
