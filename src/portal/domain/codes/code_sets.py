"""Reading a code set: which codes hold on a day, what each says, and whether those that somebody chose go together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from importlib.resources import files

import msgspec

from portal.domain.refusals import Fault

DATA = files("portal.domain.codes") / "data"


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code. It holds from `valid_from` to `valid_until`, both days included (None: always, as far as we know).

    `alone`: it cannot stand beside another code. `final`: nothing more is to be decided. `means`: the name of another
    set and the code there that says the same.
    """

    code: str
    text: str
    valid_from: date | None = None
    valid_until: date | None = None
    alone: bool = False
    final: bool = True
    means: dict[str, str] = {}

    def holds_on(self, day: date) -> bool:
        """Whether it may be chosen for something of that day."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)


class CodeSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """All codes there ever were for one question. `source`: who defines them; `version`: which issue this is."""

    title: str
    source: str
    version: str
    codes: tuple[Code, ...]

    def __post_init__(self) -> None:
        if wrong := list(_mistakes(self.codes)):
            raise ValueError("; ".join(wrong))

    def find(self, code: str) -> Code | None:
        """The code, retired or not; None where there never was one."""
        return self._by_code.get(code)

    def text(self, code: str) -> str:
        """What a code says, also one that is retired; of one that never was, the code itself."""
        found = self.find(code)
        return found.text if found else code

    def valid_on(self, day: date) -> tuple[Code, ...]:
        """The codes that may be chosen for something of that day, in their own order."""
        return tuple(code for code in self.codes if code.holds_on(day))

    def faults(self, chosen: Sequence[str], day: date, at: str = "") -> Iterator[Fault]:
        """What is wrong with the codes somebody chose for something of that day; `at` is where they stand."""
        for index, code in enumerate(chosen):
            found, where = self.find(code), f"{at}/{index}"
            if found is None:
                yield Fault(where, f"{code} is not one of the codes for {self.title.lower()}.")
            elif not found.holds_on(day):
                yield Fault(where, f"{code} ({found.text}) cannot be used for {day:%d/%m/%Y}. Choose another code.")
            elif code in chosen[:index]:
                yield Fault(where, f"{code} ({found.text}) is there twice. Remove one of them.")
            elif found.alone and len(set(chosen)) > 1:
                yield Fault(where, f"{code} ({found.text}) cannot be chosen together with another code.")

    @cached_property
    def _by_code(self) -> dict[str, Code]:
        return {each.code: each for each in self.codes}


@cache
def code_set(name: str) -> CodeSet:
    """The set of this name, read once. LookupError where there is none; ValueError where its file is not sound."""
    if name not in set_names():
        raise LookupError(f"there is no code set {name}")
    try:
        return msgspec.toml.decode(DATA.joinpath(f"{name}.toml").read_bytes(), type=CodeSet)
    except (msgspec.DecodeError, ValueError) as wrong:
        raise ValueError(f"code set {name}: {wrong}") from None


@cache
def set_names() -> tuple[str, ...]:
    """The names of all sets."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in DATA.iterdir() if each.name.endswith(".toml")))


def _mistakes(codes: Sequence[Code]) -> Iterator[str]:
    for code, times in Counter(each.code for each in codes).items():
        if times > 1:
            yield f"{code} is there {times} times"
    for each in codes:
        if not each.code.strip() or not each.text.strip():
            yield f"{each.code or 'a code'} says nothing"
        if each.valid_from and each.valid_until and each.valid_until < each.valid_from:
            yield f"{each.code} ends before it begins"
