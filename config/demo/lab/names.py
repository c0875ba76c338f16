"""Names, towns and streets from which people are made up. Data.

Towns and ZIP codes are Connecticut's (Census Bureau, public domain); names are common ones of the state's communities;
telephone numbers lie in the block 555-0100 to 555-0199, which is kept free for fiction.
"""

from __future__ import annotations

# Families of the state: surnames, women's names, men's names, race (CDC code), ethnicity (HL7 0189), language.
Names = tuple[str, str, str, str, str, str, int]

COMMUNITIES: tuple[Names, ...] = (
    (
        "Sullivan O'Brien Murphy Kelly Callahan Fitzgerald Brennan Doyle Baldwin Whitney Chapman Hotchkiss Hubbard Beecher",
        "Margaret Erin Kathleen Emily Sarah Hannah Grace Megan Abigail Claire Molly Anne",
        "Patrick Brian Thomas Daniel James Ryan William Owen Henry Samuel Connor Peter",
        "2106-3",
        "N",
        "en",
        24,
    ),
    (
        "Rossi DeLuca Esposito Marino D'Angelo Santoro Ferraro Colangelo Mancini Petrucci",
        "Maria Angela Gina Francesca Teresa Lucia Nicole Daniela",
        "Anthony Frank Michael Joseph Vincent Dominic Marco Nicholas",
        "2106-3",
        "N",
        "en",
        12,
    ),
    (
        "Kowalski Nowak Wiśniewski Zieliński Wójcik Kamiński Lewandowski Pawlak",
        "Agnieszka Katarzyna Monika Zofia Ewa Joanna",
        "Tomasz Piotr Marek Jakub Adam Stanisław",
        "2106-3",
        "N",
        "pl",
        6,
    ),
    (
        "Rivera Rodríguez Ortiz Torres Cruz Santiago Colón Vázquez González Martínez Figueroa Maldonado Peña Núñez",
        "Carmen Luz Ana María Isabel Sofía Yolanda Gabriela Valentina Rosa Marisol Camila",
        "José Luis Carlos Miguel Ángel Juan Rafael Héctor Ramón Jesús Andrés Mateo",
        "2131-1",
        "H",
        "es",
        20,
    ),
    (
        "Williams Johnson Brown Davis Jackson Robinson Harris Bailey Campbell Francis Reid Morgan Grant Clarke",
        "Keisha Denise Aaliyah Jasmine Monique Imani Latoya Brianna Simone Nia",
        "Marcus Andre Jamal Terrence Malik Isaiah Elijah Darnell Xavier Winston",
        "2054-5",
        "N",
        "en",
        14,
    ),
    (
        "Patel Shah Reddy Sharma Gupta Iyer Nair Desai Khan Ahmed",
        "Priya Anjali Meera Kavya Asha Divya Fatima Ayesha",
        "Raj Amit Vikram Sanjay Arjun Rohan Imran Omar",
        "2028-9",
        "N",
        "en",
        6,
    ),
    (
        "Chen Wang Li Zhang Liu Nguyen Tran Kim Park Lee",
        "Mei Lin Xiu Hui Linh Thuy Ji-woo Soo-jin",
        "Wei Jun Ming Hao Minh Duc Min-jun Sung",
        "2028-9",
        "N",
        "en",
        6,
    ),
    (
        "Silva Santos Oliveira Pereira Costa Almeida Ferreira Gonçalves",
        "Beatriz Mariana Fernanda Juliana Larissa Patrícia",
        "João Pedro Lucas Paulo Rodrigo Antônio",
        "2106-3",
        "N",
        "pt",
        5,
    ),
    (
        "Jean-Baptiste Pierre Joseph Louis Desrosiers Toussaint",
        "Marie-Claire Nadège Rose Guerline",
        "Jean Emmanuel Wilner Stanley",
        "2054-5",
        "N",
        "ht",
        3,
    ),
    (
        "Haddad Khoury Mansour Al-Sayed Hashemi Rahimi",
        "Layla Rania Noor Zahra",
        "Yusuf Karim Samir Ali",
        "2106-3",
        "N",
        "ar",
        2,
    ),
    ("Hoxha Gjoka Dervishi Shehu", "Arta Elira Vjosa", "Arben Besnik Ilir", "2106-3", "N", "sq", 1),
    ("Uncas Fielding Brushel Sebastian", "Sky Ruth Dawn", "Joel Russell Wayne", "1002-5", "N", "en", 1),
)

# Town, county, weight (thousands of residents), ZIP codes.
_TOWNS = (
    "Bridgeport|Fairfield|149|06604 06605 06606 06607 06608 06610,Stamford|Fairfield|135|06901 06902 06905 06906 06907,"
    "New Haven|New Haven|134|06510 06511 06513 06515 06519,Hartford|Hartford|121|06103 06105 06106 06112 06114 06120,"
    "Waterbury|New Haven|114|06702 06704 06705 06706 06708 06710,Norwalk|Fairfield|91|06850 06851 06854 06855,"
    "Danbury|Fairfield|87|06810 06811,New Britain|Hartford|74|06051 06052 06053,"
    "West Hartford|Hartford|64|06107 06110 06117 06119,Greenwich|Fairfield|64|06830 06831,"
    "Fairfield|Fairfield|62|06824 06825,Hamden|New Haven|61|06514 06517 06518,Meriden|New Haven|61|06450 06451,"
    "Bristol|Hartford|61|06010,Manchester|Hartford|60|06040 06042,West Haven|New Haven|56|06516,"
    "Stratford|Fairfield|52|06614 06615,Milford|New Haven|52|06460 06461,East Hartford|Hartford|51|06108 06118,"
    "Middletown|Middlesex|48|06457,Wallingford|New Haven|44|06492,Southington|Hartford|44|06489,"
    "Enfield|Hartford|42|06082,Shelton|Fairfield|41|06484,Norwich|New London|40|06360,Groton|New London|38|06340,"
    "Torrington|Litchfield|36|06790,Glastonbury|Hartford|35|06033,Naugatuck|New Haven|32|06770,"
    "Windsor|Hartford|29|06095,Cheshire|New Haven|29|06410,Branford|New Haven|28|06405,"
    "New Milford|Litchfield|28|06776,East Haven|New Haven|28|06512,New London|New London|27|06320,"
    "Westport|Fairfield|27|06880,Farmington|Hartford|27|06032,Simsbury|Hartford|25|06070,"
    "Guilford|New Haven|22|06437,Bloomfield|Hartford|22|06002,Darien|Fairfield|21|06820,Bethel|Fairfield|20|06801,"
    "Waterford|New London|20|06385,Ansonia|New Haven|19|06401"
)
TOWNS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = tuple(
    (name, county, int(weight), tuple(zips.split())) for name, county, weight, zips in (row.split("|") for row in _TOWNS.split(","))
)

_STREETS = (
    "Main St,Elm St,Maple Ave,Park Ave,Prospect St,Church St,Washington Ave,Hillside Ave,Oak St,Pleasant St,High St,"
    "Pine St,Grove St,Chestnut Hill Rd,Old Post Rd,Whitney Ave,Farmington Ave,Cedar Ln,Birch Rd,River Rd,Orchard St,"
    "Wooster St,Summit Ave,Ridge Rd,Meadow Ln,Spring St,Highland Ave,Linden St,Mill Pond Rd,Sycamore Dr"
)
STREETS = _STREETS.split(",")

AREA_CODES = ("860", "203", "475", "959")

# How towns are misspelt, shortened or named after a part of them.
MISSPELT = {
    "Bridgeport": "Bridgport", "New Haven": "New Havn", "Norwalk": "Nrwalk", "West Hartford": "W Hartford",
    "Waterbury": "WATERBURY CT", "Torrington": "Torington", "Groton": "Mystic", "Stratford": "Startford",
    "East Hartford": "E. Hartford", "Fairfield": "Southport",
}  # fmt: skip
