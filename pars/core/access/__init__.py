"""Who may see what: the catalogue, scopes, the floor, roles, questions. Start at `decision`, where they meet."""
