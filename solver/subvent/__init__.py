"""subvent: the lawful set of subsidy claims that brings a group the most money, proven and explained."""

__version__ = "0.1.0"
