"""What the units of `rules/amounts.yaml` measure."""

from __future__ import annotations

from fractions import Fraction

RATIO, YEAR, RANK, NUMBER, COUNT = "ratio", "calendar_year", "rank", "number", "count"

_MEASURES: dict[str, dict[str, Fraction | int]] = {
    RATIO: {"percent": Fraction(1, 100)},
    "percentage_points": {"percentage_point": 1},
    "times": {"times": 1},
    "area_m2": {
        **{"square_kilometre": 1_000_000, "hectare": 10_000, "square_metre": 1, "mu": Fraction(10_000, 15)},
        **{"square_foot": Fraction(3048, 10_000) ** 2, "square_mile": Fraction(1_609_344, 1000) ** 2},
    },
    "length_m": {"kilometre": 1000, "nautical_mile": 1852, "mile": Fraction(1_609_344, 1000), "metre": 1},
    "mass_kg": {"tonne": 1000, "kilogram": 1, "jin": Fraction(1, 2)},
    "power_kw": {"kilowatt": 1},
    "volume_m3": {"cubic_metre": 1},
    "money_yuan": {"yuan": 1},
    "money_hkd": {"hong_kong_dollar": 1},
    "money_usd": {"us_dollar": 1},
    "years": {"year": 1, "year_and_a_half": 1},
    "months": {"month": 1, "month_and_a_half": 1},
    "days": {"week": 7, "day": 1},
    "working_days": {"working_day": 1},
    "hours": {"hour": 1, "minute": Fraction(1, 60)},
    "age": {"age": 1},
    "points": {"point": 1},
    COUNT: {"counted": 1, "things": 1},
}

# what each unit measures, and how much of it one is
UNITS = {unit: (measure, Fraction(one)) for measure, units in _MEASURES.items() for unit, one in units.items()}

# the signs that stand before a sum, and the units that they stand for
SIGNS = {"money_sign": "yuan", "hong_kong_sign": "hong_kong_dollar", "us_sign": "us_dollar"}
