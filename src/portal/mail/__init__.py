"""Letters by e-mail: what they say, and the ways they leave the house.

`port.py` says what the portal asks of a post, `letters.py` writes every letter there is, and every other module is one
way of sending. Somebody else may hold the reader's phone, so no letter says what the portal is for, and no letter names
a person.
"""
