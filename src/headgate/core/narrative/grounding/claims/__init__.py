"""What else a sentence claims, each kind by itself: directions, quantifiers, parts of a whole, what is usual, and the like."""
