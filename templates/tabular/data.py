"""The data: Breast Cancer Wisconsin (Diagnostic), 569 tumours described by 30 measurements of cell nuclei.

Source: W. Wolberg, O. Mangasarian, N. Street and W. Street, UCI Machine Learning Repository, 1995
(https://doi.org/10.24432/C5DW2B), CC BY 4.0. It ships with scikit-learn: nothing is downloaded.
"""

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

NAME = "breast_cancer_wisconsin"


def load(seed, test_size):
    """Return (x_train, x_val, y_train, y_val); y is 1 for benign, 0 for malignant. The split keeps the class shares."""
    features, target = load_breast_cancer(return_X_y=True, as_frame=True)
    return train_test_split(features, target, test_size=test_size, random_state=seed, stratify=target)
