"""A history that really happened, replayed: the public record of 2008–2018, its marks and sources, and the acts that stand for it."""
