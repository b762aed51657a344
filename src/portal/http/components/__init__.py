"""GOV.UK Frontend's components as Python functions that write the same markup as its Nunjucks macros and take the same
options, escaping everything that is not markup already; a twentieth of what the macros cost in Jinja (docs/decisions,
20). What the npm package ships as fixtures judges them (tests/http/test_components.py)."""
