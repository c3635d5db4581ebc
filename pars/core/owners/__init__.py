"""The owners and how they decide: their charter, their votes, and the texts of their own. Start at `charter`."""
