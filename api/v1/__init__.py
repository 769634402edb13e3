"""Version 1 of the contract for machines: names that stand here are kept."""
