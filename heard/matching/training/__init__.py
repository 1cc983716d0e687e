"""Learning what a match weighs from records without labels, and comparing all with all: Splink, on DuckDB or on Spark.

The optional extras `heard[analytics]` and `heard[spark]` bring what is needed; nothing else in Heard imports this package when it loads.
"""
