"""The closed vocabularies: result codes, fault names, modes, stop reasons. Their values are a public contract."""

from enum import StrEnum


class Code(StrEnum):
    """How a tool call ended. Stable: scripts, the store and /stats count by it."""

    OK = "OK"
    NOT_READ = "NOT_READ"
    UNSEEN_LINES = "UNSEEN_LINES"
    STALE_FILE = "STALE_FILE"
    SEARCH_TEXT_NOT_FOUND = "SEARCH_TEXT_NOT_FOUND"
    SEARCH_TEXT_NOT_UNIQUE = "SEARCH_TEXT_NOT_UNIQUE"
    NO_CHANGE = "NO_CHANGE"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    DUPLICATE_DEFINITION = "DUPLICATE_DEFINITION"
    CODE_LEFT_OUT = "CODE_LEFT_OUT"
    TOO_MUCH_REPLACED = "TOO_MUCH_REPLACED"
    FILE_NOT_FOUND = "FILE_NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    BINARY_FILE = "BINARY_FILE"
    TOO_LARGE = "TOO_LARGE"
    UNSUPPORTED_ENCODING = "UNSUPPORTED_ENCODING"
    OUTSIDE_WORKSPACE = "OUTSIDE_WORKSPACE"
    PROTECTED_PATH = "PROTECTED_PATH"
    DENIED = "DENIED"
    REJECTED = "REJECTED"
    BLOCKED_REPEAT = "BLOCKED_REPEAT"
    LIMIT_REACHED = "LIMIT_REACHED"
    TIMEOUT = "TIMEOUT"
    INTERRUPTED = "INTERRUPTED"
    INVALID_ARGUMENTS = "INVALID_ARGUMENTS"
    UNKNOWN_TOOL = "UNKNOWN_TOOL"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class FaultName(StrEnum):
    """Why a provider's reply failed."""

    NO_KEY = "no_key"
    BAD_KEY = "bad_key"
    FORBIDDEN = "forbidden"
    UNKNOWN_MODEL = "unknown_model"
    TOO_LARGE = "too_large"
    CONTEXT_FULL = "context_full"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    BAD_REQUEST = "bad_request"
    NOT_A_STREAM = "not_a_stream"
    EMPTY_REPLY = "empty_reply"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CUT = "cut"
    REFUSED = "refused"
    REDIRECT = "redirect"
    INTERNAL = "internal"


class Mode(StrEnum):
    """How much happens without a question."""

    PLAN = "plan"
    ASK = "ask"
    AUTO_EDIT = "auto-edit"
    FULL = "full"


class StopReason(StrEnum):
    """Why the model stopped, in neutral words."""

    END = "end"
    TOOL_CALLS = "tool_calls"
    MAX_TOKENS = "max_tokens"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    PAUSE = "pause"
    CONTEXT_FULL = "context_full"


class Limit(StrEnum):
    """What a run may be limited in."""

    TURNS = "turns"
    CALLS = "calls"
    TOKENS = "tokens"
    COST = "cost"
    TIME = "time"
    REPEAT = "repeat"


class TurnOutcome(StrEnum):
    """How a turn ended."""

    DONE = "done"
    FAILED = "failed"
    LIMIT = "limit"
    DENIED = "denied"
    INTERRUPTED = "interrupted"


class Evidence(StrEnum):
    """What stands behind a turn's changes: checks that ran after the last edit, or none."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"
    NOTHING = "nothing"
