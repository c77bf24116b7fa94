"""Backups (备份): everything of an instance in one file, whichever database it has, and back again (恢复).

A file holds the rows of all tables as lines of JSON, the uploads and the secret; it knows the schema's revision and
what it counts. The rows are of one moment, also while the server runs. Nothing here knows what the rows mean.
"""
