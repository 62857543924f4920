"""The readers of all columns of one table, settled together."""

from __future__ import annotations

from kamkit.engagement.config import Read
from kamkit.engagement.reading.cells import Chunk
from kamkit.engagement.reading.date_field import DateField
from kamkit.engagement.reading.field import Field
from kamkit.engagement.reading.findings import Findings
from kamkit.engagement.reading.number_field import NumberField
from kamkit.engagement.reading.word_field import FlagField, TextField
from kamkit.engagement.schemas import Column, Table

__all__ = ["Fields"]

_BY_KIND: dict[str, type[Field]] = {
    "id": TextField, "text": TextField, "flag": FlagField, "date": DateField, "month": DateField,
    "money": NumberField, "number": NumberField, "fraction": NumberField, "integer": NumberField,
}  # fmt: skip


class Fields:
    """The readers of a table's columns, by our names."""

    def __init__(
        self, table: Table, places: dict[str, int], read: Read, found: Findings, currency: str
    ) -> None:
        self.places, self._currency = places, currency
        columns = [column for column in table.columns if column.name in places]
        self.by_name = {c.name: _reader(table, c, read, found) for c in columns}

    def see(self, chunk: Chunk, totals: set[int]) -> None:
        """Look at the cells of some rows; of those that are totals, only at the numbers."""
        data = chunk.without(totals)
        for name, reader in self.by_name.items():
            part = chunk if isinstance(reader, NumberField) else data
            reader.see(part.column(self.places[name]), part.numbers)

    def settle(self) -> None:
        """Decide decimal signs, date orders and the meaning of ``NULL``, column by column."""
        signs = {s for f in self.numbers.values() if (s := f.evidence.sign())}
        orders = {o for f in self.dates if (o := f.proven)}
        nulls = sum(bool(f.nulls.count) for f in self._texts)
        for number in self.numbers.values():
            number.settle(signs)
            number.settle_currency(self._currency, by_line="currency" in self.places)
        for date in self.dates:
            date.settle(orders)
        for text in self._texts:
            text.settle(nulls)

    def report(self) -> None:
        """Say, when all is read, what was taken for what."""
        for reader in self.by_name.values():
            reader.report()

    @property
    def settled(self) -> dict[str, Field]:
        """The columns that can be read."""
        return {name: reader for name, reader in self.by_name.items() if reader.settled}

    @property
    def numbers(self) -> dict[str, NumberField]:
        """The columns of numbers."""
        return {n: f for n, f in self.by_name.items() if isinstance(f, NumberField)}

    @property
    def dates(self) -> list[DateField]:
        """The columns of dates."""
        return [f for f in self.by_name.values() if isinstance(f, DateField)]

    @property
    def _texts(self) -> list[TextField]:
        return [f for f in self.by_name.values() if isinstance(f, TextField)]


def _reader(table: Table, column: Column, read: Read, found: Findings) -> Field:
    return _BY_KIND[column.kind](table, column, read, found)
