"""People (人员): a human, a login, a role, a consent; and what may be shown of whom (privacy).

A person is known by phone and name together. People have no public page, here or anywhere.
"""
