"""The live event stream. One hub for each process reads the log and tells every stream what its reader may know.

`app` answers requests, `sessions` says who asks, `rights` who may read what, `log` reads events, `hub` brings them together, `stream` is
one open answer, `wire` its bytes. No query is made for a stream and an event: what somebody missed is looked up in memory.
"""
