"""Reading a sentence and the facts it may rest on: words, numbers, dates, names, tables, and the scene they make."""
