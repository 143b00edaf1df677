"""The data: Breast Cancer Wisconsin (Diagnostic), 569 tumours described by 30 measurements of cell nuclei.

Source: W. Wolberg, O. Mangasarian, N. Street and W. Street, UCI Machine Learning Repository, 1995
(https://doi.org/10.24432/C5DW2B), CC BY 4.0. It ships with scikit-learn: nothing is downloaded.
"""

from typing import NamedTuple

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

NAME = "breast_cancer_wisconsin"

# Not a param: what the model card reports is comparable only when every run is judged on the same rows.
TEST_SEED = 1995


class Part(NamedTuple):
    """Measurements, and 1 for each benign, 0 for each malignant tumour."""

    x: pd.DataFrame
    y: pd.Series


def load(seed, validation_size):
    """Return the parts (train, validation, test). Each keeps the class shares; only the first two depend on the seed."""
    x, y = load_breast_cancer(return_X_y=True, as_frame=True)
    x_rest, x_test, y_rest, y_test = train_test_split(x, y, test_size=0.2, random_state=TEST_SEED, stratify=y)
    x_train, x_val, y_train, y_val = train_test_split(
        x_rest, y_rest, test_size=validation_size, random_state=seed, stratify=y_rest
    )
    return Part(x_train, y_train), Part(x_val, y_val), Part(x_test, y_test)
