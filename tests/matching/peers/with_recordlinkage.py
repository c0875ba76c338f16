"""`recordlinkage` as a careful user sets it up for FEBRL: several blocks, string comparisons, and its two classifiers that need no truth."""

from __future__ import annotations

import warnings
from typing import Any

from tests.matching.febrl import Febrl, Pair, pair

BLOCKS: tuple[str | list[str], ...] = (
    "date_of_birth", "postcode", "surname", "address_1", "suburb", "address_2", "given_name", ["street_number", "state"],
)  # fmt: skip
SIMILAR = (
    ("given_name", "jarowinkler", 0.85), ("surname", "jarowinkler", 0.85), ("date_of_birth", "damerau_levenshtein", 0.85),
    ("postcode", "damerau_levenshtein", 0.7), ("suburb", "jarowinkler", 0.85), ("address_1", "jarowinkler", 0.85),
    ("address_2", "jarowinkler", 0.85),
)  # fmt: skip


def links(data: Febrl) -> dict[str, set[Pair]]:
    """The links of expectation/conditional maximisation (Fellegi-Sunter) and of k-means."""
    import pandas
    import recordlinkage

    def frame(records: list[dict[str, str]]) -> Any:
        made = pandas.DataFrame(records).set_index("rec_id")
        return made.mask(made == "")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sides = (frame(data.left), frame(data.right)) if data.right else (frame(data.left),)
        index = recordlinkage.Index()
        for block in BLOCKS:
            index.block(block)
        index.block(left_on="given_name", right_on="surname")
        pairs = index.index(*sides)
        compare = recordlinkage.Compare()
        for field, method, threshold in SIMILAR:
            compare.string(field, field, method=method, threshold=threshold, label=field)
        compare.exact("street_number", "street_number", label="street_number")
        compare.exact("state", "state", label="state")
        features = compare.compute(pairs, *sides)
        classifiers = {"ECM": recordlinkage.ECMClassifier(binarize=0.5), "k-means": recordlinkage.KMeansClassifier()}
        return {name: {pair(*p) for p in one.fit_predict(features)} for name, one in classifiers.items()}
