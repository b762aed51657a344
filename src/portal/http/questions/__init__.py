"""Questions of the forms on pages: `showing.py` writes them, `taking.py` reads what was posted. Both work on the form
as data, so that a question that is added to a form has its place on the page at once."""
