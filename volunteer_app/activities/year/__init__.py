"""The theme calendar of a year (年度主题): on which day, and so in which week, each theme falls.

Themes themselves are kept in ``activities.themes``; what is planned for a week is made in ``activities.planning``.
"""
