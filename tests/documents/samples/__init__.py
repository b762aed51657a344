"""Files made by code, sound and unsound: what people attach, and what somebody might try to slip in.

One module for each family of formats; `table.py` lists them all with what becomes of them.
"""
