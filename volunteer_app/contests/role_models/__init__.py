"""Role models (选树典型): people and teams that others may learn from, nominated, reviewed, published with consent."""
