"""What a text says of itself: its words, its language, and what it shares with other texts."""
