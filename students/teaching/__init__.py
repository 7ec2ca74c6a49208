"""Teaching: what strategies ask before a student learns: teachers, languages, other labels, the alignment."""
