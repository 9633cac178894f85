"""Knows synthetic populations: made from published distributions on real places, and written as files."""

from bequest.simulation.population.population import Population, make_population
from bequest.simulation.population.writer import FileFormat, write_population

__all__ = ["FileFormat", "Population", "make_population", "write_population"]
