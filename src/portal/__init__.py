"""A referral portal for English children's services: event-sourced, encrypted, able to prove what it did."""
