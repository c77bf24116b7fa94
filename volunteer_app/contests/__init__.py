"""Contests (评比): rounds (期), their entries (参评), judging (评分), voting (投票), results; and role models (典型).

A round's windows are days, both ends included; what follows from them is derived, not stored. Until the later one of
judging and voting is over nobody reads a score or a number of votes; from then on the round is frozen, and what is
corrected is logged. Who voted for what stands on no page. Figures and ledgers are made elsewhere, from these rows.
"""
