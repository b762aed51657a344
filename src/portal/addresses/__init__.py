"""Finding a postal address from a postcode or a UPRN (unique property reference number).

`port.py` says what the portal asks of a register of addresses, `postcode.py` reads what a person typed, and every other
module is one such register: the council's gazetteer file, and later a service on the network. Nothing here knows a
person; what was looked up is neither kept nor logged.
"""
