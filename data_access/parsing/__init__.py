"""From the texts of a column to values: each distinct text is read once, whatever the rows."""
