"""Rate limits, counted for each address."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)
"""An office or a carrier shares one address among many people: limits by address are generous."""
