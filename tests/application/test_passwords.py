"""Hashing passwords: what is kept, what is worth hashing anew, and who has to wait."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters

from portal.application.passwords import WAITING_EACH, Busy, Passwords

OLD, NEW = b"o" * 32, b"n" * 32
PASSWORD = "coffee-otter-bicycle"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords({1: OLD})
    yield made
    made.close()


@pytest.fixture
def rotated() -> Iterator[Passwords]:
    made = Passwords({1: OLD, 2: NEW})
    yield made
    made.close()


async def test_what_is_kept_says_by_which_pepper_and_at_what_cost(passwords: Passwords) -> None:
    kept = await passwords.hash(PASSWORD)
    version, _, encoded = kept.partition("$")
    parameters = extract_parameters(f"${encoded}")
    assert version == "1" and parameters.type.name == "ID"
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (2, 19456, 1)
    assert (parameters.hash_len, parameters.salt_len) == (32, 16)
    assert kept != await passwords.hash(PASSWORD)


async def test_the_right_password_is_right_and_any_other_is_not(passwords: Passwords) -> None:
    kept = await passwords.hash(PASSWORD)
    assert await passwords.check(PASSWORD, kept)
    for wrong in (PASSWORD.title(), PASSWORD + " ", f"{PASSWORD}s", "", "x" * 1000):
        assert not await passwords.check(wrong, kept)
    for nobody in (None, ""):
        assert not await passwords.check(PASSWORD, nobody)


async def test_no_character_is_cut_off(passwords: Passwords) -> None:
    kept = await passwords.hash("x" * 127 + "a")
    assert not await passwords.check("x" * 127 + "b", kept)


async def test_a_password_typed_on_another_keyboard_is_the_same(passwords: Passwords) -> None:
    assert await passwords.check("cafe\u0301 otter", await passwords.hash("caf\u00e9 otter"))


async def test_without_the_pepper_a_hash_is_of_no_use() -> None:
    first, other = Passwords({1: OLD}), Passwords({1: NEW})
    try:
        assert not await other.check(PASSWORD, await first.hash(PASSWORD))
    finally:
        first.close()
        other.close()


async def test_a_new_pepper_hashes_and_the_old_one_still_checks(passwords: Passwords, rotated: Passwords) -> None:
    old = await passwords.hash(PASSWORD)
    assert await rotated.check(PASSWORD, old) and rotated.is_outdated(old)
    new = await rotated.hash(PASSWORD)
    assert new.startswith("2$") and await rotated.check(PASSWORD, new) and not rotated.is_outdated(new)
    assert not await passwords.check(PASSWORD, new), "a pepper that is not there yet is not guessed"


async def test_a_hash_of_another_cost_is_outdated(passwords: Passwords) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("whatever")
    assert passwords.is_outdated(f"1{cheap}")


async def test_beyond_the_queue_people_are_asked_to_come_again(passwords: Passwords) -> None:
    hold, most = threading.Event(), passwords._most
    assert most % (WAITING_EACH + 1) == 0
    waiting = [asyncio.create_task(passwords.aside(hold.wait)) for _ in range(most)]
    await asyncio.sleep(0)
    assert [passwords.is_calm] == [False]
    with pytest.raises(Busy):
        await passwords.hash(PASSWORD)
    with pytest.raises(Busy):
        await passwords.check(PASSWORD, None)
    hold.set()
    await asyncio.gather(*waiting)
    assert [passwords.is_calm] == [True]
    assert await passwords.hash(PASSWORD)
