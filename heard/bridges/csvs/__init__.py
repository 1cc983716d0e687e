"""CSV files of people: read whatever their letters, separators and headings, and written."""
