"""An applicant's way through a form: who it is about, the questions, the addresses, checking and sending, and what
becomes of it afterwards. Each page saves what was typed before it goes on."""
