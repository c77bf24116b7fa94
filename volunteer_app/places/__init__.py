"""Places (地点): district, sub-district (街道), community (社区), compound (楼院), building (楼栋), and venues (活动室 …).

One table holds them all, by kind and parent. Who lives or serves there is no matter of this package.
"""
