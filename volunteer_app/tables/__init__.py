"""Tables (表格): reading and writing workbooks and CSV files, with bounds and formula-safe cells.

What the columns mean is the business of those who read or write them.
"""
