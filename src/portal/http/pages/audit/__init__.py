"""The auditor's pages: finding a referral, who did what to it and when, and, for a reason, its replay."""
