"""Redis as the cache of several machines, which pages can do without."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from newsroom.faults.outages import Availability

CACHE = Availability("cache")


# Any: the methods of a cache take and return whatever can be pickled.
def forgiving(method: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of a cache; while Redis is away it returns what otherwise() returns for the same arguments."""

    @wraps(method)
    def inner(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        if CACHE.is_worth_a_try():
            try:
                result = method(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                CACHE.begin(type(error).__name__, pause=True)
            else:
                CACHE.end()
                return result
        return otherwise(*args, **kwargs)

    return inner


def _default(_key: Any, default: Any = None, _version: Any = None, **_kwargs: Any) -> Any:
    return default


def _missing(key: Any, *_args: Any, **_kwargs: Any) -> Any:
    raise ValueError(f"Key {key!r} not found")  # in Django's words


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, which behaves as an empty one while Redis is away; an outage is logged at begin and end."""

    get = forgiving(RedisCache.get, _default)
    set = forgiving(RedisCache.set, lambda *_args, **_kwargs: None)
    add = forgiving(RedisCache.add, lambda *_args, **_kwargs: False)
    touch = forgiving(RedisCache.touch, lambda *_args, **_kwargs: False)
    delete = forgiving(RedisCache.delete, lambda *_args, **_kwargs: False)
    has_key = forgiving(RedisCache.has_key, lambda *_args, **_kwargs: False)
    incr = forgiving(RedisCache.incr, _missing)
    get_many = forgiving(RedisCache.get_many, lambda *_args, **_kwargs: {})
    set_many = forgiving(RedisCache.set_many, lambda data, *_args, **_kwargs: list(data))
    delete_many = forgiving(RedisCache.delete_many, lambda *_args, **_kwargs: None)
    clear = forgiving(RedisCache.clear, lambda *_args, **_kwargs: False)
