"""The gate: rules compiled to SQL, one scan, both halves written, books that close."""
