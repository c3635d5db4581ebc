"""The invented city of the demo: calibrated figures, invented people, the seeded month and the story. Nobody in it is real."""
