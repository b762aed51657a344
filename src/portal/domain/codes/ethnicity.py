"""Asking for ethnicity in two steps, as GOV.UK does, and keeping the code of the Department for Education."""

from datetime import date

from portal.domain.codes.code_sets import Code, code_set

Steps = dict[str, dict[str, tuple[Code, ...]]]


def two_steps(day: date) -> Steps:
    """Group to answer to the codes it may be. Where an answer may be several codes, one more question tells them apart:
    their texts are its answers."""
    found: Steps = {}
    for code in code_set("ethnicity").valid_on(day):
        for group, answer in code.asked_as:
            answers = found.setdefault(group, {})
            answers[answer] = (*answers.get(answer, ()), code)
    return found
