"""Where a number of a sentence comes from: a cell, or one obvious step from cells; and what is said of rank."""
