"""Volunteers' service records (服务记录), star levels and certificates (志愿服务记录证明).

A record is read from the attendance it stands on; only what no attendance holds is a row here. What a cadre gives as
duty is no service: ``duty`` is never counted here [domain rules, two kinds of hours].
"""
