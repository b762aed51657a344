"""The council's own directory of its staff, as a second way in.

`port.py` says what the portal asks of a directory; `openid.py` asks one that speaks OpenID Connect, by what
`provider.py` learns of it and `id_tokens.py` accepts from it. Nothing here knows accounts or roles: it says who
somebody is and in which groups, and whether they still are.
"""
