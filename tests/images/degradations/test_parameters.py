from __future__ import annotations

import pytest

from realfake_hf.errors import RealFakeError
from realfake_hf.images.degradations import parameters


def test_a_pair_of_whole_numbers_becomes_a_tuple():
    assert parameters.integer_range("jpeg", "quality", [30, 95], 1, 100) == (30, 95)


def test_one_whole_number_means_that_number_only():
    assert parameters.integer_range("jpeg", "quality", 60, 1, 100) == (60, 60)


def test_the_bounds_themselves_are_allowed():
    assert parameters.integer_range("jpeg", "quality", [1, 100], 1, 100) == (1, 100)
    assert parameters.number_range("blur", "radius", [0, 20], 0, 20) == (0.0, 20.0)
    assert parameters.number("flip", "probability", 1, 0, 1) == 1.0
    assert parameters.integer("webp", "effort", 6, 0, 6) == 6


@pytest.mark.parametrize("value", [[95, 30], [0, 50], [50, 101], [50], [1, 2, 3], "50", 50.5, True, None, []])
def test_a_wrong_pair_of_whole_numbers_is_refused_in_one_sentence(value):
    with pytest.raises(RealFakeError) as caught:
        parameters.integer_range("jpeg", "quality", value, 1, 100)
    assert str(caught.value) == (
        f"The step 'jpeg' needs quality as a whole number or a pair [smallest, largest] within 1 to 100, not {value!r}."
    )


@pytest.mark.parametrize("value", [[2, 1], [-1, 3], [1, 21], [1, float("nan")], float("inf"), "1", [None, 1], False])
def test_a_wrong_pair_of_numbers_is_refused_in_one_sentence(value):
    with pytest.raises(RealFakeError) as caught:
        parameters.number_range("blur", "radius", value, 0, 20)
    assert str(caught.value) == (
        f"The step 'blur' needs radius as a number or a pair [smallest, largest] within 0 to 20, not {value!r}."
    )


@pytest.mark.parametrize("value", [7, -1, 1.0, "4", None, True])
def test_a_wrong_whole_number_is_refused(value):
    with pytest.raises(RealFakeError, match="'webp' needs effort as a whole number within 0 to 6"):
        parameters.integer("webp", "effort", value, 0, 6)


@pytest.mark.parametrize("value", [1, 0, "yes", None])
def test_what_is_not_true_or_false_is_refused(value):
    with pytest.raises(RealFakeError, match="'flip' needs vertical as true or false"):
        parameters.boolean("flip", "vertical", value)


def test_one_name_or_a_list_of_names_becomes_a_tuple():
    assert parameters.choices("resample", "filters", "box", ["box", "lanczos"]) == ("box",)
    assert parameters.choices("resample", "filters", ["lanczos", "box"], ["box", "lanczos"]) == ("lanczos", "box")


@pytest.mark.parametrize("value", [[], None, 3, ()])
def test_no_name_at_all_is_refused(value):
    with pytest.raises(RealFakeError, match="'resample' needs filters as one or several of box, lanczos"):
        parameters.choices("resample", "filters", value, ["box", "lanczos"])


def test_an_unknown_name_is_named_with_the_nearest_known_one():
    with pytest.raises(RealFakeError) as caught:
        parameters.choices("resample", "filters", ["lanzcos"], ["box", "lanczos"])
    assert str(caught.value) == (
        "Unknown filters of the step 'resample' 'lanzcos' (did you mean 'lanczos'?): known are box, lanczos."
    )


def test_a_name_near_to_nothing_gets_the_list_alone():
    assert str(parameters.unknown("tier", "qqq", ["clean", "web"])) == "Unknown tier 'qqq': known are clean, web."
