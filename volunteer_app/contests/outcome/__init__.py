"""What comes of a round: results (结果) with all their parts, objections (异议) during publication, awards (获奖)."""
