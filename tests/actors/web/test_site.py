from __future__ import annotations

import asyncio
import re

import pytest
from websockets.exceptions import InvalidStatus

from actors.web.server import PageServer
from tests.actors.web.scenes import TOKEN, get, page, visit


def test_the_page_opens_with_its_token_and_then_with_its_cookie() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            first = await get(server, f"/?token={TOKEN}")
            assert (first.status, "<canvas" in first.text) == (200, True)
            cookie = first.headers["set-cookie"]
            assert {"httponly", "samesite=strict"} <= set(cookie.lower().split("; "))
            again = await get(server, "/", Cookie=cookie.partition(";")[0])
            assert again.status == 200

    asyncio.run(scene())


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=wrong", "/?token=%00"])
def test_without_the_token_it_says_what_to_do(path: str) -> None:
    async def scene() -> None:
        async with page() as (_, server):
            refused = await get(server, path)
            assert refused.status == 403
            assert "avatar status" in refused.text
            assert "set-cookie" not in refused.headers

    asyncio.run(scene())


def test_another_name_of_this_machine_is_turned_away() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            for path in (f"/?token={TOKEN}", "/static/page.js"):
                assert (await get(server, path, Host=f"evil.example:{server.door.port}")).status == 421

    asyncio.run(scene())


def test_every_answer_says_that_nothing_may_come_from_elsewhere() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            for path in (f"/?token={TOKEN}", "/", "/static/style.css", "/nowhere"):
                headers = (await get(server, path)).headers
                assert headers["content-security-policy"].startswith("default-src 'self';")
                assert headers["x-content-type-options"] == "nosniff"
                assert "server" not in headers

    asyncio.run(scene())


def test_every_file_that_the_page_names_is_there_and_nothing_else_is() -> None:
    async def scene() -> None:
        async with page() as (_, server):
            todo, seen = {"index.html"}, set[str]()
            while todo - seen:
                name = (todo - seen).pop()
                seen.add(name)
                path = f"/?token={TOKEN}" if name == "index.html" else f"/static/{name}"
                file = await get(server, path)
                assert file.status == 200, name
                assert not re.search(r"""(?:src|href|from|import|url)\W{0,3}https?:""", file.text), name
                todo |= set(re.findall(r"/static/([\w.-]+)", file.text))
            assert {"style.css", "page.js", "player.js", "recorder.js", "favicon.svg"} <= seen
            for path in ("/static/../actor.py", "/static/%2e%2e%2factor.py", "/static/actor.py", "/docs"):
                assert (await get(server, path)).status == 404

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("token", "origin", "host"),
    [
        ("wrong", None, "127.0.0.1"),
        ("", None, "127.0.0.1"),
        (TOKEN, "http://evil.example", "127.0.0.1"),
        (TOKEN, "null", "127.0.0.1"),
        (TOKEN, None, "evil.example"),
    ],
)
def test_a_stranger_gets_no_live_line(token: str, origin: str | None, host: str) -> None:
    async def knock(server: PageServer) -> int:
        try:
            async with visit(server, token=token, origin=origin, host=host):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    async def scene() -> None:
        async with page() as (_, server):
            assert await knock(server) == 403
            assert server.visits == []

    asyncio.run(scene())
