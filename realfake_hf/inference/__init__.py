"""A model's answer: loading any model, and what it says to images; verdicts for people are `detection`."""
