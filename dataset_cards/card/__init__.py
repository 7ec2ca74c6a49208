"""The text of a card: front matter, sections and plot, written from typed facts."""
