"""The types of the wire. Made by `generate_wire.py` from `Protocol/openrpc.json`: do not edit.

What the server sends may have more members than are named here.
"""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union


Reason = Literal['exact_duplicate', 'near_duplicate', 'contaminated', 'low_score', 'low_perplexity', 'high_perplexity', 'empty', 'unusable']


ID = Union[str, int]


class _Duplicate(TypedDict):
    kind: Literal['exact', 'near']
    of: ID
    similarity: float


class Duplicate(_Duplicate, total=False):
    estimated: Literal[True]


Pointer = str


class Contamination(TypedDict):
    reference: str
    id: ID
    field: Pointer
    containment: float


Score = Union[float, None]


class Signals(TypedDict, total=False):
    """0 (worst) to 1 (best), but for the perplexities; one that would mean nothing is absent."""

    diversity: float
    perplexity: float
    perplexity_ratio: float
    density: float
    alignment: float
    fluency: float
    completeness: float
    candour: float
    cleanness: float


class _Tokens(TypedDict):
    before: int
    after: int


class Tokens(_Tokens, total=False):
    estimated: Literal[True]
    cut: Dict[str, int]


class Edit(TypedDict):
    """A half-open range of UTF-8 bytes of the decoded string at `field`."""

    field: Pointer
    start: int
    end: int
    kind: Literal['greeting', 'preamble', 'restatement', 'self_reference', 'closer', 'repetition', 'template_token', 'whitespace']


Edits = List[Edit]


class _Judged(TypedDict):
    id: ID
    keep: bool
    reasons: List[Reason]
    duplicate: Union[Duplicate, None]


class Judged(_Judged, total=False):
    contamination: Contamination
    score: Score
    unscored: Literal['no_prompt', 'language']
    signals: Signals
    tokens: Tokens
    edits: Edits
    trimmed: Dict[str, Any]
    replayed: Literal[True]


class _ErrorData(TypedDict):
    kind: Literal['parse_error', 'invalid_request', 'method_not_found', 'invalid_params', 'internal_error', 'request_cancelled', 'unknown_corpus', 'settings_differ', 'limit_exceeded', 'busy', 'unauthenticated', 'not_available', 'invalid_example', 'id_conflict', 'unknown_id', 'unsupported_version', 'storage_full', 'storage_failed', 'state_damaged', 'state_incompatible']


class ErrorData(_ErrorData, total=False):
    pointer: Pointer
    limit: str
    supported: List[int]


class Error(TypedDict):
    code: int
    message: str
    data: ErrorData


class _Unusable(TypedDict):
    keep: Literal[False]
    reasons: List[str]
    error: Error


class Unusable(_Unusable, total=False):
    id: ID


Verdict = Union[Judged, Unusable]


class Verdicts(TypedDict):
    verdicts: List[Verdict]


class SettingsNear(TypedDict):
    threshold: float
    shingle: int
    field: Literal['all', 'prompt', 'response']
    text: Literal['original', 'trimmed']


class NamedFile(TypedDict):
    """A file that a setting names, with the SHA-256 of its content."""

    path: str
    sha256: str


class SettingsTrim2(TypedDict):
    level: Literal['off', 'standard']
    phrases: NamedFile


class _SettingsScore(TypedDict):
    minimum: Union[float, None]


class SettingsScore(_SettingsScore, total=False):
    model: NamedFile


class _SettingsPerplexity(TypedDict):
    minimum: Union[float, None]
    maximum: Union[float, None]


class SettingsPerplexity(_SettingsPerplexity, total=False):
    model: NamedFile


class SettingsFields(TypedDict):
    prompt: List[Pointer]
    response: List[Pointer]


class _Settings(TypedDict):
    near: SettingsNear
    trim: Union[Literal['off', 'standard'], SettingsTrim2]
    score: SettingsScore
    perplexity: SettingsPerplexity
    persist: bool


class Settings(_Settings, total=False):
    """All settings of a corpus."""

    tokenizer: NamedFile
    fields: SettingsFields


class SettingsChangeNear(TypedDict, total=False):
    """Frozen when the corpus is made."""

    threshold: float
    shingle: int
    field: Literal['all', 'prompt', 'response']
    text: Literal['original', 'trimmed']


class _FileName2(TypedDict):
    path: str


class FileName2(_FileName2, total=False):
    sha256: str


FileName = Union[str, FileName2]


class SettingsChangeTrim2(TypedDict, total=False):
    level: Literal['off', 'standard']
    phrases: Union[FileName, None]


class SettingsChangeScore(TypedDict, total=False):
    minimum: Union[float, None]
    model: Union[FileName, None]


class SettingsChangePerplexity(TypedDict, total=False):
    minimum: Union[float, None]
    maximum: Union[float, None]
    model: Union[FileName, None]


class _SettingsChangeFields(TypedDict):
    response: List[Pointer]


class SettingsChangeFields(_SettingsChangeFields, total=False):
    prompt: List[Pointer]


class SettingsChange(TypedDict, total=False):
    """Settings that a request names; what is left out stays as it is. What is known and not built yet (trim "aggressive"), and what cannot be had (persist true without --state), is refused with `not_available`."""

    near: SettingsChangeNear
    trim: Union[Literal['off', 'standard'], SettingsChangeTrim2]
    tokenizer: Union[FileName, None]
    score: SettingsChangeScore
    perplexity: SettingsChangePerplexity
    fields: Union[SettingsChangeFields, None]
    persist: bool


class InitializeResultServerInfo(TypedDict):
    name: str
    version: str


class InitializeResultCapabilities(TypedDict):
    methods: List[str]
    framings: List[Literal['lines', 'headers']]
    batches: bool


class InitializeResult(TypedDict):
    serverInfo: InitializeResultServerInfo
    protocolVersion: Literal[1]
    capabilities: InitializeResultCapabilities
    limits: Dict[str, int]


CorpusName = str


class CorpusOpenResult(TypedDict):
    corpus: CorpusName
    created: bool
    settings: Settings
    count: int
    sequence: int


class CorpusConfigureResult(TypedDict):
    settings: Settings


class _CorpusListResultCorporaItem(TypedDict):
    corpus: CorpusName


class CorpusListResultCorporaItem(_CorpusListResultCorporaItem, total=False):
    count: int
    sequence: int
    settings: Settings
    loaded: Literal[False]


class CorpusListResult(TypedDict):
    corpora: List[CorpusListResultCorporaItem]


class CorpusStatsResultDecisions(TypedDict):
    kept: int
    dropped: int
    replayed: int
    retracted: int
    unusable: int


class CorpusStatsResultIndex(TypedDict):
    bytes: int
    buckets: int
    largestBucket: int
    candidatesSeen: int
    candidatesCompared: int


class CorpusStatsResult(TypedDict):
    corpus: CorpusName
    count: int
    sequence: int
    decisions: CorpusStatsResultDecisions
    reasons: Dict[str, int]
    index: CorpusStatsResultIndex


class CorpusDropResult(TypedDict):
    dropped: Literal[True]


class ExamplesRetractResult(TypedDict):
    retracted: List[ID]
    unknown: List[ID]


class _ExamplesSimilarResultMatchesItem(TypedDict):
    id: ID
    similarity: float


class ExamplesSimilarResultMatchesItem(_ExamplesSimilarResultMatchesItem, total=False):
    estimated: Literal[True]


class ExamplesSimilarResult(TypedDict):
    matches: List[ExamplesSimilarResultMatchesItem]


class ReferencesLoadResult(TypedDict):
    loaded: int
    skipped: int
    hits: List[ID]


class _TextTrimResult(TypedDict):
    edits: Edits
    tokens: Tokens


class TextTrimResult(_TextTrimResult, total=False):
    trimmed: Dict[str, Any]


class _TextScoreResult(TypedDict):
    score: Score
    signals: Signals


class TextScoreResult(_TextScoreResult, total=False):
    unscored: Literal['no_prompt', 'language']
    contributions: Dict[str, float]


class _TextTokensResultFieldsItem(TypedDict):
    field: Pointer
    tokens: int


class TextTokensResultFieldsItem(_TextTokensResultFieldsItem, total=False):
    ids: List[int]


class _TextTokensResult(TypedDict):
    tokens: Tokens


class TextTokensResult(_TextTokensResult, total=False):
    fields: List[TextTokensResultFieldsItem]


class ServerStatusResultCounters(TypedDict):
    connections: int
    refused: int
    messages: int
    unreadable: int
    requests: int
    errors: int


class ServerStatusResultCorporaItemLoading(TypedDict):
    done: int
    total: int


class _ServerStatusResultCorporaItem(TypedDict):
    corpus: CorpusName


class ServerStatusResultCorporaItem(_ServerStatusResultCorporaItem, total=False):
    count: int
    sequence: int
    dropped: int
    replayed: int
    unusable: int
    bytes: int
    bytesOnDisk: int
    loaded: Literal[False]
    loading: ServerStatusResultCorporaItemLoading
    error: str


class ServerStatusResultState(TypedDict):
    path: str
    durability: Literal['normal', 'full']


class ServerStatusResultMemory(TypedDict):
    residentBytes: int
    peakBytes: int


class ServerStatusResultLoop(TypedDict):
    turns: int
    longestTurnMilliseconds: float


class _ServerStatusResult(TypedDict):
    version: str
    build: str
    uptimeSeconds: float
    connections: int
    counters: ServerStatusResultCounters
    corpora: List[ServerStatusResultCorporaItem]
    memory: ServerStatusResultMemory
    workers: int
    loop: ServerStatusResultLoop


class ServerStatusResult(_ServerStatusResult, total=False):
    state: ServerStatusResultState


class ServerStopResult(TypedDict):
    stopping: Literal[True]


METHODS = (
    "initialize",
    "shutdown",
    "exit",
    "$/cancelRequest",
    "corpus/open",
    "corpus/configure",
    "corpus/list",
    "corpus/stats",
    "corpus/drop",
    "examples/admit",
    "examples/judge",
    "examples/retract",
    "examples/similar",
    "references/load",
    "text/trim",
    "text/score",
    "text/tokens",
    "server/status",
    "server/stop",
)

ERROR_CODES = {
    "parse_error": -32700,
    "invalid_request": -32600,
    "method_not_found": -32601,
    "invalid_params": -32602,
    "internal_error": -32603,
    "request_cancelled": -32800,
    "unknown_corpus": 1,
    "settings_differ": 2,
    "limit_exceeded": 3,
    "busy": 4,
    "unauthenticated": 5,
    "not_available": 6,
    "invalid_example": 7,
    "id_conflict": 8,
    "unknown_id": 9,
    "unsupported_version": 10,
}
