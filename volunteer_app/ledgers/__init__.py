"""Ledgers (台账): the office's workbooks in and out; one description of columns a ledger.

An import reads and checks everything first, writes all or nothing, and changes nothing when it is run again.
"""
