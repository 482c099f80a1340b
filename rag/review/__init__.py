"""Human checks of redaction: which documents are looked at, by whom, and what that tells."""
