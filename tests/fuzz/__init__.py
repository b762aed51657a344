"""Thousands of requests that schemathesis thinks of, against a portal that serves them as a council's would:
`scripts/fuzz`. Its quick sister, in every run of the tests, is tests/http/test_any_input.py."""
