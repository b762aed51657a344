"""What pages and dashboards read: tables made from events by pure folds, one file a projection.

Each file says which rows an event touches (`keys`), what it does to a row (`evolve`), and how the rows are asked for.
`projector.py` does the rest the same way for all of them.
"""
