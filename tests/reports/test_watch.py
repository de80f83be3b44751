"""The page of a running search is served to this machine, and follows its journal."""

import http.client
import os
import threading

import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from skhpo import Integer, RandomSearchCV
from skhpo.reports import _watch
from skhpo.reports._watch import HOST, Server, Watched


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    path = tmp_path_factory.mktemp("journal") / "search.jsonl"
    tree = DecisionTreeClassifier(random_state=0)
    search = RandomSearchCV(tree, {"max_depth": Integer(1, 12)}, n_iter=5, cv=2, journal=path)
    search.fit(*load_iris(return_X_y=True))
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def journal(tmp_path, lines):
    path = tmp_path / "search.jsonl"
    path.write_bytes(b"".join(lines[:4]))  # the header, a candidate and its two outcomes
    return path


@pytest.fixture
def server(journal, monkeypatch):
    monkeypatch.setattr(_watch, "SHORTEST", 0.0)
    with Server(Watched(journal)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, method="GET", path="/", host=None, body=None):
    connection = http.client.HTTPConnection(HOST, server.server_port, timeout=30)
    headers = {"Host": host or f"{HOST}:{server.server_port}"}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer, content


def test_the_page_follows_the_journal(server, journal, lines):
    answer, page = ask(server)
    assert answer.status == 200
    assert "1 ok" in page
    assert "data-refresh=" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert ask(server)[1] == page  # nothing new: the same page, not written again
    server.watched._due = 0.0
    with open(journal, "ab") as file:
        file.write(b"".join(lines[4:7]) + lines[7][:30])  # another, and the beginning of a line
    assert "2 ok" in ask(server)[1]


def test_a_journal_that_vanishes_or_breaks_ends_nothing(server, journal):
    page = ask(server)[1]
    journal.write_text("no journal")
    server.watched._due = 0.0
    assert ask(server)[1] == page  # the last one that could be read
    journal.unlink()
    answer, page = ask(server)
    assert answer.status == 200
    assert "There is no report yet" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search.jsonl", 404),
        ("/../../etc/passwd", 404),
        ("/?x=<script>", 404),
        ("/%2e%2e/", 404),
    ],
)
def test_there_is_one_page(server, path, status):
    answer, content = ask(server, path=path)
    assert answer.status == status
    assert "<script>" not in content


def test_other_names_of_the_host_are_refused(server):
    assert ask(server, host="evil.example")[0].status == 403
    assert ask(server, host=f"evil.example:{server.server_port}")[0].status == 403
    assert ask(server, host=f"localhost:{server.server_port}")[0].status == 200


def test_nothing_can_be_sent(server):
    for method in ("POST", "PUT", "DELETE"):
        assert ask(server, method, body="x")[0].status == 501
    answer, content = ask(server, "HEAD")
    assert answer.status == 200
    assert content == ""


def test_it_is_served_to_this_machine_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/"


def test_writing_the_page_takes_a_small_share_of_the_time(journal, monkeypatch):
    clock = iter([0.0, 2.0])
    monkeypatch.setattr(_watch.time, "thread_time", lambda: next(clock))
    monkeypatch.setattr(_watch, "page_of", lambda source, refresh: "page")
    watched = Watched(journal)
    assert watched.page() == b"page"
    assert watched.pause == pytest.approx(20.0)  # 2 s are a tenth of it
    os.utime(journal, (1, 1))
    assert watched.page() == b"page"  # not due: the clock would have run out
