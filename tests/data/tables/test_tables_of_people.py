"""Tables as people have them: each is read as a person would read it, and what is doubtful is said.

A table is its text, the names of the columns that a lab opens it with, and some of their numbers.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdstudio.data.tables.column_pair import choose_columns
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.data.tables.notes import how_read
from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput

NBSP, NARROW, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"


def lines(*rows):
    return "".join(f"{row}\n" for row in rows)


TABLES = {
    # How numbers are written.
    "dots part thousands, said": (
        lines("Wohnfläche;Kaufpreis", "69;169.000", "180;591.500", "51;182.500"),
        ("Wohnfläche", "Kaufpreis"), [69, 180, 51], [169_000, 591_500, 182_500], {"Kaufpreis"},
    ),
    "dots part thousands, with euros": (
        lines("Wohnfläche;Kaufpreis", "69 m²;169.000 €", "180 m²;591.500 €", "51 m²;182.500 €"),
        ("Wohnfläche", "Kaufpreis"), [69, 180, 51], [169_000, 591_500, 182_500], {"Kaufpreis"},
    ),
    "a million proves the dots": (
        lines("Objekt;Fläche (m²);Preis (€)", "A;69;169.000", "B;180;1.774.500", "C;51;182.500"),
        ("Fläche (m²)", "Preis (€)"), [69, 180, 51], [169_000, 1_774_500, 182_500], set(),
    ),
    "decimal commas beside grouped prices": (
        lines("Fläche;Preis", "69,5;169.000", "180,25;591.000", "51;182.500"),
        ("Fläche", "Preis"), [69.5, 180.25, 51], [169_000, 591_000, 182_500], {"Preis"},
    ),
    "decimals with a dot and three places": (
        lines("lon,distance,price", "1.5,1.234,100", "1.25,0.567,300", "1.125,4.75,700"),
        ("distance", "price"), [1.234, 0.567, 4.75], [100, 300, 700], set(),
    ),
    "three places that nothing proves": (
        lines("weight,length", "1.234,5.125", "2.345,6.373", "3.456,8.621", "7.131,9.127"),
        ("weight", "length"), [1.234, 2.345, 3.456, 7.131], [5.125, 6.373, 8.621, 9.127],
        {"weight", "length"},
    ),
    "a list column beside dollars": (
        lines("beds/baths,sqft,price", '"2,1","1,056","$139,070"', '"3,2","2,600","$220,000"'),
        ("sqft", "price"), [1056, 2600], [139_070, 220_000], {"sqft", "price"},
    ),
    "a column of dates beside decimals": (
        lines("sold;size;price", "01.03.2024;69.5;1500.25", "12.12.2023;80.25;1700.5"),
        ("size", "price"), [69.5, 80.25], [1500.25, 1700.5], set(),
    ),
    "Indian groups": (
        lines("sqft,price_inr", '"1,056","39,07,000"', '"2,600","1,20,00,000"'),
        ("sqft", "price_inr"), [1056, 2600], [3_907_000, 12_000_000], {"sqft"},
    ),
    "rupees": (
        lines("total_sqft,price", '690,"₹ 1,69,000"', '1800,"₹ 5,91,500"', '510,"Rs. 1,82,500"'),
        ("total_sqft", "price"), [690, 1800, 510], [169_000, 591_500, 182_500], set(),
    ),
    "lakh and crore": (
        lines("Title,Area,Price", "2 BHK flat in A,1250 sqft,₹ 45.5 Lac",
              "3 BHK flat in B,1800 sqft,₹ 1.40 Cr", "4 BHK villa in C,2400 sqft,₹ 2 crore"),
        ("Area", "Price"), [1250, 1800, 2400], [4_550_000, 14_000_000, 20_000_000], set(),
    ),
    "thousands and millions": (
        lines("size,price", "69,$169k", "180,$1.2M", "51,$182.5K"),
        ("size", "price"), [69, 180, 51], [169_000, 1_200_000, 182_500], set(),
    ),
    "British millions": (
        lines("floor area,guide price", "69,£450k", "180,£1.2m", "95,£725k"),
        ("floor area", "guide price"), [69, 180, 95], [450_000, 1_200_000, 725_000], set(),
    ),
    "German millions": (
        lines("Wohnfläche;Kaufpreis", "85 qm;450 Tsd. €", "210 qm;1,2 Mio. €", "64 qm;315 T€"),
        ("Wohnfläche", "Kaufpreis"), [85, 210, 64], [450_000, 1_200_000, 315_000], set(),
    ),
    "spaces that do not break": (
        lines("surface;prix", f"69 m²;169{NBSP}000 €", f"180,5 m²;1{NARROW}591{NARROW}500 €",
              f"51 m²;182{THIN}500 €"),
        ("surface", "prix"), [69, 180.5, 51], [169_000, 1_591_500, 182_500], set(),
    ),
    "złoty": (
        lines("Powierzchnia;Cena;Cena za m2", "69,5 m²;169 000 zł;2 449 zł/m²",
              "180,5 m²;591 500 zł;3 286 zł/m²", "51 m²;182 500 zł;3 578 zł/m²"),
        ("Powierzchnia", "Cena"), [69.5, 180.5, 51], [169_000, 591_500, 182_500], set(),
    ),
    "kronor": (
        lines("Adress;Boarea;Utgångspris;Pris/m²", "Storgatan 1;69 m²;2 495 000 kr;36 159 kr/m²",
              "Ågatan 2;102,5 m²;4 100 000 kr;40 000 kr/m²",
              "Björkv 3;45 m²;1 795 000 kr;39 889 kr/m²"),
        ("Boarea", "Utgångspris"), [69, 102.5, 45], [2_495_000, 4_100_000, 1_795_000], set(),
    ),
    "Norwegian kroner": (
        lines("Primærrom;Prisantydning", "69 m²;kr 3 490 000,-", "102 m²;kr 4 100 000,-"),
        ("Primærrom", "Prisantydning"), [69, 102], [3_490_000, 4_100_000], set(),
    ),
    "reais": (
        lines("Área;Preço", "69 m²;R$ 450.000,00", "120 m²;R$ 1.250.000,00", "45 m²;R$ 380 mil"),
        ("Área", "Preço"), [69, 120, 45], [450_000, 1_250_000, 380_000], set(),
    ),
    "francs and apostrophes": (
        lines("Wohnfläche;Preis", "69 m²;CHF 690'000.–", "110.5 m²;CHF 1’190’000.–"),
        ("Wohnfläche", "Preis"), [69, 110.5], [690_000, 1_190_000], set(),
    ),
    "full-width digits": (
        lines("面積,価格", "６９㎡,３４８０万円", "８０㎡,４１００万円", "５５㎡,２９８０万円"),
        ("面積", "価格"), [69, 80, 55], [34_800_000, 41_000_000, 29_800_000], set(),
    ),
    "Korean": (
        lines("면적,가격", "84㎡,52000만원", "59㎡,41000만원"),
        ("면적", "가격"), [84, 59], [520_000_000, 410_000_000], set(),
    ),
    "about, from, negotiable": (
        lines("Fläche;Preis", "ca. 69 m²;ab 169.900 €", "~ 180 m²;591.500 € VB",
              "51 m²;182.500,- €"),
        ("Fläche", "Preis"), [69, 180, 51], [169_900, 591_500, 182_500], {"Preis"},
    ),
    "minus signs": (
        lines("change,profit", "−1.5,(250)", "-2.25,300-", "3.5,-$1200", "4.5,500"),
        ("change", "profit"), [-1.5, -2.25, 3.5, 4.5], [-250, -300, -1200, 500], set(),
    ),
    "per cent": (
        lines("share;points", "12,5 %;3", "30 %;7", "41,25 %;9"),
        ("share", "points"), [12.5, 30, 41.25], [3, 7, 9], set(),
    ),
    "square feet and acres": (
        lines("lot,price", '"6,098 sqft","$300,000"', '0.5 acres,"$400,000"',
              '"7,405 sqft","$350,000"'),
        ("lot", "price"), [6098, 21_780, 7405], [300_000, 400_000, 350_000], {"price"},
    ),
    "half rooms": (
        lines("Zimmer;Miete", "2½;890,50 €", "3½;1.190 €", "4½;1.490 €"),
        ("Zimmer", "Miete"), [2.5, 3.5, 4.5], [890.5, 1190, 1490], set(),
    ),
    "scientific": (
        lines("mass;energy", "1,5E+10;2,5e-3", "2E+10;3e-3", "3,25E+10;9e-3"),
        ("mass", "energy"), [1.5e10, 2e10, 3.25e10], [2.5e-3, 3e-3, 9e-3], set(),
    ),
    # Headers, titles, comments, footers.
    "no header": (
        lines("5.1,3.5,1.4,0.2,Iris-setosa", "4.9,3.0,1.4,0.2,Iris-setosa",
              "7.0,3.2,4.7,1.4,Iris-versicolor", "6.3,3.3,6.0,2.5,Iris-virginica"),
        ("column 3", "column 4"), [1.4, 1.4, 4.7, 6.0], [0.2, 0.2, 1.4, 2.5], set(),
    ),
    "no header, prices first": (
        lines("169000,69", "591500,180", "182500,51"),
        ("column 2", "column 1"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "title rows": (
        lines("Immobilienliste 2024;;", "Stand: 01.03.2024;;", ";;", "Objekt;Wohnfläche;Kaufpreis",
              "Haus 0;69;169000", "Haus 1;180;591500"),
        ("Wohnfläche", "Kaufpreis"), [69, 180], [169_000, 591_500], set(),
    ),
    "titles of one cell": (
        lines("House sales, county of X, 2024", "", "size,price", "69,169000", "180,591500",
              "51,182500"),
        ("size", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "sep=": (
        lines("sep=;", "Wohnfläche;Kaufpreis", "69;169000", "180;591500"),
        ("Wohnfläche", "Kaufpreis"), [69, 180], [169_000, 591_500], set(),
    ),
    "sep= of a tab": (
        "sep=\t\n" + lines("size\tprice", "69\t169000", "180\t591500"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "comments": (
        lines("# house sales, source: it's the county", "# sizes in m\", prices in $",
              "size,price", "69,169000", "180,591500", "# corrected", "51,182500"),
        ("size", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "names in a comment": (
        lines("# size price", "69 169000", "180 591500"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "# is a column": (
        lines("#,size,price", "1,69,169000", "2,180,591500", "3,51,182500", "4,44,150000"),
        ("size", "price"), [69, 180, 51, 44], [169_000, 591_500, 182_500, 150_000], set(),
    ),
    "units below the names": (
        lines("Größe;Preis", "m²;€", "69;169000", "180;591500"),
        ("Größe", "Preis"), [69, 180], [169_000, 591_500], set(),
    ),
    "totals": (
        lines("Objekt;Fläche;Preis", "A;69;169000", "B;180;591500", "Summe;249;760500",
              "Durchschnitt:;124,5;380250", "Quelle: Amt;;"),
        ("Fläche", "Preis"), [69, 180], [169_000, 591_500], set(),
    ),
    "headers repeated": (
        lines("size,price", "69,169000", "180,591500", "size,price", "51,182500"),
        ("size", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "names twice": (
        lines("size,size,price", "x,69,169000", "y,180,591500", "z,51,182500"),
        ("size (2)", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "a row of names by R": (
        lines('"size" "price"', '"1" 69 169000', '"2" 180 591500', '"3" 51 182500'),
        ("size", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "pandas' index": (
        lines(",size,price", "0,69,169000", "1,180,591500", "2,51,182500", "3,44,150000"),
        ("size", "price"), [69, 180, 51, 44], [169_000, 591_500, 182_500, 150_000], set(),
    ),
    "years for names": (
        lines("region,2019,2020", "A,100,120", "B,200,230", "C,300,310"),
        ("2019", "2020"), [100, 200, 300], [120, 230, 310], set(),
    ),
    # Separators and quotes.
    "bars": (
        lines("size|price", "69|169000", "180|591500"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "Markdown": (
        lines("| size | price |", "|---|--:|", "| 69 | 169000 |", "| 180 | 591500 |"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "a database's screen": (
        lines("+------+---------+", "| size | price   |", "+------+---------+",
              "|   69 |  169000 |",
              "|  180 |  591500 |", "+------+---------+"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "columns in line": (
        lines("Objekt      Wohnfläche   Kaufpreis", "Haus 1      69           169000",
              "Haus 22     180          591500"),
        ("Wohnfläche", "Kaufpreis"), [69, 180], [169_000, 591_500], set(),
    ),
    "single spaces": (
        lines("size price", "69 169000", "180 591500"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "single spaces and groups": (
        lines("size price", "1,069 169,000", "1,180 591,500"),
        ("size", "price"), [1069, 1180], [169_000, 591_500], {"size", "price"},
    ),
    "tabs and spaces": (
        "size\tprice\n69\t\t169000\n180 \t 591500\n51   182500\n",
        ("size", "price"), [69, 180, 51], [169_000, 591_500, 182_500], set(),
    ),
    "single quotes": (
        lines("'size','price'", "'69','169000'", "'180','591500'"),
        ("size", "price"), [69, 180], [169_000, 591_500], set(),
    ),
    "quotes and commas": (
        lines("address,size,price", '"1 Main St, A","759 sqft","$169,000"',
              '"2 Main St, B","1,980 sqft","$591,500"', '"3 Main St, C","561 sqft","$182,500"'),
        ("size", "price"), [759, 1980, 561], [169_000, 591_500, 182_500], {"size", "price"},
    ),
    "semicolons in an address": (
        lines("address,size,price", "1 Main St; A,759,169000", "2 Main St; B,1980,591500"),
        ("size", "price"), [759, 1980], [169_000, 591_500], set(),
    ),
    # Encodings.
    "UTF-16": (
        lines("size\tPreis", "69\t169000", "180\t591500").encode("utf-16"),
        ("size", "Preis"), [69, 180], [169_000, 591_500], set(),
    ),
    "UTF-16 without its mark": (
        lines("size;Preis", "69;169000", "180;591500").encode("utf-16-le"),
        ("size", "Preis"), [69, 180], [169_000, 591_500], set(),
    ),
    "Windows-1252": (
        lines("Fläche;Preis", f"69 m²;169{NBSP}000 €", f"180 m²;591{NBSP}500 €").encode("cp1252"),
        ("Fläche", "Preis"), [69, 180], [169_000, 591_500], set(),
    ),
    "Windows-1250": (
        lines("Powierzchnia;Cena;Piętro", "69 m2;169 000 zł;2",
              "80 m2;191 500 zł;1").encode("cp1250"),
        ("Powierzchnia", "Cena"), [69, 80], [169_000, 191_500], set(),
    ),
    "Latin-1": (
        lines("Área;Preço", "69,5;169000", "180;591500").encode("latin-1"),
        ("Área", "Preço"), [69.5, 180], [169_000, 591_500], set(),
    ),
    "Cyrillic": (
        lines("Площадь;Цена", "69 м²;5 400 000 руб.", "80 м²;6,2 млн руб.").replace("²",
              "2").encode("cp1251"),
        ("Площадь", "Цена"), [69, 80], [5_400_000, 6_200_000], set(),
    ),
    "UTF-8 with a damaged letter": (
        lines("Fläche;Preis", "69 m²;169000 €",
              "80 m²;180000 €").encode() + b"51 m\xc2\xb2;150000 \xff\n",
        ("Fläche", "Preis"), [69, 80, 51], [169_000, 180_000, 150_000], set(),
    ),
    # Which columns.
    "no price per area": (
        lines("id,price_per_m2,size_m2,total_price", "0,2449.3,69,169000", "1,3286.1,180,591500",
              "2,3578.4,51,182500", "3,3785,100,378500"),
        ("size_m2", "total_price"), [69, 180, 51, 100], [169_000, 591_500, 182_500, 378_500], set(),
    ),
    "no price per area, whatever its name": (
        lines("price,unitaria,size", "169000,2449.28,69", "591500,3286.11,180", "182500,3578.43,51",
              "378500,3785,100", "239000,3676.92,65"),
        ("size", "price"), [69, 180, 51, 100, 65],
        [169_000, 591_500, 182_500, 378_500, 239_000], set(),
    ),
    "living area, not lots or flags": (
        lines("id,price,bedrooms,sqft_living,sqft_lot,floors,waterfront,yr_built,zipcode,lat",
              "7129300520,221900,3,1180,5650,1,0,1955,98178,47.5112",
              "6414100192,538000,3,2570,7242,2,0,1951,98125,47.7210",
              "5631500400,180000,2,770,10000,1,1,1933,98028,47.7379",
              "2487200875,604000,4,1960,5000,1,0,1965,98136,47.5208"),
        ("sqft_living", "price"), [1180, 2570, 770, 1960],
        [221_900, 538_000, 180_000, 604_000], set(),
    ),
    "Dutch": (
        lines("Adres;Bouwjaar;Vraagprijs;Woonoppervlakte;Perceeloppervlakte;Kamers",
              "A 1;1930;€ 450.000 k.k.;95 m²;120 m²;4", "B 2;1988;€ 575.000 k.k.;121 m²;210 m²;5",
              "C 3;2004;€ 1.125.000 k.k.;198 m²;480 m²;7"),
        ("Woonoppervlakte", "Vraagprijs"), [95, 121, 198], [450_000, 575_000, 1_125_000], set(),
    ),
    "Italian": (
        lines("Prezzo;Locali;Superficie;Piano;Prezzo al mq", "€ 185.000;3;85 m²;2;2.176 €/m²",
              "€ 240.500;4;110 m²;1;2.186 €/m²", "€ 1.100.000;6;240 m²;0;4.583 €/m²"),
        ("Superficie", "Prezzo"), [85, 110, 240], [185_000, 240_500, 1_100_000], set(),
    ),
    "Spanish": (
        lines("Precio;Habitaciones;Superficie;Planta;Precio/m²",
              "185.000€;3 hab.;85 m²;2;2.176 €/m²",
              "240.500€;4 hab.;110 m²;1;2.186 €/m²", "320.000€;4 hab.;120 m²;3;2.667 €/m²"),
        ("Superficie", "Precio"), [85, 110, 120], [185_000, 240_500, 320_000], {"Precio"},
    ),
    "Zillow": (
        lines("address,price,beds,bath,area",
              '"1 Elm St, A","$425,000","3 bds","2 ba","1,234 sqft"',
              '"2 Elm St, B","$1,250,000","4 bds","3 ba","2,890 sqft"',
              '"3 Elm St, C","$399,900","2 bds","1 ba","980 sqft"'),
        ("area", "price"), [1234, 2890, 980], [425_000, 1_250_000, 399_900], {"area"},
    ),
    "Bengaluru": (
        lines("area_type,size,total_sqft,bath,price", "Super built-up Area,2 BHK,1056,2,39.07",
              "Plot Area,4 Bedroom,2600,5,120", "Built-up Area,3 BHK,34.46Sq. Meter,2,62",
              "Super built-up Area,3 BHK,1440,2,95", "Plot Area,2 BHK,2100 - 2850,2,51"),
        ("total_sqft", "price"), [1056, 2600, 370.924353, 1440], [39.07, 120, 62, 95], set(),
    ),
    "Boston, without sizes": (
        lines("crim,rm,age,tax,medv", "0.006,6.575,65.2,296,24", "0.027,6.421,78.9,242,21.6",
              "0.027,7.185,61.1,242,34.7", "0.032,6.998,45.8,222,33.4",
              "0.069,7.147,54.2,222,36.2"),
        ("rm", "medv"), [6.575, 6.421, 7.185, 6.998, 7.147], [24, 21.6, 34.7, 33.4, 36.2], None,
    ),
    "years, where nothing is better": (
        lines("year,price", "1990,100", "2000,200", "2010,350"),
        ("year", "price"), [1990, 2000, 2010], [100, 200, 350], set(),
    ),
    "a column nearly empty": (
        lines("size,renovated,price", "69,,169000", "180,,591500", "51,2010,182500",
              "80,2015,250000"),
        ("size", "price"), [69, 180, 51, 80], [169_000, 591_500, 182_500, 250_000], set(),
    ),
    "ranges and other currencies are left out": (
        lines("size,price", "2100 - 2850,169000", "1056,$39000", "2600,$120000", "1440,€62000",
              "1521,$95000"),
        ("size", "price"), [1056, 2600, 1521], [39_000, 120_000, 95_000], set(),
    ),
    "Turkish": (
        lines("Alan;Fiyat", "120 m²;2.450.000 TL", "85 m²;1.250.000 TL"),
        ("Alan", "Fiyat"), [120, 85], [2_450_000, 1_250_000], set(),
    ),
    "Hungarian millions": (
        lines("Alapterület;Ár", "45 m²;45,5 M Ft", "60 nm;52 millió Ft", "80 m2;71,9 M Ft"),
        ("Alapterület", "Ár"), [45, 60, 80], [45_500_000, 52_000_000, 71_900_000], set(),
    ),
    "Greek": (
        lines("Εμβαδόν;Τιμή", "85 τ.μ.;€ 185.000", "92 τ.μ.;€ 210.500"),
        ("Εμβαδόν", "Τιμή"), [85, 92], [185_000, 210_500], {"Τιμή"},
    ),
    "Vietnamese billions": (
        lines("Diện tích;Giá", "85 m²;3,5 tỷ", "60 m²;2,8 tỷ"),
        ("Diện tích", "Giá"), [85, 60], [3.5e9, 2.8e9], set(),
    ),
    "a currency that is not known": (
        lines("Floor size,Price", "120 m²,R 1 850 000", "85 m²,R 1 200 000"),
        ("Floor size", "Price"), [120, 85], [1_850_000, 1_200_000], set(),
    ),
    "Chinese": (
        lines("户型,建筑面积,总价", "2室1厅,89.5平米,560万", "3室2厅,120平米,780万"),
        ("建筑面积", "总价"), [89.5, 120], [5_600_000, 7_800_000], set(),
    ),
    "by the month, and one by the week": (
        lines("size,rent", '50 sqm,"£1,200 pcm"', '60 sqm,"£1,450 pcm"', "70 sqm,£350 pw",
              '80 sqm,"£1,900 pcm"'),
        ("size", "rent"), [50, 60, 80], [1200, 1450, 1900], {"rent"},
    ),
    "two headers": (
        lines("Größe;;Preis;", "Fläche;Zimmer;Kaufpreis;Miete", "69;3;169000;890",
              "80;4;210000;1100"),
        ("Fläche", "Kaufpreis"), [69, 80], [169_000, 210_000], set(),
    ),
    "months are no numbers": (
        lines("Monat;Preis;Größe", "03.2024;169000;69", "04.2024;210000;80", "12.2023;200000;75"),
        ("Größe", "Preis"), [69, 80, 75], [169_000, 210_000, 200_000], set(),
    ),
    "numbers as texts of a spreadsheet": (
        lines("size,price", '="69",="169000"', '="80",="210000"', "'51,'182500"),
        ("size", "price"), [69, 80, 51], [169_000, 210_000, 182_500], set(),
    ),
    "one cell of another country": (
        lines("size;price", "69;1.234,50", "80;2.345,60", "90;1,234.50", "100;3.456,70"),
        ("size", "price"), [69, 80, 100], [1234.5, 2345.6, 3456.7], set(),
    ),
    "names that begin like numbers": (
        lines("c1,c2,rs3", "1,2,rs7412", "2,4,rs429358", "3,7,rs1801133"),
        ("c1", "c2"), [1, 2, 3], [2, 4, 7], set(),
    ),
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a text or bytes as the file of a table."""

    def _read(content, **options):
        path = tmp_path / "houses.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return _read


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_is_read_as_a_person_would_read_it(read, kind):
    content, names, xs, ys, doubtful = TABLES[kind]
    table = read(content)
    assert default_columns(table) == names
    x, y, _ = choose_columns(table, *names)
    np.testing.assert_allclose(x, xs)
    np.testing.assert_allclose(y, ys)
    if doubtful is not None:
        assert {name for name in names if how_read(table, name)} == doubtful


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(list(TABLES)),
    seed=st.integers(0, 2**32 - 1),
    changes=st.integers(1, 12),
)
def test_a_damaged_table_is_read_or_refused_in_one_sentence(read, kind, seed, changes):
    """Bytes cut, doubled, exchanged or put in: what comes out is a table or a `BadInput`."""
    content = TABLES[kind][0]
    data = bytearray(content if isinstance(content, bytes) else content.encode())
    random = np.random.default_rng(seed)
    for _ in range(changes):
        at, length = int(random.integers(len(data) + 1)), int(random.integers(1, 9))
        change = random.integers(4)
        if change == 0:
            del data[at : at + length]
        elif change == 1:
            data[at:at] = data[at : at + length] * int(random.integers(1, 40))
        elif change == 2:
            data[at:at] = bytes(random.choice(list(b'",;|\t\n\r\x00\xff .-0#='), length).tolist())
        else:
            data[at : at + length] = random.bytes(length)
    try:
        table = read(bytes(data))
        choose_columns(table, *default_columns(table))
    except BadInput as refusal:
        sentence = str(refusal)
    else:
        assert len(table.columns) > 1
        assert len(table) > 1
        return
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 600
