"""Exchange documents: read safely, by meaning, reduced to what may be kept. `reading` is the way in, `report` the way out."""
