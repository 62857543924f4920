"""What the gate found, as a report says it in Swedish and Estonian."""

import pytest

from kamkit.engagement.said_of_input import said_of_input
from kamkit.locale import in_language
from kamkit.locale.own_words import use_own_words

MISSED = (
    "revenue misses the ledger in 2 months: 2025-03: sales EUR 1,200.00, ledger EUR 1,300.00, difference "
    "(ledger − sales) EUR 100.00 = 7.69 % of the ledger; 2025-04: sales EUR 1.00, ledger EUR 2.00, difference "
    "(ledger − sales) EUR 1.00 = 50 % of the ledger; allowed: 0.01 % of the ledger and EUR 0.01"
)


@pytest.mark.parametrize(
    ("code", "found", "said"),
    [
        ("sv", "the decimal sign is '.'", "decimaltecknet är ”.”"),
        ("et", "the decimal sign is '.'", "kümnendmärk on „.“"),
        ("sv", "columns that no table asks for were left out: 'a', 'b'", "”a”, ”b”"),
        (
            "sv",
            MISSED,
            "differens (bokföring − försäljning) 1,00 EUR = 50 % av bokföringen; tillåtet: 0,01 %",
        ),
        (
            "et",
            MISSED,
            "pearaamat 1\u00a0300,00 €, vahe (pearaamat − müük) 100,00 € = 7,69% pearaamatust; 2025-04:",
        ),
        (
            "et",
            "'Frakt' was read as 'service', as [values.ledger.rung] says",
            "„Frakt“ loeti väärtuseks „service“",
        ),
        ("sv", 'further columns that this file seems to hold: "Nr" = "account_id"', '"Nr" = "account_id"'),
        ("et", "Fit: 2.7 of 5 (n = 6)", "Sobivus: 2,7 / 5 (n = 6)"),
    ],
)
def test_a_finding_reads_as_its_language_writes_it(code: str, found: str, said: str) -> None:
    use_own_words({"Fit": "Sobivus"})
    try:
        with in_language(code):
            told = said_of_input(found)
    finally:
        use_own_words({})
    assert said in told
    assert not {"the", "of", "and", "was"} & set(told.split())


def test_english_findings_stay_as_they_are() -> None:
    with in_language("en"):
        assert said_of_input(MISSED) == MISSED
