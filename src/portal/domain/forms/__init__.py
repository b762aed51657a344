"""The questions of every form, as data: a Struct is a section, an annotated field is a question. From this one
definition come validation, the OpenAPI schema, the pages, check-your-answers, the printed copy, the data map and the
names in the audit."""
