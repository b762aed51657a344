"""The web: a JSON API and pages over the same application functions, and what guards both."""
