"""Agreements: a version's text, what is done about it, how it stands at an instant, and the sentences that say so. Start at `agreement`."""
