"""Which column of a table is what: headers matched, the export known by its headers, what the user says of the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from smm_xl.catalog import headers
from smm_xl.catalog.registry import folded, plainly
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import profiles
from smm_xl.sources.exports import EXPORTS
from smm_xl.sources.profiles import Profile
from smm_xl.sources.table import Table

_KIND_NAMES = {
    "channels": "channels", "каналы": "channels", "campaigns": "campaigns", "кампании": "campaigns", "posts": "posts", "посты": "posts",
    "публикации": "posts", "effort": "effort", "трудозатраты": "effort",
}  # fmt: skip
PAID = ("spend", "impressions")  # what tells that advertising ran in a row
ONE_EACH = ("leads", "customers", "orders")  # of a table with a row for each of them


class Options(NamedTuple):
    """What the user says of the files.

    columns:       headers by field. decimal: the decimal mark ("," or "."). dates: the order of dates ("dmy" or "mdy").
    blank_is_zero: fields of which a blank means none. totals: what becomes of rows that may be totals: "drop" or "keep".
    scale:         what the numbers of fields are multiplied by. channel: of the whole table, where no column tells it.
    overlap:       which of rows in several files count that are about the same: "last" or "add".
    """

    columns: Mapping[str, str] = {}
    decimal: str | None = None
    dates: str | None = None
    blank_is_zero: frozenset[str] = frozenset()
    totals: str | None = None
    scale: Mapping[str, float] = {}
    channel: str | None = None
    overlap: str | None = None


class Recognised(NamedTuple):
    """How the columns of one source were taken: field by header, guesses among them, and headers that were ignored."""

    source: str
    columns: dict[str, str]
    guessed: frozenset[str]
    ignored: tuple[str, ...]


@dataclass(eq=False)
class Headed:
    """One table, and how its columns are taken."""

    table: Table
    options: Options
    remarks: list[Text] = field(default_factory=list)  # what a reader should know of how it was read
    standing: list[Text] = field(default_factory=list)  # the same, of what stays whatever is loaded
    of_no_row: set[str] = field(default_factory=set, init=False)  # fields that a column of results would hold, and that no row of it counts
    _no_figures: set[str] = field(default_factory=set, init=False)

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def matching(self) -> headers.Matching:
        there = self.table.headers
        named = {key: there.index(header) for key, header in self.options.columns.items() if header in there}
        for key, header in self.options.columns.items():
            if there.count(header) > 1:
                raise InputError(
                    Text(
                        f"{there.count(header)} columns are called «{header}», which is to be {key}",
                        f"столбцов «{header}», указанных для {key}, {there.count(header)}",
                    ),
                    cure=Text("rename one of them", "переименуйте лишние"),
                    place=self.name,
                )
        found = headers.match(there, named, guess=True, means=self.profile.means if self.profile else None)
        columns = self._by_ids(self._by_results(found.columns))
        return found._replace(columns={key: place for key, place in columns.items() if key not in self._no_figures})

    @cached_property
    def profile(self) -> Profile | None:
        """Which export of a known platform it is: the first of the list that fits."""
        return next((profile for profile in EXPORTS if profile.fits(self.table.headers)), None)

    @cached_property
    def year(self) -> int | None:
        """The place of the year, where the column of periods is one of months and none of days stands beside it."""
        month = None if "date" in self.matching.columns else self.matching.columns.get("period")
        return None if month is None or "period" in self.options.columns else headers.year_beside(self.table.headers, month)

    @property
    def channel(self) -> str | None:
        """The channel of all its rows where no column tells it: what the user says, else the platform of the export."""
        if self.options.channel:
            return self.options.channel
        return (self.profile.channel or None) if self.profile and not self._tells_channels else None

    @property
    def _tells_channels(self) -> bool:
        return "channel" in self.matching.columns or "channel" in self.matching.ambiguous

    @property
    def implied_channel(self) -> str | None:
        """The channel where only the export tells it: other tables may call it otherwise."""
        return None if self.options.channel else self.channel

    @cached_property
    def _other_figures(self) -> list[Text]:
        """Columns that are called nearly like a field, and hold another figure."""
        found, columns = [], self.matching.columns
        for place in self.matching.ignored:
            header = self.table.headers[place]
            near = headers.other_figure(header)
            if near is not None and near.key not in columns:
                found.append(
                    Text(
                        f'{self.name}: «{header}» is not taken as {near.key}: its header says another figure; if it is one after all: --map "{near.key}={header}"',
                        f'{self.name}: «{header}» не взят как {near.key}: по заголовку это другой показатель; если это всё же он: --map "{near.key}={header}"',
                    )
                )
        return found

    @cached_property
    def _results(self) -> tuple[int, int] | None:
        """The places of results and of the column that says row by row what they are."""
        plain = [plainly(header) for header in self.table.headers]
        one, other = ([place for place, name in enumerate(plain) if name in names] for names in (profiles.RESULTS, profiles.INDICATORS))
        return (one[0], other[0]) if len(one) == len(other) == 1 else None

    def _by_results(self, columns: dict[str, int]) -> dict[str, int]:
        """The columns, and results as the fields that they may count, where no column of their own does."""
        if self._results is None:
            return columns
        return dict.fromkeys((key for key, _ in profiles.COUNTED if key not in columns), self._results[0]) | columns

    @cached_property
    def _ids(self) -> int | None:
        """The place of ids of leads, where no column counts leads, customers or orders: each row is one lead then."""
        return self._place_of(profiles.IDS_OF_LEADS)

    def _place_of(self, names_: Collection[str]) -> int | None:
        return next((place for place, header in enumerate(self.table.headers) if plainly(header) in names_), None)

    def _by_ids(self, columns: dict[str, int]) -> dict[str, int]:
        """The columns, and ids of leads as their count, where no column counts them."""
        if self._ids is None or self._ids in columns.values() or set(ONE_EACH) & columns.keys():
            return columns
        return columns | {"leads": self._ids}

    @property
    def has_ids_of_leads(self) -> bool:
        """Whether rows are leads or deals, told by their ids, and no column counts them."""
        counted = {key for key in ONE_EACH if key in self.matching.columns and self.matching.columns[key] != self._ids}
        return not counted and (self._ids is not None or self._place_of(profiles.IDS_OF_DEALS) is not None)

    @property
    def keys(self) -> frozenset[str]:
        told = {"channel"} if self.channel else set()
        return frozenset(self.matching.columns) | frozenset(self.matching.ambiguous) | told

    @property
    def profile_key(self) -> str:
        return self.profile.key if self.profile else ""

    @property
    def has_posts(self) -> bool:
        """Whether its rows are posts, which are told by their ids."""
        return "post" in self.matching.columns and not {"spend", "campaign"} & self.keys

    def take_away(self, key: str, remark: Text) -> None:
        """Do not take a column as a field: what it holds is another figure."""
        self._no_figures.add(key)
        self.standing.append(remark)
        self.remarks.append(remark)
        del self.__dict__["matching"]

    @property
    def kind(self) -> str:
        """What the table is about: told by its name, else by its columns."""
        if found := _KIND_NAMES.get(folded(self.name)):
            return found
        if "post" in self.keys:
            return "posts"
        if "campaign" in self.keys:
            return "campaigns"
        return "effort" if {"hours", "hourly_rate"} & self.keys and not {"spend", "followers_end", "likes"} & self.keys else "channels"

    @property
    def recognised(self) -> Recognised:
        found = self.matching
        taken = {key: place for key, place in found.columns.items() if key not in self.of_no_row}
        used = {*taken.values(), *(self._results or ())} if set(taken.values()) & set(self._results or ()) else set(taken.values())
        if self.year is not None:
            used.add(self.year)
        columns = {key: self.table.headers[place] for key, place in taken.items()}
        return Recognised(self.name, columns, found.guessed, tuple(self.table.headers[place] for place in found.ignored if place not in used))

    def column(self, key: str) -> str:
        """The name in the frame of the column of a key. Raises InputError where two columns are that field."""
        if places := self.matching.ambiguous.get(key):
            first, second = (self.table.headers[place] for place in places[:2])
            raise InputError(
                Text(f"the columns «{first}» and «{second}» are both {key}", f"столбцы «{first}» и «{second}» оба означают {key}"),
                cure=Text(
                    f'rename one, or say which counts: --map "{key}={first}" (columns={{...}} in Python)',
                    f'переименуйте один или укажите нужный: --map "{key}={first}" (columns={{...}} в Python)',
                ),
                place=self.name,
            )
        return str(self.matching.columns[key])

    def _needed(self, key: str) -> tuple[int, ...]:
        """The places of the columns that a key is read from."""
        place = self.matching.columns[key]
        if key == "period" and self.year is not None:
            return (place, self.year)
        return self._results if self._results is not None and place == self._results[0] else (place,)
