"""`/v1` for other systems: JSON in and out, translated to one action or one question each. No rule lives here."""
