"""One folder for each vendor. Nobody imports them: they are found through entry points."""
