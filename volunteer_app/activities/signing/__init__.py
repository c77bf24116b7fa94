"""Signing up (报名): taking a place, the waiting list (候补), withdrawing, and receipts (凭条).

How many places there are changes here too; who is at the venue doesn't: that is ``attendance``.
"""
