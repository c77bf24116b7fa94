"""The demo (演示): an empty database filled with a living neighbourhood around today; people and places are invented.

Nothing else in the product depends on it but the sentence by which every page of a demo says that it is one.
"""
