"""Plans: what each router should have, how that differs from what it has, why, and whether to.

Pure functions over values; the connections, the files and the clock belong to the edge.
"""
