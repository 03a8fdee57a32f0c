"""The asynchronous client: the same surface, the same answers."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
from pathlib import Path
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List

import pytest
import thresher
from conftest import DUPLICATES, daemon_processes, fluffy, kill, knows_state, oracle, rows, stop

Test = Callable[[thresher.aio.AsyncClient], Awaitable[None]]


def run(path: str, test: Test, **options: Any) -> None:
    async def body() -> None:
        before = asyncio.all_tasks()
        async with await thresher.aio.connect(path, **options) as client:
            await test(client)
        left = asyncio.all_tasks() - before
        assert not left, "nothing is left running"

    asyncio.run(asyncio.wait_for(body(), 60))


def ids(examples: Any) -> List[Any]:
    return [example["id"] for example in examples]


def surface(kind: type) -> Dict[str, Any]:
    """The public names of a class, with their parameters."""
    found: Dict[str, Any] = {}
    for name, value in inspect.getmembers(kind):
        if not name.startswith("_"):
            if inspect.isfunction(value):
                parameters = inspect.signature(value).parameters.values()
                found[name] = [(one.name, one.kind, one.default) for one in parameters]
            else:
                found[name] = None
    return found


@pytest.mark.parametrize(
    "one, other",
    [
        (thresher.Client, thresher.aio.AsyncClient),
        (thresher.Corpus, thresher.aio.AsyncCorpus),
        (thresher.Stream, thresher.aio.AsyncStream),
    ],
    ids=["client", "corpus", "stream"],
)
def test_the_same_surface(one: type, other: type) -> None:
    assert surface(one) == surface(other)
    assert [parameter for parameter in inspect.signature(thresher.connect).parameters] == [
        parameter for parameter in inspect.signature(thresher.aio.connect).parameters
    ]


def test_filter_and_verdicts(socket_path: str) -> None:
    examples = rows(600)

    async def source() -> AsyncIterator[Dict[str, Any]]:
        for example in examples:
            yield example

    async def test(client: thresher.aio.AsyncClient) -> None:
        corpus = await client.corpus(settings=DUPLICATES)  # type: ignore[arg-type]
        stream = corpus.filter(source(), batch_size=50)
        kept = [example["id"] async for example in stream]
        assert kept == oracle(examples, DUPLICATES) and stream.counts.read == 600
        assert [verdict["keep"] async for _, verdict in corpus.verdicts(examples)].count(True) == len(kept)
        assert (await corpus.stats())["sequence"] == 600
        assert (await corpus.prepare(examples)).replayed == 600 and corpus.is_prepared
        with pytest.raises(thresher.ExampleError, match="position|never|unknown"):
            async for _ in corpus.filter([{"id": "new", "text": "words"}]):
                pass

    run(socket_path, test)


def test_many_at_once(socket_path: str) -> None:
    async def test(client: thresher.aio.AsyncClient) -> None:
        corpus = await client.corpus("shared", settings=DUPLICATES)  # type: ignore[arg-type]
        examples = rows(400)
        answers = await asyncio.gather(*(corpus.admit([example], detail="decision") for example in examples))
        assert [answer[0]["id"] for answer in answers if answer[0]["keep"]] == oracle(examples, DUPLICATES)
        streams = [corpus.filter(examples, batch_size=20) for _ in range(4)]

        async def all_of(stream: Any) -> List[Any]:
            return [example["id"] async for example in stream]

        found = await asyncio.gather(*map(all_of, streams))
        assert all(one == oracle(examples, DUPLICATES) for one in found)

    run(socket_path, test)


def test_single_requests(socket_path: str) -> None:
    async def test(client: thresher.aio.AsyncClient) -> None:
        assert (await client.status())["corpora"] == [] and (await client.initialize())[
            "protocolVersion"
        ] == 1
        corpus = await client.corpus("tea")
        first = (await corpus.admit([fluffy(3)]))[0]
        assert first["keep"] and "trimmed" in first
        assert [match["id"] for match in await corpus.similar(fluffy(3))] == [3]
        assert (await corpus.judge([{**fluffy(3), "id": 4}]))[0]["reasons"] == ["exact_duplicate"]
        assert (await corpus.retract([3, 9])) == {"retracted": [3], "unknown": [9]}
        assert (await corpus.load_references("set", [{"text": "five words and some more"}]))["loaded"] == 1
        assert (await corpus.configure({"score": {"minimum": 5}}))["score"]["minimum"] == 5
        assert (await client.trim(fluffy(3)))["edits"] and (await client.score(fluffy(3), explain=True))[
            "contributions"
        ]
        assert (await client.tokens(fluffy(3)))["tokens"]["before"] > 0
        assert [one["corpus"] for one in await client.corpora()] == ["tea"]
        await corpus.drop()
        assert await client.corpora() == []
        with pytest.raises(thresher.InvalidParams) as caught:
            await client.corpus("no name")
        assert caught.value.pointer == "/corpus"

    run(socket_path, test)


def test_a_lost_connection_is_made_again(socket_path: str) -> None:
    examples = rows(1500)

    async def test(client: thresher.aio.AsyncClient) -> None:
        corpus = await client.corpus("shared", settings=DUPLICATES)  # type: ignore[arg-type]
        kept: List[Any] = []
        async for example in corpus.filter(examples, batch_size=32):
            kept.append(example["id"])
            if len(kept) % 200 == 100:
                assert client._connection.writer is not None
                client._connection.writer.transport.abort()
        assert kept == oracle(examples, DUPLICATES)
        assert (await corpus.stats())["sequence"] == 1500

    run(socket_path, test)


def test_no_answer_in_time(socket_path: str) -> None:
    async def test(client: thresher.aio.AsyncClient) -> None:
        (daemon,) = daemon_processes(socket_path)
        os.kill(daemon, signal.SIGSTOP)
        try:
            with pytest.raises(thresher.Timeout):
                await client.call("corpus/list", timeout=0.2)
        finally:
            os.kill(daemon, signal.SIGCONT)
        assert await client.corpora() == []

    run(socket_path, test)


def test_a_daemon_without_its_memory_is_told(socket_path: str) -> None:
    async def test(client: thresher.aio.AsyncClient) -> None:
        corpus = await client.corpus("shared", settings=DUPLICATES)  # type: ignore[arg-type]
        with pytest.raises(thresher.CorpusLost):
            async for example in corpus.filter(rows(1000), batch_size=16):
                if example["id"] == "r200":
                    kill(socket_path)

    run(socket_path, test)


def test_killed_and_restarted_in_mid_stream(directory: Path) -> None:
    if not knows_state():
        pytest.skip("this thresher has no --state yet: serve --help does not list it")
    examples = rows(2000)
    path = str(directory / "s")

    async def test(client: thresher.aio.AsyncClient) -> None:
        corpus = await client.corpus("kept", settings={**DUPLICATES, "persist": True})  # type: ignore[typeddict-item]
        kept = []
        async for example in corpus.filter(examples, batch_size=64):
            kept.append(example["id"])
            if len(kept) % 500 == 250:
                kill(path)
        assert kept == oracle(examples, DUPLICATES)

    try:
        run(path, test, state=directory / "state")
    finally:
        stop(path)


def test_standard_streams_and_absence(socket_path: str) -> None:
    async def own() -> None:
        async with await thresher.aio.connect(stdio=True) as client:
            assert await client.corpora() == []
        with pytest.raises(thresher.Unavailable):
            await thresher.aio.connect(socket_path, start=False)

    asyncio.run(own())
