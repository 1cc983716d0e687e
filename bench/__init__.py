"""The measured acts of Heard: one file for each, one command for all (`make bench`).

Each act runs against an installation of its own, as an owner has it, in processes of their own; this process looks on from outside.
docs/benchmarks.md says what each figure means and holds the latest ones.
"""
