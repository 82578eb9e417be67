"""Asks a server (the command serve) with OpenAI's own client for Python.

    clients.py URL vectors|chats MODEL
"""

import sys

import openai

TEXT = "Where is my parcel?"


def vectors(client, model):
    one = client.embeddings.create(model=model, input=[TEXT], encoding_format="float")
    other = client.embeddings.create(model=model, input=[TEXT])  # the client asks for base64
    distance = max(abs(a - b) for a, b in zip(one.data[0].embedding, other.data[0].embedding))
    assert distance < 1e-6, distance
    print(f"{len(one.data[0].embedding)} dimensions, {one.usage.prompt_tokens} tokens; base64 differs by {distance:.1e}")


def chats(client, model):
    asked = dict(model=model, messages=[{"role": "user", "content": TEXT}], max_tokens=20)
    whole = client.chat.completions.create(**asked)
    text = whole.choices[0].message.content
    events = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    pieces = "".join(e.choices[0].delta.content or "" for e in events if e.choices)
    assert pieces == text, (pieces, text)
    assert events[-1].usage == whole.usage, (events[-1].usage, whole.usage)
    completion = client.completions.create(model=model, prompt=[TEXT, "1, 2,"], max_tokens=5, stop="\n")
    print(f"{text!r} in {len(events)} events; completions {[choice.text for choice in completion.choices]}")


def refusals(client, model):
    for wrong in [dict(model=model + "-no"), dict(model=model, n=2), dict(model=model, logit_bias={"1": 2})]:
        try:
            client.chat.completions.create(messages=[{"role": "user", "content": "a"}], **wrong)
        except openai.APIStatusError as error:
            print(error.status_code, error.body["message"])
        else:
            raise AssertionError(f"{wrong} was taken")


if __name__ == "__main__":
    url, what, name = sys.argv[1:]
    api = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
    assert name in [known.id for known in api.models.list()], "the server does not list the model"
    {"vectors": vectors, "chats": chats}[what](api, name)
    refusals(api, name)
