"""The themes in use, and which theme an older one stands for now."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, ExpressionWrapper, F, IntegerField, Value, When

from heard.insights.models import Theme
from heard.insights.rules import root_of


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every theme by id, merged ones too. Small enough to be read whole."""

    themes: dict[int, Theme]

    @property
    def in_use(self) -> list[Theme]:
        """Those that were not merged into another, by name."""
        return sorted((theme for theme in self.themes.values() if theme.merged_into_id is None), key=lambda theme: theme.name.casefold())

    def now(self, theme_id: int | None) -> Theme | None:
        """The theme that this one stands for after all merges; None for none."""
        return None if theme_id is None else self.themes[self._root(theme_id)]

    def members(self, theme_id: int) -> list[int]:
        """Ids of all themes that count under this one: itself, and what was merged into it, directly or not."""
        return sorted(number for number in self.themes if self._root(number) == theme_id)

    def rooted(self, column: str = "theme_id") -> ExpressionWrapper | Case:
        """The theme of a row as it counts now, for queries."""
        merged = [When(**{column: number}, then=Value(self._root(number))) for number, theme in self.themes.items() if theme.merged_into_id]
        if not merged:
            return ExpressionWrapper(F(column), output_field=IntegerField())
        return Case(*merged, default=F(column), output_field=IntegerField())

    def _root(self, theme_id: int) -> int:
        return root_of(theme_id, {number: theme.merged_into_id for number, theme in self.themes.items()})


def vocabulary() -> Vocabulary:
    """All themes as they stand. One query."""
    return Vocabulary({theme.pk: theme for theme in Theme.objects.select_related("owner")})
