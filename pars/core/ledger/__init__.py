"""The ledger: its entries, what they add up to, the tree over them, and the bundle that a stranger checks. Start at `entries`."""
