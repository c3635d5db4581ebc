"""A case, from arrest to release: its dated facts and what may be done to it. Start at `case`; each other module is one subject."""
