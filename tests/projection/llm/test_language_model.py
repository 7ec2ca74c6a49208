"""A language model is asked through the real client: slowly, too often, in vain, and for nothing twice."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import Any

import pytest

from silverner.projection.chain.reports import counting_events
from silverner.projection.errors import EngineError, MissingEngineError, SilvernerError
from silverner.projection.llm.answer import Unusable, UnusableAnswerError
from silverner.projection.llm.language_model import LanguageModel
from silverner.projection.llm.settings import LlmSettings
from tests.llm_server import Model, serving, words

SECRET = "sk-0123456789-very-secret"


def language_model(server: Model | str, folder: Path, **settings: Any) -> LanguageModel:
    url = server if isinstance(server, str) else server.url
    chosen = LlmSettings.model_validate({"model": "tiny", "url": url, "retries": 0, **settings})
    return LanguageModel(
        chosen,
        task="translate",
        values={"source": "English", "target": "Zulu"},
        schema={"type": "object"},
        base=folder,
        store=folder / "answers",
    )


def ask(server: Model | str, folder: Path, texts: list[str], **settings: Any) -> list[Any]:
    model = language_model(server, folder, **settings)
    try:
        return model.ask([{"text": text} for text in texts], _upper)
    finally:
        model.release()


def _upper(question: Any, answer: Any) -> str:
    if not isinstance(answer, dict) or not isinstance(answer.get("upper"), str):
        raise UnusableAnswerError
    return str(answer["upper"])


def upper(data: Any, request: Any) -> str:
    return words(upper=data["text"].upper())


def test_a_request_holds_the_prompt_the_data_and_the_form_of_the_answer(tmp_path: Path) -> None:
    with serving(upper) as server:
        assert ask(server, tmp_path, ["a"], parameters={"top_p": 0.5}) == ["A"]
    (request,) = server.requests
    system, user = request["messages"]
    assert "from English into Zulu" in system["content"]
    assert user == {"role": "user", "content": '{"text": "a"}'}
    assert request["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert {key: request[key] for key in ("model", "temperature", "seed", "max_tokens", "top_p")} == {
        "model": "tiny", "temperature": 0.0, "seed": 0, "max_tokens": 2048, "top_p": 0.5
    }  # fmt: skip


def test_results_are_in_order_and_requests_at_the_same_time(tmp_path: Path) -> None:
    texts = [f"text {k}" for k in range(12)]

    def slower_at_first(data: Any, request: Any) -> str:
        time.sleep(0.06 if data["text"] < "text 3" else 0.01)
        return upper(data, request)

    with serving(slower_at_first) as server:
        assert ask(server, tmp_path, texts, concurrency=4) == [text.upper() for text in texts]
        assert 2 <= server.most_under_way <= 4


def test_nothing_is_asked_twice(tmp_path: Path) -> None:
    with serving(upper) as server:
        assert ask(server, tmp_path, ["a", "b", "a"]) == ["A", "B", "A"]
        assert len(server.requests) == 2
        assert ask(server, tmp_path, ["b", "c"], concurrency=1, max_requests=9, timeout=9) == ["B", "C"]
        assert server.texts[2:] == [{"text": "c"}]
        ask(server, tmp_path, ["a"], seed=1)
        ask(server, tmp_path, ["a"], revision="q8")
        assert len(server.requests) == 5


def test_what_was_answered_before_a_failure_is_kept(tmp_path: Path) -> None:
    def fails_late(data: Any, request: Any) -> Any:
        return (500, {"error": {"message": "disk on fire"}}) if data["text"] == "c" else upper(data, request)

    with serving(fails_late) as server:
        with pytest.raises(EngineError, match=r"tiny at 127.0.0.1:\d+ .*\(500: disk on fire\).*run the same command"):
            ask(server, tmp_path, ["a", "b", "c", "d"], concurrency=1)
        assert [data["text"] for data in server.texts] == ["a", "b", "c"]
        server.reply = upper
        assert ask(server, tmp_path, ["a", "b", "c", "d"]) == ["A", "B", "C", "D"]
        assert sorted(data["text"] for data in server.texts[3:]) == ["c", "d"]


def test_a_damaged_answer_is_asked_for_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(upper) as server:
        ask(server, tmp_path, ["a"])
        (file,) = tmp_path.glob("answers/*/*/*.json")
        for damage in (file.read_text().replace('\\"A\\"', '\\"B\\"'), "", "[]", '{"hash": 1}'):
            file.write_text(damage)
            assert ask(server, tmp_path, ["a"]) == ["A"]
            assert f"the stored answer {file} is damaged" in caplog.text
            caplog.clear()
        assert len(server.requests) == 5


def test_a_server_that_cannot_constrain_answers_is_asked_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def old(data: Any, request: Any) -> Any:
        if "response_format" in request:
            return 400, {"error": {"message": "response_format is not supported"}}
        return "Sure!\n" if data["text"] == "x" else f"```json\n{upper(data, request)}\n```"

    with serving(old) as server, caplog.at_level(logging.WARNING):
        assert ask(server, tmp_path, ["a", "b"], concurrency=1) == ["A", "B"]
        assert len(server.requests) == 3
    assert [record.message for record in caplog.records] == [
        f"{server.url[7:-3]} does not constrain the answers of tiny to a JSON schema (response_format is not "
        "supported); they are only checked"
    ]


def test_a_request_that_was_not_served_is_sent_again(tmp_path: Path) -> None:
    refused = {429: 2, 503: 1}

    def busy(data: Any, request: Any) -> Any:
        for status, times in refused.items():
            if times:
                refused[status] -= 1
                return status, {"error": {"message": "later"}}
        return upper(data, request)

    with serving(busy) as server:
        assert ask(server, tmp_path, ["a"], retries=3) == ["A"]
        assert len(server.requests) == 4


def test_a_failure_that_a_gateway_sends_as_an_answer_is_one(tmp_path: Path) -> None:
    failures: list[Any] = [{"code": 502, "message": "no provider"}, {"message": "overloaded"}, {"code": 429}]

    def gateway(data: Any, request: Any) -> Any:
        return (200, {"error": failures.pop()}) if failures else upper(data, request)

    with serving(gateway) as server:
        assert ask(server, tmp_path, ["a"], retries=3) == ["A"]
        assert len(server.requests) == 4
        failures.append({"code": 429, "message": "no credit"})
        with pytest.raises(EngineError, match=r"refuses more requests for now \(429: no credit\), in the only try"):
            ask(server, tmp_path, ["b"])


def test_an_answer_in_parts_is_their_text(tmp_path: Path) -> None:
    thoughts = {"type": "thinking", "thinking": [{"type": "text", "text": "Is it {?"}]}

    def parted(data: Any, request: Any) -> Any:
        half = len(text := upper(data, request)) // 2
        content = [thoughts, *({"type": "text", "text": part} for part in (text[:half], text[half:]))]
        return 200, {"choices": [{"message": {"role": "assistant", "content": content}}]}

    with serving(parted) as server:
        assert ask(server, tmp_path, ["a"]) == ["A"]


@pytest.mark.parametrize(
    ("reply", "settings", "message"),
    [
        ((401, {"error": {"message": "bad key"}}), {}, r"refuses access \(401: bad key\); check a key: name its"),
        ((404, {"error": {"message": "no model tiny"}}), {}, r"is not there \(404: no model tiny\); check 'model'"),
        ((429, {"error": {"message": "slow down"}}), {"retries": 2}, r"\(429: slow down\), in 3 tries; unless a quota"),
        ((500, {"error": {"message": "on fire"}}), {}, r"fails, or refuses the request \(500: on fire\)"),
        ((200, {"detail": "hello"}), {}, r"something else than a chat completion \('\{\"detail\": \"hello\"\}'\)"),
        (b"<html>It works!</html>", {}, r"something else than a chat completion \('<html>It works!</html>'\)"),
        ((403, "nothing\nfor\nyou"), {}, r"refuses access \(403: .*nothing"),
    ],
)  # fmt: skip
def test_what_a_server_says_is_an_error_of_one_line(
    tmp_path: Path, reply: Any, settings: dict[str, Any], message: str
) -> None:
    with serving(lambda data, request: reply) as server, pytest.raises(EngineError, match=message) as error:
        ask(server, tmp_path, ["a"], **settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("status", [400, 403, 413, 422, 451])
def test_a_server_that_refuses_every_request_stops_the_build_at_once(tmp_path: Path, status: int) -> None:
    reply = (status, {"error": {"message": "no model tiny"}})
    with serving(lambda data, request: reply) as server:
        for _ in range(2):  # nothing of it is stored
            server.requests.clear()
            with pytest.raises(EngineError, match=rf"\({status}: no model tiny\); check") as error:
                ask(server, tmp_path, [f"text {k}" for k in range(40)], concurrency=1)
            assert "\n" not in str(error.value)
            assert {data["text"] for data in server.texts} == {"text 0", ""}
        server.reply = upper
        assert ask(server, tmp_path, ["text 0"], max_requests=1) == ["TEXT 0"]


@pytest.mark.parametrize("status", [400, 403, 413, 422, 451])
@pytest.mark.parametrize("place", [0, 5])
def test_a_request_that_is_refused_for_its_text_is_rejected_alone_and_not_sent_again(
    tmp_path: Path, status: int, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    texts = [f"text {k}" for k in range(9)]

    def filtering(data: Any, request: Any) -> Any:
        if data["text"] == texts[place]:
            return status, {"error": {"message": "filtered"}}
        return upper(data, request)

    expected: list[Any] = [text.upper() for text in texts]
    expected[place] = Unusable("refused", f"{status}: filtered")
    with serving(filtering) as server, counting_events() as rejected:
        assert ask(server, tmp_path, texts, concurrency=1) == expected
        assert dict(rejected) == {"refused": 1}
        assert [data["text"] for data in server.texts].count("") == 1
        number = len(server.requests)
        assert ask(server, tmp_path, texts, max_requests=1) == expected
        assert len(server.requests) == number
    assert (
        f"translate: 1 of 9 answers of tiny could not be used (1 refused); the server said of a refused one: {status}: "
        "filtered" in caplog.messages
    )
    assert all("response_format" in request for request in server.requests[-3:])  # it still constrains answers


def test_a_text_that_is_refused_only_now_and_then_is_sent_again_and_answered(tmp_path: Path) -> None:
    def every_third(data: Any, request: Any) -> Any:
        busy = len(server.requests) % 3 == 0
        return (403, {"error": {"message": "busy"}}) if busy else upper(data, request)

    texts = [f"text {k}" for k in range(9)]
    with serving(every_third) as server, counting_events() as rejected:
        assert ask(server, tmp_path, texts, concurrency=1) == [text.upper() for text in texts]
        assert not rejected
        assert [data["text"] for data in server.texts][:6] == ["text 0", "text 1", "text 2", "", "text 2", "text 3"]


def test_texts_that_are_refused_stop_the_build_only_if_nothing_could_ever_be_used(tmp_path: Path) -> None:
    def short_context(data: Any, request: Any) -> Any:
        return (400, {"error": {"message": "too long"}}) if "long" in data["text"] else upper(data, request)

    long = [f"long text {k:02}" for k in range(12)]
    with serving(short_context) as server:
        with pytest.raises(
            EngineError, match=r"no usable answer .* 10 requests .*refused: '400: too long'.*another 'revision'"
        ):
            ask(server, tmp_path, long, concurrency=1)
        assert ask(server, tmp_path, ["a"]) == ["A"]
        refused = Unusable("refused", "400: too long")
        assert ask(server, tmp_path, [*long, "b"]) == [refused] * 12 + ["B"]


def test_a_refusal_is_not_stored_if_the_server_cannot_say_what_it_is_about(tmp_path: Path) -> None:
    def breaks_down(data: Any, request: Any) -> Any:
        return (400, {"error": {"message": "odd"}}) if data["text"] else (500, {"error": {"message": "on fire"}})

    with serving(breaks_down) as server:
        with pytest.raises(EngineError, match="500: on fire"):
            ask(server, tmp_path, ["a"], max_requests=1)
        server.reply = upper
        assert ask(server, tmp_path, ["a"], max_requests=1) == ["A"]


def test_a_server_that_is_not_there_or_too_slow_is_an_error_of_one_line(tmp_path: Path) -> None:
    with serving(upper) as server:
        pass
    with pytest.raises(
        EngineError, match=r"cannot be reached \(.*refused.*\), in the only try; does the server run at"
    ):
        ask(server, tmp_path, ["a"])
    slow = serving(lambda data, request: time.sleep(0.5) or upper(data, request))
    with slow as server, pytest.raises(EngineError, match=r"did not answer within 0.1 s, in 2 tries; raise 'timeout'"):
        ask(server, tmp_path, ["a"], timeout=0.1, retries=1)


def test_an_answer_that_is_no_json_is_asked_for_again_with_another_seed(tmp_path: Path) -> None:
    def better_luck(data: Any, request: Any) -> str:
        return upper(data, request) if request["seed"] == 8 else "UPPER"

    with serving(better_luck) as server:
        assert ask(server, tmp_path, ["a"], seed=7, tries=2) == ["A"]
        assert [request["seed"] for request in server.requests] == [7, 8]


@pytest.mark.parametrize(
    ("reply", "finish", "kind"),
    [
        ("no JSON", "stop", "malformed"),
        ('{"upper": 3}', "stop", "malformed"),
        ('{"upper": NaN}', "stop", "malformed"),
        ("[" * 3000, "stop", "malformed"),
        ('{"upper": "A', "length", "cut-off"),
        ("", "stop", "empty"),
        ("", "content_filter", "refused"),
    ],
)
def test_an_answer_that_cannot_be_used_is_counted_and_never_guessed(
    tmp_path: Path, reply: str, finish: str, kind: str
) -> None:
    with serving(lambda data, request: reply, finish=finish) as server, counting_events() as rejected:
        assert ask(server, tmp_path, ["a"]) == [Unusable(kind, reply)]  # type: ignore[arg-type]
        assert (dict(rejected), len(server.requests)) == ({kind: 1}, 2)
        ask(server, tmp_path, ["a"])
        assert len(server.requests) == 2


def test_a_model_that_says_nothing_useful_stops_the_build(tmp_path: Path) -> None:
    texts = [f"text {k:02}" for k in range(40)]
    with serving(lambda data, request: "I am only a language model.") as server:
        with pytest.raises(EngineError, match=r"no usable answer to the first 10 requests .*malformed: 'I am only"):
            ask(server, tmp_path, texts, concurrency=2)
        assert len(server.requests) < 40


def test_a_budget_stops_the_build_and_keeps_what_is_done(tmp_path: Path) -> None:
    texts = [f"text {k}" for k in range(9)]
    with serving(upper) as server:
        with pytest.raises(EngineError, match="the budget is spent: 4 of max_requests: 4; every answer so far is kept"):
            ask(server, tmp_path, texts, max_requests=4)
        assert len(server.requests) == 4
        with pytest.raises(EngineError, match="the budget is spent: 50 of max_tokens: 50"):
            ask(server, tmp_path, texts, max_tokens=50, concurrency=1)
        assert len(server.requests) == 5
        assert ask(server, tmp_path, texts[:4], max_requests=1) == [text.upper() for text in texts[:4]]
        assert ask(server, tmp_path, texts, max_requests=9) == [text.upper() for text in texts]
        assert len(server.requests) == 9


def test_requests_that_nobody_served_are_not_counted(tmp_path: Path) -> None:
    with serving(lambda data, request: (500, {})) as server:
        for _ in range(3):
            with pytest.raises(EngineError, match="500"):
                ask(server, tmp_path, ["a"], max_requests=1)
        server.reply = upper
        assert ask(server, tmp_path, ["a"], max_requests=1) == ["A"]


def test_requests_keep_a_pace(tmp_path: Path) -> None:
    with serving(upper) as server:
        begin = time.monotonic()
        ask(server, tmp_path, ["a", "b", "c"], requests_per_minute=600)
        assert time.monotonic() - begin >= 0.2
        assert len(server.requests) == 3


def test_a_damaged_budget_is_named(tmp_path: Path) -> None:
    with serving(upper) as server:
        ask(server, tmp_path, ["a"])
        (file,) = tmp_path.glob("answers/*/spent")
        file.write_text("nonsense")
        with pytest.raises(SilvernerError, match=f"{file} is damaged; remove it"):
            ask(server, tmp_path, ["b"])


def test_the_key_reaches_the_server_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TINY_API_KEY", SECRET)

    def gossip(data: Any, request: Any) -> Any:
        if data["text"] == "fail":
            return 401, {"error": {"message": f"Incorrect API key provided: {SECRET}"}}
        return words(upper=f"your key is {SECRET}")

    with serving(gossip) as server, caplog.at_level(logging.DEBUG):
        settings = {"key": "TINY_API_KEY"}
        assert ask(server, tmp_path, ["a"], **settings) == ["your key is [key]"]
        with pytest.raises(
            EngineError, match=r"Incorrect API key provided: \[key\]\); check the variable TINY_API_KEY"
        ) as error:
            ask(server, tmp_path, ["fail"], **settings)
        assert SECRET not in json.dumps(language_model(server, tmp_path, **settings).settings())
        assert error.value.__cause__ is None
    assert {header["authorization"] for header in server.headers} == {f"Bearer {SECRET}"}
    assert SECRET not in caplog.text
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert not any(SECRET in path.read_text() for path in files)


@pytest.mark.parametrize("key", [None, "TINY_API_KEY"])
def test_no_secret_of_the_environment_is_sent_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    monkeypatch.setenv("TINY_API_KEY", "tiny-key")
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Gateway: {SECRET}\nauthorization: Bearer {SECRET}")
    with serving(upper) as server:
        assert ask(server, tmp_path, ["a"], key=key) == ["A"]
    assert SECRET not in str(server.headers)
    assert server.headers[0]["authorization"] == ("Bearer tiny-key" if key else "Bearer none")


def test_the_key_of_the_client_takes_what_belongs_to_it_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ORG_ID", "my-organisation")
    with serving(upper) as server:
        ask(server, tmp_path, ["a"], key="OPENAI_API_KEY")
    assert server.headers[0]["openai-organization"] == "my-organisation"
    assert server.headers[0]["authorization"] == f"Bearer {SECRET}"


def test_a_model_that_knows_other_parameters_is_asked_as_the_message_says(tmp_path: Path) -> None:
    def reasoning(data: Any, request: Any) -> Any:
        unknown = [name for name in ("max_tokens", "temperature", "seed") if name in request]
        return (400, {"error": {"message": f"Unsupported parameter: {unknown}"}}) if unknown else upper(data, request)

    with serving(reasoning) as server:
        with pytest.raises(EngineError, match=r"Unsupported parameter.*answer_tokens: null, temperature: null, seed: "):
            ask(server, tmp_path, ["a"])
        left_out = {"answer_tokens": None, "temperature": None, "seed": None}
        assert ask(server, tmp_path, ["a"], **left_out, parameters={"max_completion_tokens": 99}) == ["A"]
    assert server.requests[-1]["max_completion_tokens"] == 99


@pytest.mark.parametrize("opening", ["<think>", ""])
def test_thoughts_before_an_answer_are_not_read(tmp_path: Path, opening: str) -> None:
    with serving(lambda data, request: f'{opening}Is it {{"upper"?\n</think>\n\n{upper(data, request)}') as server:
        assert ask(server, tmp_path, ["a"]) == ["A"]


def test_a_key_that_is_not_set_is_missing_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TINY_API_KEY", raising=False)
    with pytest.raises(
        MissingEngineError, match=r"variable TINY_API_KEY, which holds the key for h:1, is not set: export"
    ):
        language_model("http://h:1/v1", tmp_path, key="TINY_API_KEY").check()


@pytest.mark.parametrize("key", ["\u201csk-012\u201d", "sk-012\nsk-345"])
def test_what_cannot_be_a_key_is_refused_before_anything_is_asked_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TINY_API_KEY", key)
    with pytest.raises(
        MissingEngineError, match=r"TINY_API_KEY, .* has a line break or characters that no key"
    ) as error:
        language_model("http://h:1/v1", tmp_path, key="TINY_API_KEY").check()
    assert "sk-012" not in str(error.value)


def test_a_prompt_of_the_recipe_replaces_ours(tmp_path: Path) -> None:
    prompt = tmp_path / "mine.txt"
    prompt.write_text("Shout in $target, for $$5.")
    with serving(upper) as server:
        ask(server, tmp_path, ["a"], prompt="mine.txt")
        assert server.requests[0]["messages"][0]["content"] == "Shout in Zulu, for $5."
        before = language_model(server, tmp_path, prompt="mine.txt").settings()
        prompt.write_text("Whisper in $target.")
        assert language_model(server, tmp_path, prompt="mine.txt").settings() != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"mine.txt is empty; leave the key 'prompt' out"),
        ("in $tongue", r"mine.txt has \$tongue; allowed: \$source, \$target \(write \$\$ for a \$\)"),
        ("costs $ 5", r"mine.txt: a \$ stands alone; allowed: \$source, \$target"),
        (None, "No such file"),
    ],
)
def test_a_prompt_that_cannot_be_used_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "mine.txt").write_text(text)
    with pytest.raises(SilvernerError, match=message):
        language_model("http://h:1/v1", tmp_path, prompt="mine.txt").check()


def test_a_failure_ends_the_wait_of_other_requests(tmp_path: Path) -> None:
    with serving(lambda data, request: (401, {"error": {"message": "no"}})) as server:
        begin = time.monotonic()
        with pytest.raises(EngineError, match="refuses access"):
            ask(server, tmp_path, ["a", "b", "c"], requests_per_minute=1)
        assert time.monotonic() - begin < 30
        (file,) = tmp_path.glob("answers/*/spent")
        assert json.loads(file.read_text())["requests"] == 0


def test_a_budget_that_cannot_be_counted_is_an_error_of_one_line(tmp_path: Path) -> None:
    with serving(upper) as server:
        ask(server, tmp_path, ["a"])
        (file,) = tmp_path.glob("answers/*/spent")
        file.unlink()
        file.mkdir()
        with pytest.raises(SilvernerError, match=f"cannot count requests in {file}: Is a directory"):
            ask(server, tmp_path, ["b"])
