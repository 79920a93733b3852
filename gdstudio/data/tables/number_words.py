"""What stands beside a number in a cell: currencies, units, “thousand”, “ca.”."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["money", "area", "rate", "count", "other"]

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ı": "i"})
_FORINT = re.compile(r"\bFt\b")
_DOLLAR = re.compile(r"\b(us|r|a|au|c|ca|nz|s|hk|nt|mx)\s?\$")
_WORDS = re.compile(r"[^\W\d_]+[23]?|[^\w\s]")
_PUNCTUATION = frozenset('.()[],;:"“”„»«')


def plain_word(text: str) -> str:
    """Return `text` in small letters without accents: ``Wohnfläche m²`` is ``wohnflache m2``."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.lower())
    # The marks of Japanese and the parts of Korean letters are no accents.
    bare = "".join(c for c in parted if not unicodedata.combining(c) or ord(c) > 0x3000)
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words and signs beside a number, without full stops and brackets."""
    plain = plain_word(_FORINT.sub("huf", text))
    found = _DOLLAR.search(plain) if "$" in plain else None
    if found:
        return [
            *_WORDS.findall(plain[: found.start()]),
            f"{found[1]}$",
            *words_of(plain[found.end() :]),
        ]
    return [word for word in _WORDS.findall(plain) if word not in _PUNCTUATION]


@dataclass(frozen=True)
class Unit:
    """What a number counts.

    Attributes:
        name: in English, such as ``square feet``; empty for pieces, such as rooms.
        kind: money, area, a price per area (rate), a count of pieces, or anything else.
        square_metres: how many there are in one of it, for a unit of area; otherwise 0.
    """

    name: str
    kind: Kind
    square_metres: float = 0.0


def _phrases(text: str) -> list[str]:
    """Return what commas part, written as cells are looked at."""
    return [" ".join(words_of(phrase)) or phrase for phrase in _split(text)]


def _split(text: str) -> list[str]:
    return text.split(", ")


def _units(kind: Kind, phrases_by_name: dict[str, str]) -> dict[str, Unit]:
    return {
        phrase: Unit(name, kind)
        for name, phrases in phrases_by_name.items()
        for phrase in _phrases(phrases)
    }


def _areas(*rows: tuple[str, float, str]) -> dict[str, Unit]:
    return {
        phrase: Unit(name, "area", square_metres)
        for name, square_metres, phrases in rows
        for phrase in _phrases(phrases)
    }


def _factors(*rows: tuple[float, str, str]) -> dict[str, tuple[float, Unit | None]]:
    return {
        phrase: (factor, CURRENCIES.get(currency))
        for factor, currency, phrases in rows
        for phrase in _phrases(phrases)
    }


# May stand before a number or behind it.
CURRENCIES = _units(
    "money",
    {
        "dollars": "$, us$, usd, dollar, dollars, us dollar, us dollars",
        "euros": "€, eur, euro, euros",
        "pounds": "£, gbp, pound, pounds",
        "yen": "jpy, yen, 円",
        "yuan": "cny, rmb, yuan, 元",
        "¥": "¥",
        "rupees": "₹, inr, rs, rupee, rupees",
        "Swiss francs": "chf, sfr, fr",
        "zlotys": "zł, pln, zloty, złotych",
        "kr": "kr, kronor, kroner",
        "Swedish kronor": "sek",
        "Norwegian kroner": "nok",
        "Danish kroner": "dkk",
        "koruny": "kč, czk",
        "forints": "huf, forint",
        "lei": "lei, ron",
        "leva": "bgn, lv, лв",
        "roubles": "₽, rub, руб, р, rur",
        "hryvnias": "₴, uah, грн",
        "lira": "₺, try, tl",
        "won": "₩, krw, 원",
        "rand": "zar",
        "shekels": "₪, ils, nis",
        "dirhams": "aed",
        "riyals": "sar",
        "reais": "r$, brl, reais",
        "pesos": "mxn, clp, ars, cop, php, ₱, mx$, pesos",
        "Australian dollars": "a$, au$, aud",
        "Canadian dollars": "c$, ca$, cad",
        "New Zealand dollars": "nz$, nzd",
        "Singapore dollars": "s$, sgd",
        "Hong Kong dollars": "hk$, hkd",
        "Taiwan dollars": "nt$, twd",
        "naira": "₦, ngn",
        "baht": "฿, thb",
        "dong": "₫, vnd",
        "rupiah": "rp, idr",
        "ringgit": "myr, rm",
        "Vietnamese dong": "đ",
    },
)
SQUARE_METRES, SQUARE_FEET = "square metres", "square feet"
AREAS = _areas(
    (
        SQUARE_METRES,
        1.0,
        "m2, mt2, mts2, mtr2, sqm, sqmt, sqmts, sqmtr, sqmeter, sqmeters, sqmetre, sqmetres, sq m, "
        "sq mt, sq mts, sq mtr, sq mtrs, sq meter, sq meters, sq metre, sq metres, square meter, "
        "square meters, square metre, square metres, qm, quadratmeter, quadratmetern, kvm, kv m, "
        "kvadratmeter, kvadrat, mq, mtq, metri quadri, metri quadrati, metro quadro, "
        "metros cuadrados, metros quadrados, mètres carrés, mètre carré, m carrés, "
        "vierkante meter, vierkante meters, mkw, m kw, mkv, m kv, metrów kwadratowych, neliötä, "
        "nm, négyzetméter, mp, m², τμ, τ μ, м2, кв м, квм, м кв, "
        "квадратных метров, kvadratinių metrų, ตรม, ตร ม, מר, م2, متر مربع, 平方米, "
        "平方メートル, 平米, 제곱미터",
    ),
    (
        SQUARE_FEET,
        0.09290304,
        "sqft, sqfeet, sqfoot, sq ft, sq feet, sq foot, sf, sft, ft2, feet2, foot2, square feet, "
        "square foot, square ft, squarefeet, squareft, sq fts, pies cuadrados, pieds carrés, pi2",
    ),
    (
        "square yards",
        0.83612736,
        "sqyd, sqyards, sq yd, sq yds, sq yard, sq yards, sq yrd, sq yrds, square yard, "
        "square yards, yd2, gaj",
    ),
    ("acres", 4046.8564224, "acre, acres, ac"),
    ("hectares", 10_000.0, "ha, hectare, hectares, hektar"),
    ("ares", 100.0, "are, ares, ar"),
    ("tsubo", 400 / 121, "坪"),
    ("pyeong", 400 / 121, "평"),
    # These differ from place to place.
    ("perches", 0.0, "perch, perches"),
    ("gunthas", 0.0, "guntha, gunthas"),
    ("grounds", 0.0, "grounds"),
    ("marlas", 0.0, "marla, marlas"),
    ("kanals", 0.0, "kanal, kanals"),
)
# May stand behind a number.
UNITS = (
    CURRENCIES
    | AREAS
    | _units(
        "count",
        {
            "": "bed, beds, bd, bds, bdr, bdrm, bdrms, br, brs, bedroom, bedrooms, bath, baths, "
            "ba, bathroom, bathrooms, room, rooms, rm, rms, zimmer, zi, zkb, zkbb, bhk, rk, pièce, "
            "pièces, pcs, chambre, chambres, habitación, habitaciones, hab, habs, dormitorio, "
            "dormitorios, dorm, dorms, quarto, quartos, suite, suites, vaga, vagas, banheiro, "
            "banheiros, baño, baños, locale, locali, vano, vani, camera, camere, bagno, bagni, "
            "kamer, kamers, slaapkamer, slaapkamers, rum, rok, vaerelser, værelser, pokój, "
            "pokoje, pokoi, pokoju, pok, izba, izby, garage, garages, car, cars, storey, "
            "storeys, story, stories, floor, floors, unit, units, person, persons, people, "
            "комн, комната, комнаты, комнат, 室, 間, 방",
        },
    )
    | _units(
        "other",
        {
            "%": "%, percent, prozent, pct",
            "metres": "metre, metres, meter, meters, mtr, mtrs, mt, mts",
            "feet": "ft, feet, foot",
            "kilometres": "km, kms, kilometer, kilometers, kilometre, kilometres",
            "miles": "mile, miles",
            "centimetres": "cm",
            "minutes": "min, mins, minute, minutes, minuten, minuti, minutos, 分",
            "years": "yr, yrs, year, years, jahre, jahr, ans, anos, años, anni, jaar, år, lat, 年",
            "days": "day, days, tage, tag, jours, días, dias, giorni, dagen, dagar, dni",
            "°C": "° c",
            "°F": "° f",
            "degrees": "°",
            "kilograms": "kg, kgs",
            "kilowatts": "kw",
            "kilowatt-hours": "kwh",
            "cubic metres": "m3, cbm",
            "cubic feet": "ft3",
        },
    )
)
# What the first word behind a number multiplies it by, and the currency that it brings along.
MULTIPLIERS = _factors(
    (
        1e3,
        "",
        "k, tsd, tausend, thousand, thousands, thsd, tys, tysięcy, tis, tisíc, tusen, mila, "
        "duizend, ezer, bin, ribu, тыс, тысяч, 千",
    ),
    (1e4, "", "万, 萬, 만"),
    (1e5, "", "lakh, lakhs, lac, lacs"),
    (
        1e6,
        "",
        "mn, mln, mio, mill, million, millions, millionen, milhão, milhões, millón, millones, "
        "milione, milioni, miljoen, milj, miljon, miljoner, millioner, milion, miliony, milionów, "
        "млн, millió, milyon, juta, triệu, 백만",
    ),
    (1e7, "", "crore, crores, cr, crs"),
    (1e8, "", "億, 亿, 억"),
    (
        1e9,
        "",
        "bn, billion, billions, mrd, mld, mlrd, milliarde, milliarden, milliard, milliards, "
        "miliard, miliardi, miljard, milliárd, miliar, milyar, tỷ, млрд",
    ),
    (1e4, "円", "万円"),
    (1e8, "円", "億円"),
    (1e4, "元", "万元"),
    (1e8, "元", "亿元"),
    (1e4, "원", "만원"),
    (1e8, "원", "억원"),
    (1e3, "eur", "teur, keur"),
    (1e6, "eur", "meur"),
    (1e3, "chf", "tchf"),
    (1e3, "kr", "tkr"),
    (1e6, "kr", "mkr"),
    (1e3, "sek", "tsek"),
    (1e6, "sek", "msek"),
)
# Words that multiply sums of money, and are units elsewhere.
DOUBTFUL = {
    "m": (1e6, "metres"),
    "mm": (1e6, "millimetres"),
    "mi": (1e6, "miles"),
    "l": (1e5, "litres"),
    "t": (1e3, "tons"),
    "b": (1e9, ""),
    # Thousands in Spanish and Portuguese, millions in Czech and Romanian.
    "mil": (1e3, ""),
}
MIL_IS_A_MILLION = frozenset({"koruny", "lei"})

# That a number is about right, that a range begins or ends there, what a price includes.
BEFORE = frozenset(
    _phrases(
        "ca, circa, cca, approx, approximately, appr, about, around, env, environ, ungefähr, "
        "etwa, rund, ok, około, cerca de, aprox, ab, von, from, od, desde, a partir de, fra, från, "
        "vanaf, dès, starting at, starting from, guide price, offers over, offers in excess of, "
        "oieo, oiro, asking price, asking, price, preis, kaufpreis, prix, prezzo, precio, preço, "
        "cena, pris, prijs, vraagprijs, ~, ≈, ±"
    )
)
BEHIND = frozenset(
    _phrases(
        "vb, vhb, fp, neg, negotiable, onwards, approx, ca, circa, aprox, env, kk, von, fai, "
        "hai, hc, cc, ttc, ht, netto, brutto, net, gross, est, kalt, warm, living, wohnfläche, "
        "habitables, útiles, construidos, boarea, each, *, +, !, ~, †"
    )
) | {"k k", "v o n"}
PER_MONTH = frozenset(
    _phrases(
        "/ month, / monat, / mo, / mon, / mth, per month, pro monat, pm, pcm, mtl, monatlich, / "
        "mes, al mes, por mes, / mois, par mois, / mese, al mese, / mc, / mies, / mån, / månad, "
        "/ mnd, per maand, / maand, / md"
    )
)
PER_WEEK = frozenset(_phrases("/ week, per week, pw, / woche, / wk"))
PER = frozenset(_phrases("/, per, pro, je, za, al, au, por, a, à, par, du, the"))
LONGEST_PHRASE = 4  # words

MISSING = frozenset(
    _split(
        ", na, n/a, n.a., nan, null, none, nil, -, --, ---, –, —, ?, ??, ., .., ..., …, #n/a, #na, "
        "#value!, #div/0!, #ref!, <na>, k.a., k. a., keine angabe, unbekannt, unknown, missing, "
        "brak, brak danych, n.d., nd, s/d, non communiqué, inconnu, desconocido, ikke oppgitt, "
        "saknas, tbd, poa, price on request, price on application, auf anfrage, preis auf anfrage, "
        "prix sur demande, a consultar, sob consulta, consultar, zapytaj o cenę, "
        "trattativa riservata, prijs op aanvraag, contact agent, call for price, ask for price, "
        "on request"
    )
)
