"""A stock pycrdt client of one document: python pycrdt_client.py URL [SUBPROTOCOL].

Each line of input is a JSON string that it appends to the text `body`; each change of that text is printed as a JSON string.
"""

import asyncio
import json
import sys

from pycrdt import Doc, Provider, Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


class Channel:
    """What pycrdt's provider asks of a connection."""

    def __init__(self, socket, path):
        self.socket = socket
        self.path = path

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message):
        await self.socket.send(message)

    async def recv(self):
        return bytes(await self.socket.recv())


async def main(url, *subprotocols):
    doc = Doc()
    text = doc.get("body", type=Text)
    subscription = text.observe(lambda event: print(json.dumps(str(text)), flush=True))
    async with connect(url, subprotocols=subprotocols or None) as socket, Provider(doc, Channel(socket, url)):
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            text += json.loads(line)
    text.unobserve(subscription)


asyncio.run(main(*sys.argv[1:]))
