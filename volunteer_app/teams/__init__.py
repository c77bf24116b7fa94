"""Teams (队伍): volunteer teams, cultural groups and a compound's organisations, their weekly slot and their members.

What a team does in a week is an activity and lives above.
"""
