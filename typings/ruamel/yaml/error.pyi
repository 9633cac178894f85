class StreamMark:
    index: int
    line: int

class YAMLError(Exception): ...

class MarkedYAMLError(YAMLError):
    problem: str | None
    problem_mark: StreamMark | None
    context_mark: StreamMark | None
