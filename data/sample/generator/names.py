"""Names of fictional companies and people, with the letters of their languages."""

from __future__ import annotations

import numpy as np

INDUSTRIES = (
    "Pulp and paper", "Food and beverage", "Mining and metals", "Energy",
    "Machinery", "Marine", "Construction", "Wood products",
)  # fmt: skip

SUFFIX = {
    "Sweden": "AB", "Finland": "Oy", "Estonia": "OÜ", "Latvia": "SIA",
    "Lithuania": "UAB", "Norway": "AS", "Denmark": "A/S",
}  # fmt: skip

_ROOTS = {
    "Sweden": "Åsberga Skogsta Mälarvik Hällsjö Örnäs Bergvika Göthem Lövånga Västerbro Järnhult Älmtorp",
    "Finland": "Hämejärvi Päivölä Korpimäki Jylhäjoki Lähdesalo Väinölä Syväniemi Kärkkälä Mäntyranta",
    "Estonia": "Põhjaranna Käärimäe Jõesuu Tõrvamäe Võhandi Härgla Sõõru Ülejõe Mõisapõllu Lõhmuse",
    "Latvia": "Ķekavnieki Sēlpils Dzērveskalns Brīvkalne Ošlejas Vējupe Rāmava Žagari Krāčupe Ūdrupe",
    "Lithuania": "Žaliagiris Ąžuolynė Šilavotė Upytėlė Vėjuona Dūkšna Beržuvė Gėluva Kūlupė Eglynė",
    "Norway": "Fjellnes Sørvåg Tømmerdal Bjørkeli Åsfjord Grønvik Håvoll Lønnestad",
    "Denmark": "Søndervig Ærøkilde Højmark Grønlund Tårnby Møllehus Åkær Strandbjerg",
}

_TRADES = {
    "Sweden": ("Papper", "Livs", "Gruvteknik", "Kraft", "Mekaniska", "Varv", "Betong", "Såg"),
    "Finland": ("Paperi", "Elintarvike", "Metalli", "Energia", "Konepaja", "Telakka", "Betoni", "Saha"),
    "Estonia": ("Paber", "Toidutööstus", "Metall", "Energia", "Masinad", "Laevatehas", "Ehitus", "Puit"),
    "Latvia": ("Papīrs", "Pārtika", "Metāls", "Enerģija", "Mašīnbūve", "Kuģi", "Būve", "Koks"),
    "Lithuania": ("Popierius", "Maistas", "Metalas", "Energija", "Mašinos", "Laivai", "Statyba", "Mediena"),
    "Norway": ("Papir", "Sjømat", "Metall", "Energi", "Mekanisk", "Verft", "Bygg", "Trelast"),
    "Denmark": ("Papir", "Fødevarer", "Stål", "Energi", "Maskinfabrik", "Værft", "Byg", "Træ"),
}

LOCAL = {
    "Sweden": "Sverige", "Finland": "Suomi", "Estonia": "Eesti", "Latvia": "Latvija",
    "Lithuania": "Lietuva", "Norway": "Norge", "Denmark": "Danmark",
}  # fmt: skip

_WOMEN = {
    "Sweden": "Åsa Märta Malin Elin Karin",
    "Finland": "Päivi Sari Hannele Tytti Mäihä",
    "Estonia": "Maarja Külli Õnne Piret Liis",
    "Latvia": "Līga Māra Inese Zaiga Ilze",
    "Lithuania": "Rūta Eglė Aistė Jūratė Lina",
    "Norway": "Solveig Ingrid Synnøve Marit Åse",
    "Denmark": "Mette Lærke Bodil Pernille Kirstine",
}

_MEN = {
    "Sweden": "Göran Håkan Björn Sören Jörgen",
    "Finland": "Jyrki Väinö Antti Jukka Eero",
    "Estonia": "Tõnu Jüri Märt Ülo Andrus",
    "Latvia": "Jānis Kārlis Pēteris Ģirts Āris",
    "Lithuania": "Mindaugas Žygimantas Šarūnas Tomas Darius",
    "Norway": "Bjørn Kåre Øystein Pål Håvard",
    "Denmark": "Søren Jørgen Anders Asger Niels",
}

_LAST = {
    "Sweden": "Åkerlund Sjöström Lindqvist Öberg Hägglund Bergström Nyqvist Ählin Forsgård Söderlund",
    "Finland": "Mäkelä Hämäläinen Järvinen Väisänen Lehtimäki Koskinen Ylönen Räsänen Nieminen Pöysti",
    "Estonia": "Põld Tamm Kõiv Järvesaar Mägi Rebasepõld Õunapuu Saar Väli Kütt",
    "Latvia": "Bērziņš Kalniņš Ozoliņš Liepiņš Krūmiņš Zariņš Šķēle Vītols Āboliņš Eglītis",
    "Lithuania": "Kazlauskas Žukauskas Jankūnas Šimkus Petrauskas Vaičiūnas Gražulis Bučys Norkūnas",
    "Norway": "Ødegård Bråten Sørensen Hågensen Nygård Tveitå Løkken Bjørnstad Fosså Åsheim",
    "Denmark": "Nørgaard Bækgård Sørup Kjær Østergaard Højlund Råbjerg Thygesen Mølgaard Ærbo",
}

_LAST_OF_WOMEN = {
    "Latvia": "Bērziņa Kalniņa Ozoliņa Liepiņa Krūmiņa Zariņa Šķēle Vītola Āboliņa Eglīte",
    "Lithuania": "Kazlauskienė Žukauskaitė Jankūnaitė Šimkutė Petrauskaitė Vaičiūnienė Gražulytė Bučytė",
}


def company(country: str, industry: str, taken: set[str], draw: np.random.Generator) -> str:
    """A company name of that country and industry that is not yet taken."""
    trade = _TRADES[country][INDUSTRIES.index(industry)]
    roots = _ROOTS[country].split()
    for root in draw.permutation(roots):
        name = f"{root} {trade} {SUFFIX[country]}"
        if name not in taken:
            taken.add(name)
            return name
    first, second = draw.choice(roots, size=2, replace=False)
    name = f"{first} & {second} {trade} {SUFFIX[country]}"
    taken.add(name)
    return name


def person(country: str, draw: np.random.Generator) -> str:
    """A person's name as it might be heard in that country."""
    woman = draw.random() < 0.5
    first = (_WOMEN if woman else _MEN)[country]
    last = _LAST_OF_WOMEN.get(country, _LAST[country]) if woman else _LAST[country]
    return f"{draw.choice(first.split())} {draw.choice(last.split())}"
