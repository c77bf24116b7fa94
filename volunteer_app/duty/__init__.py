"""The cadres' duty (每周奉献三小时) and the “6+1” frontline assignments (分包下沉).

A cadre (机关干部) is a person with a pairing (结对). Duty minutes are a ledger of their own: nothing here is
volunteering, and nothing of ``service`` is counted here [domain rules, two kinds of hours].
"""
