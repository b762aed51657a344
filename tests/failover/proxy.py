"""A wire between application and database that can be cut at a chosen moment."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Cut = Callable[[bytes], int | None]  # how many bytes of a chunk still get through before the wire is cut; None: all


class Wire:
    """Forwards bytes both ways. `to_database` and `to_application` look at each chunk; a cut ends the connection."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self.port = 0
        self.to_database: Cut | None = None
        self.to_application: Cut | None = None
        self.cuts = 0
        self.down = False  # nobody gets through, nor gets an answer
        self._open: set[asyncio.StreamWriter] = set()

    def take_down(self) -> None:
        """Cut all that is connected, and let nobody connect."""
        self.down = True
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side or a cut ends it."""
        if self.down:
            return writer.transport.abort()
        back, forth = await asyncio.open_connection(*self._target)
        self._open.add(writer)
        directions = [
            asyncio.create_task(self._forward(reader, forth, "to_database")),
            asyncio.create_task(self._forward(back, writer, "to_application")),
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in directions:
                task.cancel()
            self._open.discard(writer)
            writer.transport.abort()
            forth.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: str) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                cut: Cut | None = getattr(self, direction)
                through = cut(chunk) if cut else None
                if through is None:
                    writer.write(chunk)
                    await writer.drain()
                    continue
                setattr(self, direction, None)  # once
                self.cuts += 1
                writer.write(chunk[:through])
                await writer.drain()
                return


@asynccontextmanager
async def a_wire(host: str, port: int) -> AsyncIterator[Wire]:
    """A wire to this address; where it is held by its other end is `port`."""
    wire = Wire(host, port)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
