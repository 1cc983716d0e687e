"""The program as its owner runs it: commands, processes, one port."""
