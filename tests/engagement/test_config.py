"""engagement.toml: every mistake is named with its key, its value and what to write; none shows a secret."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkit.engagement.config import Config, Read, load
from kamkit.engagement.config_mistakes import find_mistakes
from kamkit.engagement.schemas import TABLES
from kamkit.errors import ConfigError
from kamkit.resources import bundled

GOOD = 'client = "Acme AB"\ncurrency = "SEK"\n'


def mistakes(folder: Path, text: str):
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    config, found = find_mistakes(folder)
    assert config is None
    return found


def the_one(folder: Path, text: str):
    found = mistakes(folder, text)
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def accepted(folder: Path, text: str) -> Config:
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    return load(folder)


def test_two_lines_are_enough(tmp_path):
    config = accepted(tmp_path, GOOD)
    assert (config.client, config.currency, config.language) == ("Acme AB", "SEK", "en")
    assert config.controls.tolerance == 0.001
    assert config.controls.required_return is None
    assert config.period is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_of_editors_are_read(tmp_path, encoding):
    (tmp_path / "engagement.toml").write_bytes('client = "Åkerlund"\r\ncurrency = "SEK"\r\n'.encode(encoding))
    assert load(tmp_path).client == "Åkerlund"


def test_other_encodings_are_named_by_line(tmp_path):
    (tmp_path / "engagement.toml").write_bytes('currency = "SEK"\nclient = "Åkerlund"\n'.encode("cp1252"))
    with pytest.raises(ConfigError, match=r"line 2 holds a character that is not UTF-8"):
        load(tmp_path)


def test_a_missing_file_tells_how_to_begin(tmp_path):
    with pytest.raises(ConfigError, match="kamkit new"):
        load(tmp_path)
    with pytest.raises(ConfigError, match="There is no folder"):
        load(tmp_path / "nowhere")


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path):
    text = 'client = 7\ncurrency = "eur"\n[controls]\ntolerance = 5\n[columns.sale]\nx = "date"\n'
    found = mistakes(tmp_path, text)
    assert [(p.row, p.column) for p in found] == [
        (1, "client"), (2, "currency"), (4, "controls.tolerance"), (5, "columns.sale"),
    ]  # fmt: skip
    with pytest.raises(ConfigError) as error:
        load(tmp_path)
    assert error.value.what.startswith("4 mistakes")
    assert all(p.column in str(error.value) for p in found)


@pytest.mark.parametrize(
    ("line", "written", "meant"),
    [
        ("tolerance = 5", "5 is read as 500 %", "write 0.05"),
        ("tolerance = 0.5", "0.5 is read as 50 %", "for 0.5 % write 0.005"),
        ("capital_rate = 8", "8 is read as 800 %", "write 0.08"),
        ("required_return = 12", "12 is read as 1200 %", "write 0.12"),
    ],
)
def test_percent_where_a_fraction_is_asked(tmp_path, line, written, meant):
    problem = the_one(tmp_path, f"{GOOD}[controls]\n{line}\n")
    assert (problem.row, problem.column) == (4, f"controls.{line.split()[0]}")
    if "0.5" in line:
        meant = "write 0.005"
    assert written in problem.what
    assert meant in problem.remedy


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        (f'{GOOD}curency = "EUR"\n', "curency", "did you mean currency?"),
        (f"{GOOD}tolerance = 0.01\n", "tolerance", "belongs under [controls]"),
        (f"{GOOD}[controls]\ntolerence = 0.01\n", "controls.tolerence", "did you mean tolerance?"),
        (f'{GOOD}[read.sales]\nencodng = "cp1252"\n', "read.sales.encodng", "did you mean encoding?"),
        (f'{GOOD}[colums.sales]\nx = "date"\n', "colums", "did you mean columns?"),
        (f'{GOOD}[columns.sale]\nx = "date"\n', "columns.sale", "did you mean sales?"),
        (f'{GOOD}[read.Sales]\nsheet = "x"\n', "read.Sales", "did you mean sales?"),
        (f'{GOOD}[columns.sales]\nKund = "acount_id"\n', "columns.sales.Kund", "did you mean account_id?"),
        (
            f'{GOOD}[read.opportunities]\npercent = ["probabilty"]\n',
            "read.opportunities.percent",
            "probability?",
        ),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(tmp_path, text, key, hint):
    problem = the_one(tmp_path, text)
    assert problem.column == key
    assert hint in problem.remedy


def test_a_mapping_the_wrong_way_round_is_turned(tmp_path):
    problem = the_one(tmp_path, f'{GOOD}[columns.sales]\naccount_id = "Kundnr"\n')
    assert '"Kundnr" = "account_id"' in problem.remedy


@pytest.mark.parametrize(
    ("lines", "key", "what", "remedy"),
    [
        ('[values.ledgr.rung]\nFrakt = "service"', "values.ledgr", "no table", "did you mean ledger?"),
        ('[values.ledger.rungs]\nFrakt = "service"', "values.ledger.rungs", "no such column", "mean rung?"),
        ('[values.sales.net_amount]\n1 = "2"', "values.sales.net_amount", "holds no words", "bu_id, currency"),
        ('[values.ledger.rung]\nFrakt = "servise"', "values.ledger.rung.Frakt", "no word", "mean service?"),
        ('[values.ledger.rung]\nX = "?"', "values.ledger.rung.X", "no word", "allowed: revenue, deduction"),
        ('[values.ledger.rung]\nservice = "Frakt"', "values.ledger.rung.service", "way round", '"Frakt" = "service"'),
        ('[values.ledger.rung]\n"" = "service"', "values.ledger.rung", "empty word", "leave it so"),
        ('[values.ledger]\nrung = "service"', "values.ledger.rung", "is a section", "[values.ledger.rung]"),
    ],
)  # fmt: skip
def test_a_mapping_of_words_that_can_not_be_meant(tmp_path, lines, key, what, remedy):
    problem = the_one(tmp_path, f"{GOOD}{lines}\n")
    assert problem.column == key
    assert what in problem.what
    assert remedy in problem.remedy


def test_one_word_in_two_spellings_is_mapped_once(tmp_path):
    found = mistakes(tmp_path, f'{GOOD}[values.ledger.rung]\nFrakt = "service"\n"FRAKT " = "selling"\n')
    assert ["mapped twice" in problem.what for problem in found] == [True, True]


def test_words_of_flags_may_stand_without_quotes(tmp_path):
    config = accepted(tmp_path, f"{GOOD}[values.accounts.considered]\nK = true\n")
    assert config.settled("accounts").values == {"considered": {"K": "true"}}


def test_two_headers_for_one_column_are_refused(tmp_path):
    problem = the_one(tmp_path, f'{GOOD}[columns.sales]\nA = "date"\nB = "date"\n')
    assert "'A' and 'B' are both to become date" in problem.what


@pytest.mark.parametrize(
    ("text", "row", "hint"),
    [
        ("client = Acme\n", 1, 'put text between quotes: "Acme"'),
        (f"{GOOD}[controls]\ntolerance = 0,001\n", 4, "decimal sign as a point: 0.001"),
        (f'{GOOD}client = "B"\n', 3, "stands twice"),
        (f'{GOOD}[read.sales]\nfile = "C:\\data\\x.csv"\n', 4, "write / instead of \\"),
        (f"{GOOD}[period]\nstart = 01.02.2024\n", 4, "year-month-day"),
        (f"{GOOD}[period\n", 3, "[section]"),
    ],
)
def test_a_syntax_error_names_the_line_and_the_usual_cause(tmp_path, text, row, hint):
    problem = the_one(tmp_path, text)
    assert problem.row == row
    assert hint in problem.remedy


def test_a_period_of_months_covers_their_first_and_last_days(tmp_path):
    period = accepted(tmp_path, f'{GOOD}[period]\nstart = "2023-12"\nend = "2024-02"\n').period
    assert (period.start, period.end) == (dt.date(2023, 12, 1), dt.date(2024, 2, 29))
    assert (
        accepted(tmp_path, f"{GOOD}[period]\nstart = 2024-01-01\nend = 2024-12-31\n").period.end.month == 12
    )


@pytest.mark.parametrize(
    ("start", "end", "key", "what"),
    [
        ("2024-01-15", "2024-12-31", "period.start", "not the first day of a month"),
        ("2024-01-01", "2024-12-30", "period.end", "not the last day of a month"),
        ("2024-02-01", "2024-01-31", "period", "ends before it starts"),
    ],
)
def test_a_period_is_whole_months_in_order(tmp_path, start, end, key, what):
    problem = the_one(tmp_path, f"{GOOD}[period]\nstart = {start}\nend = {end}\n")
    assert problem.column == key
    assert what in problem.what


def test_a_month_that_does_not_exist_is_no_date(tmp_path):
    problem = the_one(tmp_path, f'{GOOD}[period]\nstart = "2024-13"\nend = "2024-12"\n')
    assert (problem.column, problem.value) == ("period.start", "2024-13-01")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:/data/x.csv",
        "//server/share/x.csv",
        "..\\..\\x.csv",
        "https://acme.com/x.csv",
    ],
)
def test_a_file_outside_the_engagement_is_refused(tmp_path, name):
    problem = the_one(tmp_path, f"{GOOD}[read.sales]\nfile = '{name}'\n")
    assert problem.column == "read.sales.file"


def test_a_link_that_leads_out_is_refused_and_a_file_inside_is_not(tmp_path):
    folder = tmp_path / "acme"
    (folder / "data").mkdir(parents=True)
    (tmp_path / "elsewhere.csv").write_text("x")
    (folder / "data" / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert "leads out" in the_one(folder, f'{GOOD}[read.sales]\nfile = "link.csv"\n').what
    assert accepted(folder, f'{GOOD}[read.sales]\nfile = "invoices 2024.csv"\n').read["sales"].file


SECRETS = [
    f'{GOOD}[read.sales]\nfile = "postgresql://anna:hunter2@db.acme.com/sales"\n',
    f'{GOOD}[read.sales]\nfile = "mysql+pymysql://:hunter2@db/sales"\n',
    f'{GOOD}database = "Server=db;Uid=anna;Pwd=hunter2;"\n',
    f'{GOOD}database = "postgresql://db/sales?user=anna&password=hunter2"\n',
    f'{GOOD}[ledger]\npassword = "hunter2"\n',
    f'{GOOD}db_password = "hunter2"\n',
    f"{GOOD}# postgresql://anna:hunter2@db/sales\n",
    f'{GOOD}[columns.sales]\n"postgresql://anna:hunter2@db" = "date"\n',
    f'{GOOD}[columns.sales]\n"Uid=anna;Pwd=hunter2" = "date"\n',
    'client = "Acme\ndb = "postgresql://anna:hunter2@db/sales"\n',
    f'{GOOD}db = "postgresql://anna:hunter2@db/sales\n',
    f'{GOOD}[branding]\ncolours = ["postgresql://anna:hunter2@db/sales"]\n',
    f'{GOOD}[read.sales]\nfile = """\npostgresql://anna:hunter2@db/sales"""\n',
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_password_is_refused_and_never_shown(tmp_path, text):
    (tmp_path / "engagement.toml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load(tmp_path)
    assert "hunter2" not in str(error.value)
    assert "hunter2" not in repr(error.value.__dict__)
    assert "hunter2" not in str(find_mistakes(tmp_path)[1])


def test_a_password_names_the_key_and_the_remedy(tmp_path):
    problem = the_one(tmp_path, SECRETS[0])
    assert "read.sales.file holds a password" in problem.what
    assert "environment variable" in problem.remedy
    assert problem.row == 4


def test_a_header_called_token_is_no_secret(tmp_path):
    text = f'{GOOD}[columns.sales]\nToken = "order_id"\n"Secret" = "date"\n'
    assert accepted(tmp_path, text).columns["sales"] == {"Token": "order_id", "Secret": "date"}


def test_an_address_with_a_port_is_no_password(tmp_path):
    problem = the_one(tmp_path, f'{GOOD}[read.sales]\nfile = "https://acme.com:8080/x.csv"\n')
    assert "address, not a file" in problem.what
    assert problem.value == "https://acme.com:8080/x.csv"


def test_branding_takes_files_of_the_engagement_only(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    text = f'{GOOD}[branding]\nlogo = "logo.png"\ncolours = ["#0b3c5d"]\n'
    assert accepted(tmp_path, text).branding.colours == ("#0b3c5d",)
    for name in (
        "http://acme.com/logo.png",
        "file:///etc/logo.png",
        "../logo.png",
        "missing.png",
        "engagement.toml",
    ):
        assert the_one(tmp_path, f'{GOOD}[branding]\nlogo = "{name}"\n').column == "branding.logo"
    assert "#rrggbb" in the_one(tmp_path, f'{GOOD}[branding]\ncolours = ["red"]\n').remedy


def test_a_colour_too_pale_for_headings_is_refused_with_a_shade_that_is_not(tmp_path):
    problem = the_one(tmp_path, f'{GOOD}[branding]\ncolours = ["#FFD500", "#FFD500"]\n')
    assert problem.value == "#FFD500"
    assert "1.4 : 1" in problem.what  # WebAIM's checker: 1.43 : 1
    shade = problem.remedy.split('"')[1]
    assert accepted(tmp_path, f'{GOOD}[branding]\ncolours = ["{shade}"]\n').branding.colours == (shade,)


def test_anonymise_is_true_or_false(tmp_path):
    assert accepted(tmp_path, GOOD).anonymise is False
    assert accepted(tmp_path, f"{GOOD}anonymise = true\n").anonymise is True
    assert the_one(tmp_path, f'{GOOD}anonymise = "names"\n').what


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('currency = "SEK"\n', "client"),
        ('client = "A"\n', "currency"),
        ('client = ""\ncurrency = "SEK"\n', "client"),
        ('client = "A"\ncurrency = "EURO"\n', "currency"),
        ('client = "A"\ncurrency = "EUP"\n', "currency"),
        (f'{GOOD}language = "klingon!"\n', "language"),
        (f'{GOOD}[ledger]\nengine = "oracle"\n', "ledger.engine"),
        (f'{GOOD}[ledger]\nmemory_limit = "lots"\n', "ledger.memory_limit"),
        (f'{GOOD}[controls]\nabsolute = "1,5"\n', "controls.absolute"),
        (f"{GOOD}[controls]\nabsolute = -1\n", "controls.absolute"),
        (f"{GOOD}[controls]\ntolerance = nan\n", "controls.tolerance"),
        (f"{GOOD}[controls]\nabsolute = inf\n", "controls.absolute"),
        (f'{GOOD}controls = "x"\n', "controls"),
        (f'{GOOD}[read.sales]\ndates = "us"\n', "read.sales.dates"),
        (f'{GOOD}[read.sales]\nencoding = "latin9x"\n', "read.sales.encoding"),
        (f'{GOOD}[read.sales]\nencoding = "zip"\n', "read.sales.encoding"),
        (f"{GOOD}[read.sales]\nheader_row = 0\n", "read.sales.header_row"),
        (f'{GOOD}[read.sales]\ndelimiter = ";;"\n', "read.sales.delimiter"),
        (f'{GOOD}[read.opportunities]\npercent = "probability"\n', "read.opportunities.percent"),
        (f'{GOOD}[report]\ntitel = "x"\n', "report.titel"),
    ],
)
def test_other_mistakes_name_their_key_and_say_what_to_do(tmp_path, text, key):
    problem = the_one(tmp_path, text)
    assert problem.column == key
    assert problem.remedy


def test_the_rates_file_can_be_settled_like_a_table(tmp_path):
    text = f'{GOOD}[read.rates]\ndecimal = ","\n[columns.rates]\nKurs = "rate"\n'
    assert accepted(tmp_path, text).columns["rates"] == {"Kurs": "rate"}


def template(switched_on: bool) -> str:
    text = (bundled("templates", "engagement") / "engagement.toml").read_text(encoding="utf-8")
    lines = [
        line[1:] if switched_on and line[:1] == "#" and line[1:2].strip() else line
        for line in text.splitlines()
    ]
    return "\n".join(lines)


def test_the_template_is_valid_as_it_stands_and_with_everything_switched_on(tmp_path):
    assert accepted(tmp_path, template(switched_on=False)).currency == "EUR"
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "master.pptx").write_bytes(b"PK")
    config = accepted(tmp_path, template(switched_on=True))
    assert config.period.end == dt.date(2024, 12, 31)
    assert config.read["sales"].dates == "day-first"


def test_the_template_explains_every_key(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "master.pptx").write_bytes(b"PK")
    given = accepted(tmp_path, template(switched_on=True)).model_dump(exclude_unset=True)
    for name, field in Config.model_fields.items():
        assert name in given, name
        model = field.annotation
        for key in getattr(model, "model_fields", {}):
            assert key in given[name], f"{name}.{key}"
    shown = {key for read in given["read"].values() for key in read}
    assert shown == set(type(accepted(tmp_path, template(True)).read["sales"]).model_fields)
    assert set(given["columns"]) <= set(TABLES)


VALUES = (
    *("7", "-1", "1.5", "nan", "true", '""', '"x"', '"1,5"', "[]", "[1]", '["x"]', "{}", "{ x = 1 }"),
    *("2024-01-01", "2024-01-01T10:00:00", '"\\u0000"', '"%s"', "9" * 400),
)
SECTIONS = ("ledger", "controls", "branding", "report")
KEYS = (
    *Config.model_fields,
    *(f"{s}.{key}" for s in SECTIONS for key in Config.model_fields[s].annotation.model_fields),
    *("columns.sales", "columns.sales.x", "period.start", "period.end", "read.sales"),
    *(f"read.sales.{key}" for key in Read.model_fields),
)


def complaint(folder: Path, key: str, value: str) -> str:
    lines = {"client": '"A"', "currency": '"EUR"'} | {key: value}
    (folder / "engagement.toml").write_text("\n".join(f"{k} = {v}" for k, v in lines.items()))
    try:
        load(folder)
    except ConfigError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("key", KEYS)
def test_no_value_of_any_key_ends_in_anything_but_a_named_mistake(tmp_path, key):
    said = [text for value in VALUES if (text := complaint(tmp_path, key, value))]
    assert said
    assert all(key.split(".")[0] in text for text in said)


@given(st.text(alphabet=st.sampled_from("[]=\"#.\\n \\\\'abc015,:@/{}-"), max_size=60))
def test_any_text_is_a_configuration_or_a_named_mistake(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp()
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        load(folder)
