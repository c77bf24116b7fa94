"""Reports (统计): the figures of a sub-district and a district; every figure can list the rows it counts.

Definitions stand in one place here and are shown with the figures. Nothing is stored.
"""
