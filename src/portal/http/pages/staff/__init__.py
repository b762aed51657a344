"""The pages on who may do what: the accounts of staff, exceptions, and the code that both ask for once more."""
