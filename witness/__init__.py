"""An owner's witness: a process of its own, under a key of its own, that cosigns a ledger only while the ledger only grows."""
