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

_FIRST = {
    "Sweden": "Åsa Märta Göran Håkan Björn Malin Sören Elin Jörgen Karin",
    "Finland": "Päivi Jyrki Väinö Sari Mäihä Antti Hannele Jukka Tytti Eero",
    "Estonia": "Maarja Tõnu Külli Jüri Õnne Märt Piret Ülo Liis Andrus",
    "Latvia": "Jānis Līga Kārlis Māra Pēteris Inese Zaiga Ģirts Ilze Āris",
    "Lithuania": "Rūta Mindaugas Eglė Žygimantas Aistė Šarūnas Jūratė Tomas Lina Darius",
    "Norway": "Bjørn Kåre Solveig Øystein Ingrid Pål Synnøve Håvard Marit Tor",
    "Denmark": "Søren Jørgen Mette Kåre Lærke Anders Bodil Asger Pernille Niels",
}

_LAST = {
    "Sweden": "Åkerlund Sjöström Lindqvist Öberg Hägglund Bergström Nyqvist Ählin Forsgård Söderlund",
    "Finland": "Mäkelä Hämäläinen Järvinen Väisänen Lehtimäki Koskinen Ylönen Räsänen Nieminen Pöysti",
    "Estonia": "Põld Tamm Kõiv Järvesaar Mägi Rebasepõld Õunapuu Saar Väli Kütt",
    "Latvia": "Bērziņš Kalniņa Ozoliņš Liepiņa Krūmiņš Zariņa Šķēle Vītols Āboliņa Eglītis",
    "Lithuania": "Kazlauskas Žukauskienė Jankūnas Šimkus Petrauskaitė Vaičiūnas Gražulis Bučys Norkūnė",
    "Norway": "Ødegård Bråten Sørensen Hågensen Nygård Tveitå Løkken Bjørnstad Fosså Åsheim",
    "Denmark": "Nørgaard Bækgård Sørup Kjær Østergaard Højlund Råbjerg Thygesen Mølgaard Ærbo",
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
    return f"{draw.choice(_FIRST[country].split())} {draw.choice(_LAST[country].split())}"
