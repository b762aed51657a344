"""The council whose portal this is: all that differs from one council to the next, read from its file council.toml and
handed in as values. Each key carries the sentence by which docs/council.md and errors explain it."""
