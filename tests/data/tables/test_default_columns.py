"""Which columns a table opens with: a size and a price, in the headings of well-known data sets."""

import numpy as np
import pytest

from gdstudio.data.dataset import Table
from gdstudio.data.tables.default_columns import default_columns

# What is in a column: S a size, P a price, S2 and P2 others like them, H something that goes with
# the price, R price / size, I a count of rows, N a few pieces, F a flag, Y years, Z codes,
# L degrees.
HEADINGS = {
    "Ames": "Id=I,MSSubClass=N,LotArea=S2,OverallQual=N,YearBuilt=Y,TotalBsmtSF,1stFlrSF,"
    ">GrLivArea=S,FullBath=N,GarageArea=S2,MiscVal,YrSold=Y,!SalePrice=P",
    "California": "longitude=L,latitude=L,housing_median_age=N,total_rooms,population,"
    ">median_income=H,!median_house_value=P",
    "Melbourne": "Rooms=N,!Price=P,Distance,Postcode=Z,Bedroom2=N,Car=N,Landsize=S2,"
    ">BuildingArea=S,YearBuilt=Y,Lattitude=L,Longtitude=L",
    "Taiwan": "No=I,X1 transaction date=Y,X2 house age,>X3 distance to the nearest MRT station=H,"
    "X5 latitude=L,X6 longitude=L,!Y house price of unit area=R",
    "Paris": ">squareMeters=S,numberOfRooms=N,hasYard=F,floors=N,cityCode=Z,made=Y,attic,!price=P",
    "Madrid": "id=I,>sq_mt_built=S,n_rooms=N,floor=N,rent_price,!buy_price=P,buy_price_by_area=R",
    "ImmoScout": "serviceCharge,yearConstructed=Y,!totalRent=P,baseRent=P2,>livingSpace=S,"
    "geo_plz=Z,noRooms=N,floor=N,scoutId=Z",
    "Hemnet": "asking_price=P2,!final_price=P,>living_area=S,land_area=S2,rooms=N,fee",
    "Zillow": "!Price=P,Bedrooms=N,>Living Area=S,Lot/Land Area=S2,Zestimate=P2,zpid=Z",
    "MagicBricks": "Index=I,!Amount(in rupees)=P,Price (in rupees)=R,>Carpet Area=S,"
    "Floor=N,Balcony=N",
    "QuintoAndar": ">area=S,rooms=N,floor=N,hoa (R$),!rent amount (R$)=P,property tax (R$)",
    "DVF": "id_mutation=I,date_mutation=Y,!valeur_fonciere=P,code_postal=Z,>surface_reelle_bati=S,"
    "nombre_pieces_principales=N,surface_terrain=S2,longitude=L",
    "German": "Nr=I,PLZ=Z,Baujahr=Y,Etage=N,>Wohnfläche=S,Grundstück=S2,"
    "Quadratmeterpreis=R,!Kaufpreis=P",
    "Polish": "Lp.=I,!Cena=P,>Powierzchnia=S,Liczba pokoi=N,Piętro=N,Rok budowy=Y,Cena za m²=R",
    "Spanish": "ref=Z,!Precio=P,>Superficie construida=S,Habitaciones=N,Planta=N,Precio/m²=R,Año=Y",
    "Italian": "!Prezzo=P,Locali=N,>Superficie=S,Piano=N,Prezzo al mq=R,Spese condominio",
    "Dutch": "!Vraagprijs=P,>Woonoppervlakte=S,Perceeloppervlakte=S2,"
    "Vraagprijs per m²=R,Postcode=Z",
    "Swedish": "!Slutpris=P,Utgångspris=P2,>Boarea=S,Rum=N,Våning=N,Avgift,Pris per kvm=R",
    "Portuguese": "!Preço=P,>Área útil=S,Área total=S2,Quartos=N,Andar=N,IPTU,Preço por m²=R",
    "French": "!Prix=P,>Surface=S,Pièces=N,Étage=N,Prix au m²=R,Année=Y,Code postal=Z,Charges",
    "Czech": "!Cena=P,>Užitná plocha=S,Počet pokojů=N,Podlaží=N,Cena za m2=R",
    "Norwegian": "!Prisantydning=P,>Bruksareal=S,Soverom=N,Byggeår=Y,Etasje=N,Kvadratmeterpris=R",
    "Finnish": "!Velaton hinta=P,>Asuinpinta-ala=S,Huoneita=N,Kerros=N,Neliöhinta=R",
    "Russian": "!Цена=P,>Общая площадь=S,Комнат=N,Этаж=N,Цена за м²=R",
    "no size": "id=I,floor=N,sold=F,year=Y,>quality=H,!price=P",
    "nothing known": "a=F,b=I,>c=H,d,!e=P",
    "nations": "country_code=Z,>population=S,!gdp=P,year=Y",
}


def table_of(headings):
    """Return a table of 200 rows, and the names marked as its input and its target."""
    random, rows = np.random.default_rng(1), 200
    size = random.uniform(40, 250, rows)
    price = size * 3000 * random.uniform(0.8, 1.2, rows)
    values, marked = {}, {}
    for heading in headings.split(","):
        name, _, kind = heading.partition("=")
        bare = name.lstrip(">!")
        if bare != name:
            marked[name[0]] = bare
        values[bare] = {
            "S": lambda: size,
            "P": lambda: price,
            "S2": lambda: size * random.uniform(0.5, 1.5, rows),
            "P2": lambda: price * random.uniform(0.8, 1.1, rows),
            "H": lambda: price * random.uniform(0.95, 1.05, rows) / 1e4,
            "R": lambda: price / size,
            "I": lambda: np.arange(rows) + 7.0,
            "N": lambda: random.integers(1, 7, rows) * 1.0,
            "F": lambda: random.integers(0, 2, rows) * 1.0,
            "Y": lambda: random.integers(1900, 2020, rows) * 1.0,
            "Z": lambda: random.integers(10_000, 99_999, rows) * 1.0,
            "L": lambda: random.uniform(47, 48, rows),
            "": lambda: random.uniform(0, 100, rows),
        }[kind]()
    return Table("t", tuple(values), values, {}), (marked.get(">"), marked.get("!"))


@pytest.mark.parametrize("kind", HEADINGS)
def test_a_size_and_a_price_are_found(kind):
    table, wanted = table_of(HEADINGS[kind])
    assert default_columns(table) == wanted


def test_the_column_that_is_given_is_taken():
    table, _ = table_of("size=S,rooms=N,price=P")
    assert default_columns(table, input="rooms") == ("rooms", "price")
    assert default_columns(table, target="size") == ("price", "size")
    assert default_columns(table, input="price")[1] != "price"
    assert default_columns(table, input="rooms", target="size") == ("rooms", "size")
