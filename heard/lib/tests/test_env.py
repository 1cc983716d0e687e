import pytest

from heard.lib import env


@pytest.fixture(autouse=True)
def nothing_from_a_file(tmp_path):
    env.load_file(tmp_path / "absent")
    read = dict(env.READ)
    yield
    env.READ.clear()
    env.READ.update(read)


def test_unset_is_the_default(monkeypatch):
    monkeypatch.delenv("HEARD_X", raising=False)
    assert env.text("HEARD_X", "a") == "a"
    assert env.integer("HEARD_X", 3) == 3
    assert env.flag("HEARD_X") is False
    assert env.words("HEARD_X") == []
    assert env.url("HEARD_X") == ""
    assert env.secret("HEARD_X") == ""


@pytest.mark.parametrize(
    ("read", "value", "meant"),
    [
        (lambda: env.integer("HEARD_X", 0), " 12 ", 12),
        (lambda: env.flag("HEARD_X"), "YES", True),
        (lambda: env.flag("HEARD_X", True), "off", False),
        (lambda: env.words("HEARD_X"), "a, b  c", ["a", "b", "c"]),
        (lambda: env.url("HEARD_X"), "https://example.org/", "https://example.org"),
        (lambda: env.text("HEARD_X", choices=["a", "b"]), "b", "b"),
    ],
)
def test_a_value_is_read_with_its_type(monkeypatch, read, value, meant):
    monkeypatch.setenv("HEARD_X", value)
    assert read() == meant
    assert "HEARD_X" in env.READ


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.integer("HEARD_X", 0), "twelve"),
        (lambda: env.integer("HEARD_X", 1, at_least=1), "0"),
        (lambda: env.flag("HEARD_X"), "perhaps"),
        (lambda: env.url("HEARD_X"), "ftp://example.org"),
        (lambda: env.url("HEARD_X"), "https://"),
        (lambda: env.text("HEARD_X", choices=["a"]), "b"),
    ],
)
def test_a_wrong_value_names_the_variable(monkeypatch, read, value):
    monkeypatch.setenv("HEARD_X", value)
    with pytest.raises(env.WrongSetting, match="HEARD_X"):
        read()


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv("HEARD_X_FILE", str(tmp_path / "secret"))
    assert env.secret("HEARD_X") == "hush"
    monkeypatch.setenv("HEARD_X", "louder")
    assert env.secret("HEARD_X") == "louder"
    monkeypatch.delenv("HEARD_X")
    monkeypatch.setenv("HEARD_X_FILE", str(tmp_path / "gone"))
    with pytest.raises(env.WrongSetting, match="HEARD_X_FILE"):
        env.secret("HEARD_X")


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / "heard.env").write_text("# a comment\n\nHEARD_X = 'one two'\nexport HEARD_Y=2\n")
    env.load_file(tmp_path / "heard.env")
    assert env.text("HEARD_X") == "one two"
    assert env.integer("HEARD_Y", 0) == 2
    monkeypatch.setenv("HEARD_Y", "3")
    assert env.integer("HEARD_Y", 0) == 3


def test_a_line_that_is_no_setting_is_named(tmp_path):
    (tmp_path / "heard.env").write_text("HEARD_X=1\nnonsense\n")
    with pytest.raises(env.WrongSetting, match="line 2"):
        env.load_file(tmp_path / "heard.env")
