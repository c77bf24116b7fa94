"""Places (地点): from the district and its sub-districts (街道) down to venues (活动室 …).

Between them lie communities (社区), compounds (楼院) and buildings (楼栋). One table holds them all, by kind and
parent. Who lives or serves there is no matter of this package.
"""
