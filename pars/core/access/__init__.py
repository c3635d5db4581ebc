"""Who may see what: agreements and their versions, scopes, the floor, roles. Start at `decision`, where they meet."""
