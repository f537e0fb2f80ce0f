"""A problem says where it is, and an error is one line however much is wrong."""

from __future__ import annotations

from hanoi_wall.catalogue.problems import CatalogueError, Problem


def test_a_problem_names_its_line_and_column_where_it_has_them() -> None:
    assert str(Problem(3, "lat", "is no number")) == "line 3: lat: is no number"
    assert str(Problem(3, "", "is empty")) == "line 3: is empty"
    assert str(Problem(0, "", "is empty")) == "is empty"


def test_an_error_shows_the_first_problem_and_counts_the_rest() -> None:
    problems = (Problem(3, "lat", "is no number"), Problem(4, "", "is empty"))
    assert str(CatalogueError("x.csv", problems[:1])) == "x.csv: line 3: lat: is no number"
    assert str(CatalogueError("x.csv", problems)) == "x.csv: line 3: lat: is no number (and 1 more)"
    error = CatalogueError("x.csv", problems, total=40)
    assert str(error) == "x.csv: line 3: lat: is no number (and 39 more)"
    assert (error.name, error.problems, error.total) == ("x.csv", problems, 40)
