"""Photos (照片): checked when they come in, turned upright, made smaller, and free of what the camera wrote into them.

Who may see a photo, and what it's evidence of, is a matter of the row that points at it.
"""
