"""The guided demo's script on the sample project: explain, a blind edit that is refused, the edit again, a check."""

from flux_tui.llm.demo_steps import Done, Exchange, plural
from flux_tui.llm.scripted import Call, Reply
from flux_tui.protocol.codes import Code
from flux_tui.protocol.messages import Usage

EXPLAIN = "What is this project?"
FIX = "Ten or more pieces of one product should be 10 % cheaper, but ten cost the full price. Fix it."
NEXT = "How do I go on from here, with a real model?"
PROMPTS = (EXPLAIN, FIX, NEXT)

FILE = "shop/inventory.py"
CHECK = "python3 -B -m unittest -q"
PAUSE = 0.012

BLIND_SEARCH = "        if count > BULK_QUANTITY:\n"
BLIND_REPLACE = "        if count >= BULK_QUANTITY:\n"
SEARCH = '''        """Cents for all pieces of one product."""
        count = self._counts.get(code, 0)
        full = count * self._stock.shelf(code).product.cents
        if count > BULK_QUANTITY:
            # many pieces are cheaper
            saved = int(full * BULK_PERCENT / 100)
            return full - saved
'''
REPLACE = '''        """Cents for all pieces of one product, the bulk discount taken off."""
        count = self._counts.get(code, 0)
        full = count * self._stock.shelf(code).product.cents
        if count >= BULK_QUANTITY:
            # many pieces are cheaper
            saved = full * BULK_PERCENT // 100
            return full - saved
'''

ABOUT = """This is the demo: a script plays the model, everything else is real. No key and no network are used.

The project is a small stock and till for a corner shop:

- `shop/inventory.py` holds products, shelves, the cart and its prices, all in whole cents.
- `shop/report.py` prints the order list and the day.
- `test_shop.py` checks both; run it with `python3 -m unittest -q`.

The file tree on the left now marks `README.md` as seen: Flux keeps account of **every line** the model was shown.
"""
PART = "The price is computed in `shop/inventory.py`. I look at the beginning of that file only."
BLIND = """I have seen lines 1 to 60, and I believe that `Cart.price` compares with `>` where it should be `>=`.
Most agents would let me edit that line unseen. Watch what happens."""
REFUSED = """Flux **refused**: I had not seen that line. It handed me the whole method instead, to know what I change.

Now I can edit it: the comparison, whole cents instead of a detour through fractions, and a docstring that says it.
That gives three hunks in the review: you take or reject each of them."""
ACCEPTED = """Written, as you decided. Now I would like to run the project's tests. A command needs your yes, and it
runs in a sandbox."""
TURNED_DOWN = """You turned the change down, so the file is as it was. That is all there is to do here: a `no` is
final, and the same change through another tool would ask again."""
OFF_SCRIPT = """That is not in the demo's script, and there is no model behind it. The prompts of the demo come into the
draft by themselves; `help` says what else I understand."""
REAL = """Three ways, each without a restart of your terminal:

1. **A key in the environment.** `export ANTHROPIC_API_KEY=…` or `export OPENAI_API_KEY=…`, then `flux` in your project.
2. **Your own server.** Ollama, LM Studio, llama.cpp and vLLM need no configuration: `/model ollama:MODEL`. Others go
   under `[providers.NAME]` in `config.toml`; `flux config` shows the file's place.
3. **No key at all.** `flux --model demo:free` in your own folder: I find, show, rename and replace there, with real
   reads, edits and reviews, and nothing more clever than that.

`/help` lists the commands, `F1` the keys, `/undo` takes back the last change of files, and `flux doctor` says what is
missing.

That was all. Thank you for looking."""


def reply(now: Exchange) -> Reply | None:
    """The next step, or None where the person left the script."""
    match now.prompt:
        case prompt if prompt == EXPLAIN:
            return _explain(now)
        case prompt if prompt == FIX:
            return _fix(now)
        case prompt if prompt == NEXT:
            return _say(REAL)
    return None


def _explain(now: Exchange) -> Reply:
    if now.of("list_files", "read_files"):
        return _say(ABOUT)
    return _say("Let me look around.", Call("list_files", {}), Call("read_files", {"paths": ["README.md"]}))


def _fix(now: Exchange) -> Reply:
    edits, runs = now.of("edit_file"), now.of("run_command")
    if runs:
        return _say(_summary(edits, runs[-1]))
    if edits:
        return _after_edit(edits)
    if now.of("read_files"):
        blind = {"path": FILE, "search": BLIND_SEARCH, "replace": BLIND_REPLACE}
        return _say(
            BLIND, Call("edit_file", blind), thinking="The constant is at the top; the comparison must be below."
        )
    return _say(PART, Call("read_files", {"paths": [FILE], "start_line": 1, "end_line": 60}))


def _after_edit(edits: tuple[Done, ...]) -> Reply:
    last = edits[-1]
    if last.ok:
        return _say(ACCEPTED, Call("run_command", {"command": CHECK}))
    if last.result.code is Code.REJECTED or last.result.code is Code.DENIED:
        return _say(TURNED_DOWN)
    if len(edits) == 1:
        return _say(REFUSED, Call("edit_file", {"path": FILE, "search": SEARCH, "replace": REPLACE}))
    return _say(f"The edit did not work ({last.result.code}), so I leave the file as it is. Start the demo again.")


def _summary(edits: tuple[Done, ...], run: Done) -> str:
    tries = f"{plural(len(edits), 'edit')}, of which the first was refused before it could do harm"
    if not run.ok:
        told = "The tests were not run, so the change is **unverified**: Flux says so instead of claiming success."
    elif run.result.exit == 0:
        told = "The tests pass: ten pieces now cost 35.91 instead of 39.90."
    else:
        told = "The tests still fail, since not every hunk was taken. Flux says so instead of claiming success."
    return (
        f"{told}\n\n{tries}. The score in the status bar counts that, per model, so that you can see whom to trust.\n\n"
        "The line below is the **evidence**: which files changed, and which checks ran after the last edit. "
        "`/undo` takes the change back, `/diff` shows it again."
    )


def _say(text: str, *calls: Call, thinking: str = "") -> Reply:
    usage = Usage(input=900 + len(text), output=len(text) // 4 + 40 * len(calls), cache_read=2400)
    return Reply(text, calls, thinking, usage=usage, pause=PAUSE)
