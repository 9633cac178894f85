"""The classes of the policies of the United States: one module an organ, from the tables in tools/data/us."""
