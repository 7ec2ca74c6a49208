"""Reports: the card of a student, and the table and plot of a comparison."""
