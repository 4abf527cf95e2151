"""Words that every stage uses: clock, errors, money, languages. No Django in here."""
