"""How columns of a table are called where people read them."""

import pytest

from gdstudio.app.labs.houses.choices import axis_name


@pytest.mark.parametrize(
    ("column", "unit", "expected"),
    [
        ("size_sqft", "square feet", "size, square feet"),
        ("size_sqft", "", "size, square feet"),
        ("price_usd", "dollars", "price, dollars"),
        ("price_per_m2", "", "price per m²"),
        ("area_sqm", "", "area, m²"),
        ("SalePrice", "", "sale price"),
        ("GrLivArea", "", "gr liv area"),
        ("GDP", "", "GDP"),
        ("total_GDP", "", "total GDP"),
        ("Wohnfläche (m²)", "", "Wohnfläche (m²)"),
        ("Surface habitable", "", "Surface habitable"),
        ("m2", "", "m2"),
        ("_", "", "_"),
    ],
)
def test_axes_are_named_in_words(column, unit, expected):
    assert axis_name(column, unit) == expected
