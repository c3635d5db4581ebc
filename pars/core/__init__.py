"""What is true and what is allowed: plain values and rules, standard library only. No clock and no I/O: instants are handed in."""
