"""Models fitted on cells: ordered, binary and multinomial logits, and random effects of schools."""
