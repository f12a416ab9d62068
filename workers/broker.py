"""The broker. It carries the names of consumers with something to do, nothing else.

No retries, no delays, no results: attempts and times stand in Postgres. A lost message costs the relay's next ring.
"""

from __future__ import annotations

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, ShutdownNotifications, TimeLimit

from kernel.settings import ValkeySettings, load

QUEUES = ("now", "publish", "bulk")
MAINTENANCE_CHANCE = 100_000
"""In a million commands: with the default of 1,000 a killed worker's messages lay for minutes."""

BrokerError = (redis.RedisError, dramatiq.errors.BrokerError, OSError)


def open_broker() -> RedisBroker:
    """The broker of the settings, made dramatiq's own."""
    (settings,) = load(ValkeySettings)
    middleware = [AgeLimit(max_age=60_000), TimeLimit(time_limit=300_000), ShutdownNotifications()]
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.broker_url,
        middleware=middleware,
        maintenance_chance=MAINTENANCE_CHANCE,
        heartbeat_timeout=60_000,
        socket_timeout=5,
        socket_connect_timeout=2,
    )
    dramatiq.set_broker(broker)
    for queue in QUEUES:
        broker.declare_queue(queue)
    return broker


def send(broker: RedisBroker, consumer: str, queue: str) -> None:
    """Tell a worker of `queue` that `consumer` has something to do. Raises one of `BrokerError`."""
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=queue, actor_name=f"drain.{queue}", args=(consumer,), kwargs={}, options={}
    )
    broker.enqueue(message)
