"""The hub of a process: it follows the log once for all streams, and looks after them."""

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from datetime import timedelta

from heard.lib.time import now
from heard.lib.wake import pulse
from heard.tasks.execution import what_failed
from heard.web.live import wire
from heard.web.live.log import Entry, Log, News
from heard.web.live.rights import Reader
from heard.web.live.sessions import Doorkeeper, holders
from heard.web.live.stream import Send, Stream
from heard.web.live.threads import DatabaseThread

logger = logging.getLogger("heard.live")
POSITIONS_REMEMBERED = 1000  # who is further behind fetches again
LONGEST_ABSENCE = timedelta(minutes=10)
EVENTS_AT_ONCE = 100
BEAT_SECONDS = 20.0
LIFE_SECONDS = 3600.0
STUCK_SECONDS = 30.0
CHECK_SECONDS = 30.0
CATCH_UP_SECONDS = 5.0


class Hub:
    """Open streams and the newest events. All but the queries happens in one event loop, so nothing is locked."""

    def __init__(self) -> None:
        self.position = 0
        self.streams: set[Stream] = set()
        self.of_user: Counter[int] = Counter()
        self._recent: deque[Entry] = deque()
        self._changes_of_rights = 0
        self._log = Log()
        self._log_thread, self._door_thread = DatabaseThread("live-log"), DatabaseThread("live-door")
        self._doorkeeper = Doorkeeper(self._door_thread)
        self._ready = asyncio.Event()
        self._looks: list[asyncio.Future[None]] = []
        self._tasks = [asyncio.create_task(work()) for work in (self._follow, self._tend, self._check)]

    async def close(self) -> None:
        """End everything, threads and connections included."""
        for task in self._tasks:
            task.cancel()
        self._log.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for thread in (self._log_thread, self._door_thread):
            await asyncio.to_thread(thread.close)

    # Coming and going

    async def admit(self, session_key: str, *, after: int | None) -> Reader | None:
        """Who holds this session, with the rights of now; None for nobody. The hub then has read up to `after`. Raises DatabaseError."""
        while True:
            changes = self._changes_of_rights
            reader = await self._doorkeeper.holder(session_key)
            if reader is None:
                return None
            await self._ready.wait()
            if after is not None:
                await self._reach(after)
            if changes == self._changes_of_rights:
                return reader

    async def _reach(self, position: int) -> None:
        """Return when the hub has read up to `position`, or when the log is known to end before it."""
        for _ in range(2):  # the look that runs now may have begun before the position was given
            if position <= self.position:
                return
            look = asyncio.get_running_loop().create_future()
            self._looks.append(look)
            pulse().beat()
            await asyncio.wait([look], timeout=CATCH_UP_SECONDS)

    def enter(self, reader: Reader, session_key: str, send: Send, *, after: int | None) -> Stream:
        """A new stream, which begins with what its reader missed since the position `after`; None begins now.

        Nothing may be awaited between `admit` and this, or a change of rights would be missed.
        """
        clock = asyncio.get_running_loop().time()
        stream = Stream(
            reader,
            session_key,
            send,
            told_from=self.position if after is None else min(after, self.position),
            beats_at=clock + BEAT_SECONDS,
            ends_at=clock + LIFE_SECONDS * random.uniform(0.9, 1.1),
        )
        stream.offer(wire.retry(random.randint(1000, 3000)), self.position)  # not all at once after a restart
        if after is not None and self._is_lost(after, reader):
            stream.restart(self.position)
        else:
            missed = [entry.frame_for(reader) for entry in self._missed(stream.told_from, reader)]
            stream.offer(b"".join([*missed, wire.here(self.position)]), self.position)
        self.streams.add(stream)
        self.of_user[reader.user_id] += 1
        return stream

    def leave(self, stream: Stream) -> None:
        """A stream has ended."""
        self.streams.discard(stream)
        self.of_user[stream.reader.user_id] -= 1
        if not self.of_user[stream.reader.user_id]:
            del self.of_user[stream.reader.user_id]

    def _is_lost(self, after: int, reader: Reader) -> bool:
        """Whether it is too much to tell, or the position is none of this log's, as after a restore."""
        if after > self.position or self.position - after > POSITIONS_REMEMBERED:
            return True
        oldest = next(self._missed(after, reader), None)
        return oldest is not None and now() - oldest.at > LONGEST_ABSENCE

    def _missed(self, after: int, reader: Reader) -> Iterator[Entry]:
        return (entry for entry in self._recent if entry.position > after and entry.named.may_know(reader))

    # Telling

    async def _follow(self) -> None:
        while True:
            try:
                if self._ready.is_set():
                    await self._take(await self._log_thread.run(self._log.next, self.position))
                else:
                    self._begin(await self._log_thread.run(self._log.newest, POSITIONS_REMEMBERED))
            except Exception as error:  # the database is away; what happens meanwhile is read when it is back
                logger.warning("the live stream waits for the database", extra={"error": what_failed(error)})
                await asyncio.sleep(1)
                continue
            for look in self._looks:
                if not look.done():
                    look.set_result(None)
            self._looks.clear()

    def _begin(self, news: News) -> None:
        self._recent.extend(news.entries)
        self.position = news.position
        self._ready.set()

    async def _take(self, news: News) -> None:
        if news.changed_user_ids is None or news.changed_user_ids:
            self._changes_of_rights += 1
            await self._reload(news.changed_user_ids)
        for start in range(0, len(news.entries), EVENTS_AT_ONCE):
            if start:
                await asyncio.sleep(0)  # let the streams write, or their queues would overflow
            self._tell(news.entries[start : start + EVENTS_AT_ONCE])
        self.position = news.position
        while self._recent and self._recent[0].position <= self.position - POSITIONS_REMEMBERED:
            self._recent.popleft()

    def _tell(self, entries: list[Entry]) -> None:
        self._recent.extend(entries)
        self.position = entries[-1].position
        for stream in self.streams:
            for entry in entries:
                if entry.position > stream.told_from and entry.named.may_know(stream.reader):
                    stream.offer(entry.frame_for(stream.reader), self.position)

    # Looking after them

    async def _reload(self, user_ids: set[int] | None) -> None:
        """The rights of these colleagues may have changed, or their sessions ended."""
        streams = [stream for stream in self.streams if user_ids is None or stream.reader.user_id in user_ids]
        if not streams:
            return
        known = await self._log_thread.run(holders, {stream.session_key for stream in streams})
        self._renew(streams, known)

    def _renew(self, streams: Iterable[Stream], known: dict[str, Reader]) -> None:
        for stream in streams:
            reader = known.get(stream.session_key)
            if reader is None or reader.user_id != stream.reader.user_id:
                stream.end()
            elif reader != stream.reader:
                stream.reader = reader
                stream.restart(self.position)  # what waits may not be theirs any more, and what they gained was never told

    async def _tend(self) -> None:
        """Signs of life, the end of long lives, and of those who do not read."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(1)
            moment = clock()
            for stream in list(self.streams):
                if stream.writing_since and moment - stream.writing_since > STUCK_SECONDS:
                    stream.cut()
                elif moment >= stream.ends_at:
                    stream.offer(wire.retry(100), self.position)
                    stream.end()
                elif moment >= stream.beats_at:
                    stream.beats_at = moment + BEAT_SECONDS
                    stream.offer(wire.here(self.position), self.position)

    async def _check(self) -> None:
        """Whether everybody still holds their session: a log-out is no event, and rows can be changed by hand."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            streams, changes = list(self.streams), self._changes_of_rights
            if not streams:
                continue
            try:
                known = await self._door_thread.run(holders, {stream.session_key for stream in streams})
            except Exception as error:
                logger.warning("the live stream could not ask for sessions", extra={"error": what_failed(error)})
                continue
            if changes == self._changes_of_rights:  # else what was read may be older than what an event brought meanwhile
                self._renew(streams, known)
