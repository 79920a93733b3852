"""What the name of a column tells of it: a price, a size, a year, …, in the languages of Europe.

The words are written as `plain_word` leaves them: in small letters, without accents.
"""

import re
from functools import lru_cache
from typing import Literal

from gdstudio.data.tables.number_words import AREAS, CURRENCIES, UNITS, Unit, plain_word, words_of

Role = Literal[
    "price", "value", "rent", "fee", "rate", "area", "living", "land", "rooms", "identifier",
    "place", "floor", "year", "list",
]  # fmt: skip


def _split(words: str) -> list[str]:
    return words.split()


# Parts of words, since many languages join them: Kaufpreis, slutpris, woonoppervlakte.
_PARTS: dict[Role, str] = {
    "price": "price preis kauf prix precio preco prezzo prijs cena cijena hinta kaina fiyat harga "
    "τιμη цена цены стоимост 価格 价格 價格 房价 总价 総額 가격 "
    "kaufsumme koopsom kjopesum prisantydning",
    "value": "value valor waarde wartosc valeur verdi vaerdi cost kosten koszt kostnad amount "
    "montant betrag importo importe medv",
    "rent": "miete loyer alquiler aluguel affitto huur czynsz arriendo",
    "fee": "steuer nebenkost hausgeld impuest condomin avgift charge assess deposit kaution "
    "provision commission discount rabatt",
    "area": "area areal flache flaeche surface superfic oppervlak metraz metratur powierzchn "
    "sqft sqm squarefe squaremet footage quadratmeter kvadratmeter grosse groesse tamano "
    "tamanho taille dimension grootte storlek plocha площад метраж 面積 面积 면적 "
    "terulet pinta neliot",
    "living": "living wohn habitab woon boarea nutzfl uzytkow carpet grliv built construid "
    "interior",
    "land": "land grund terrain terreno lote parcel perceel tomt dzialk pozem garden garten "
    "jardin garage basement bsmt keller cellar porch balcon balkon terras "
    "terraz parking attic masvnr wooddeck",
    "rooms": "room bedr bath zimmer piece habitac dormit quarto banheir chambre locali kamer "
    "pokoj pokoi комнат 室",
    "identifier": "unnamed nummer numero objectid listingid identif",
    "place": "zipcode postcode postal postleitz latit longit coord breitengrad langengrad phone "
    "telef telefon postnr",
    "floor": "floor etage stockwerk geschoss verdieping vaning pietro storey stories poschod "
    "этаж kerros 階",
    "year": "baujahr bouwjaar byggar annee year vuosi fecha datum date",
}
_WORDS: dict[Role, str] = {
    "price": "pris ar ara gia pricing",
    "value": "costo custo coste cout kost summe sum",
    "rent": "rent rental rents hyra hyr najem leie renta",
    "fee": "tax taxes fee fees hoa taxe iptu",
    "area": "size sizes m2 mt2 qm mq mkw kvm kv sf yta bra boa surf sup",
    "living": "bo util utile utiles gla liv netta net",
    "land": "lot plot yard pool deck",
    "rooms": "beds bed baths bd br ba rm rooms rum pok izby vani zi bhk",
    "identifier": "id ids nr no num number index idx key code ref pid mls lp sno srno sl row "
    "apn uuid order rank nro cislo lfd n",
    "place": "zip plz cap cep kod fips tel lat lon lng long lt ln geo ort gps",
    "floor": "level piso andar piano plan kat patro og stock planta",
    "year": "yr jahr ano anno rok god год 年 month monat mois mes day time quarter age data mnd",
}
_ENDINGS: dict[Role, tuple[str, ...]] = {"price": ("pris",), "value": ("wert",), "area": ("size",)}
_PER = re.compile(r"\b(?:per|pro|je|za|al|au|por|par|a|od|of unit|unit|du|by)\b|/")
_RATES = frozenset(_split("psf ppsf ppsqft psqft psm ppsm unitprice priceunit kvmpris ppm2"))
_LIST = re.compile(r"[^\W\d_]{3,}s? ?[/&,;+|] ?[^\W\d_]{3,}")
# Short units that are other words in a name: ár is a price, rok a year.
_NO_UNITS = frozenset(_split("ar are nm mp fr p р try lei rm l t"))
# What prices are counted in: “Preis in Tsd. €”, “price ($1000)”.
_MANY = {
    word: many
    for many, words in {
        "thousand": "1000 1000s 000 000s k tsd thousand thousands tausend tys teur keur",
        "lakh": "lakh lakhs lac lacs",
        "million": "mio mln mn million millions millionen",
        "crore": "cr crore crores",
    }.items()
    for word in _split(words)
}
_CAMEL = re.compile(r"(?<=[a-zа-яß-ÿ])(?=[A-ZА-ЯÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS = re.compile(r"[^\W\d_]+[23]?(?![^\W\d_])|[^\W\d_]+|\d+")


@lru_cache(maxsize=4096)
def roles_of(name: str) -> frozenset[Role]:
    """Return what the column called `name` may be."""
    words = _words(name)
    found: set[Role] = set()
    for role, parts in _PARTS.items():
        if any(part in word for word in words for part in parts.split()):
            found.add(role)
    for role, whole in _WORDS.items():
        if not set(words).isdisjoint(whole.split()):
            found.add(role)
    for role, endings in _ENDINGS.items():
        if any(word.endswith(endings) for word in words):
            found.add(role)
    if name.strip() in ("#", "№"):
        found.add("identifier")
    if _is_rate(name, words, found):
        found.add("rate")
    elif _names_area(words):
        found.add("area")
    if "rate" not in found and _LIST.search(plain_word(name)):
        found.add("list")
    return frozenset(found)


@lru_cache(maxsize=4096)
def unit_of(name: str) -> Unit | None:
    """Return the unit that a column's name tells, such as ``size_sqft`` or ``price ($1000)``."""
    roles, words = roles_of(name), _words(name)
    if "rate" in roles:
        return None
    unit = _last_unit(words)
    if unit is None:
        signs = [word for word in words_of(name) if word in CURRENCIES and not word.isalpha()]
        unit = CURRENCIES[signs[-1]] if signs else None
    many = next((_MANY[word] for word in words if word in _MANY), "")
    if many and (unit.kind == "money" if unit else roles & {"price", "value", "rent"}):
        return Unit(f"{many} {unit.name if unit else ''}".strip(), "money")
    return unit


def _last_unit(words: list[str]) -> Unit | None:
    for end in range(len(words), 0, -1):
        for length in (3, 2, 1):
            phrase = " ".join(words[max(end - length, 0) : end])
            if phrase not in _NO_UNITS and phrase in UNITS:
                unit = UNITS[phrase]
                if unit.kind in ("money", "area"):
                    return unit
    return None


def _words(name: str) -> list[str]:
    return _LETTERS.findall(plain_word(_CAMEL.sub(" ", name)))


def _is_rate(name: str, words: list[str], found: set[Role]) -> bool:
    """Return whether it is a price per area: it names money and a unit of area."""
    joined = " ".join(words)
    plain = plain_word(name)
    if not _RATES.isdisjoint(words):
        return True
    is_money = bool(found & {"price", "value", "rent"}) or any(
        word in CURRENCIES for word in words_of(name)
    )
    if not is_money:
        return False
    has_unit = _names_area(words) or any(
        part in joined
        for part in ("quadratmeter", "kvadratmeter", "squaremet", "squarefe", "nelio")
    )
    return has_unit or ("area" in found and bool(_PER.search(plain)))


def _names_area(words: list[str]) -> bool:
    """Return whether a unit of area stands among `words`."""
    phrases = (
        " ".join(words[at : at + length])
        for at in range(len(words))
        for length in (1, 2, 3)
        if at + length <= len(words)
    )
    return any(phrase in AREAS and phrase not in _NO_UNITS for phrase in phrases)
