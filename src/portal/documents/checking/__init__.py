"""Whether a file is what it says it is, whole, and without anything that acts by itself.

`checker.py` is the way in. It hands the bytes to a child process (`children.py`, `child.py`, `confinement.py`), where
one module a format (`pdf.py`, `pictures.py`, `heic.py`, `office.py`, `text.py`) finds what is wrong; `words.py` says it
to people.
"""
