"""What came of it: indicators over the journal's facts."""
