# The few names of pyarrow.types that the files room uses.
from typing import Protocol

import pyarrow as pa

class DictionaryType(pa.DataType):
    @property
    def value_type(self) -> pa.DataType: ...

class TimestampType(pa.DataType):
    @property
    def unit(self) -> str: ...
    @property
    def tz(self) -> str | None: ...

class _Test(Protocol):
    def __call__(self, t: pa.DataType) -> bool: ...

is_boolean: _Test
is_date32: _Test
is_decimal128: _Test
is_dictionary: _Test
is_floating: _Test
is_integer: _Test
is_large_string: _Test
is_null: _Test
is_string: _Test
is_string_view: _Test
is_timestamp: _Test
