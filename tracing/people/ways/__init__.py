"""Telephones, e-mails and addresses of one person: added, corrected, tried, given up."""
