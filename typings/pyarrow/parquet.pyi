# The few names of pyarrow.parquet that the files room uses.
from collections.abc import Sequence

import pyarrow as pa

class FileMetaData:
    @property
    def num_rows(self) -> int: ...

class ParquetFile:
    def __init__(
        self, source: pa.BufferReader, *, page_checksum_verification: bool = ..., pre_buffer: bool = ...
    ) -> None: ...
    @property
    def metadata(self) -> FileMetaData: ...
    @property
    def schema_arrow(self) -> pa.Schema: ...
    def read(self, columns: Sequence[str] | None = ..., *, use_threads: bool = ...) -> pa.Table: ...

def write_table(
    table: pa.Table,
    where: pa.BufferOutputStream,
    row_group_size: int | None = ...,
    *,
    version: str = ...,
    compression: str = ...,
    compression_level: int | None = ...,
    data_page_version: str = ...,
    write_page_checksum: bool = ...,
) -> None: ...
