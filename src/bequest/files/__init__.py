"""Knows tables in and out: CSV, Parquet, JSON and data frames; the only room of the core that knows Polars."""

from bequest.files.columns import Columns
from bequest.files.directory import listed_organs, read_centres, read_donor, read_donors, read_pool
from bequest.files.table import read_table
from bequest.files.write import write_table

__all__ = [
    "Columns",
    "listed_organs",
    "read_centres",
    "read_donor",
    "read_donors",
    "read_pool",
    "read_table",
    "write_table",
]
