"""What pages and dashboards read: tables made from events by pure folds, one file a projection.

Each file says what an event does to a row (`evolve`), what stands for one that cannot be read (`stub`, `set_aside`),
and how the rows are asked for. `projector.py` does the rest the same way for all of them.
"""
