"""A large plan explained apart: by shards of connected rows, in children, and put together again.

Where no rule joins the shards, each is explained by itself, where it is derived; what it tells comes back
finished. Which claims take the limits that shards share is told to each. What is told of several shards is
put together here. The plan is the same, to the byte, as that of an explanation in one piece.
"""

from subvent.apart.joined import account_apart

__all__ = ["account_apart"]
