"""Which output of a third-party model means fake: by name, by `fake_label`, never by guess."""

from __future__ import annotations

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.inference.third_party_labels import FAKE_NAMES, REAL_NAMES, FakeOutputs, fake_outputs


@pytest.mark.parametrize(
    ("names", "fake", "real"),
    [
        (("real", "fake"), (1,), (0,)),
        (("fake", "real"), (0,), (1,)),
        (("artificial", "human"), (0,), (1,)),
        (("REAL", "FAKE"), (1,), (0,)),
        (("ai", "hum"), (0,), (1,)),
        (("AIGC", "Nature"), (0,), (1,)),
        (("Deepfake", "Realism"), (0,), (1,)),
        (("AI-generated", "Not AI"), (0,), (1,)),
        (("Real_Image", "AI_Image"), (1,), (0,)),
        (("midjourney", "real", "stable_diffusion"), (0, 2), (1,)),
        (("fake",), (0,), ()),
    ],
)
def test_names_in_use_are_understood(names: tuple[str, ...], fake: tuple[int, ...], real: tuple[int, ...]) -> None:
    assert fake_outputs(dict(enumerate(names))) == FakeOutputs(fake, real)


@pytest.mark.parametrize(
    "names",
    [
        ("LABEL_0", "LABEL_1"),
        ("0", "1"),
        ("real", "LABEL_1"),
        ("fake", "portrait"),
        ("cat", "dog", "airplane"),
        ("real", "human"),
        ("fake", "ai"),
        ("LABEL_0",),
    ],
)
def test_names_that_do_not_tell_are_asked_for(names: tuple[str, ...]) -> None:
    with pytest.raises(RealFakeError, match=r"org/model has the labels .*`fake_label`"):
        fake_outputs(dict(enumerate(names)), model="org/model")


def test_thousand_classes_are_not_all_listed() -> None:
    with pytest.raises(RealFakeError, match="'class-5' and 994 more"):
        fake_outputs({i: f"class-{i}" for i in range(1000)})


@pytest.mark.parametrize(
    ("given", "fake", "real"),
    [("LABEL_0", (0,), (1, 2)), ("label_2", (2,), (0, 1)), ("LABEL_2, LABEL_1", (1, 2), (0,))],
)
def test_given_label_decides(given: str, fake: tuple[int, ...], real: tuple[int, ...]) -> None:
    found = fake_outputs({"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}, fake_label=given)

    assert found == FakeOutputs(fake, real)


def test_given_label_overrules_the_names() -> None:
    assert fake_outputs({0: "fake", 1: "real"}, fake_label="real") == FakeOutputs((1,), (0,))


def test_given_label_that_the_model_lacks_is_refused_with_the_choices() -> None:
    with pytest.raises(RealFakeError, match=r"`fake_label` ai is not one label of The model: .*'LABEL_0', 'LABEL_1'"):
        fake_outputs({0: "LABEL_0", 1: "LABEL_1"}, fake_label="ai")


def test_given_labels_must_leave_a_real_one() -> None:
    with pytest.raises(RealFakeError, match="leave out the real one"):
        fake_outputs({0: "a", 1: "b"}, fake_label="a,b")


def test_no_name_means_both() -> None:
    assert not FAKE_NAMES & REAL_NAMES
