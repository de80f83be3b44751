"""What the installed scikit-learn spells differently from others that are supported."""

import sklearn

MAJOR, MINOR = (int(part) for part in sklearn.__version__.split(".")[:2])
PENALTY_IS_L1_RATIO = (MAJOR, MINOR) >= (1, 8)  # LogisticRegression: penalty is deprecated
PASSIVE_AGGRESSIVE_IS_SGD = (MAJOR, MINOR) >= (1, 8)  # its own classes are deprecated
QUANTILE_METHOD = (MAJOR, MINOR) >= (1, 7)  # KBinsDiscretizer warns where it is not given
STRINGS_STOP_EARLY = (MAJOR, MINOR) >= (1, 9)  # MLPClassifier: else an error
STRINGS_HAVE_NEIGHBORS = (MAJOR, MINOR) >= (1, 9)  # else an error with p=1 by brute force
TARGET_ENCODER_SEED_IN_CV = (MAJOR, MINOR) >= (1, 9)  # its own random_state is deprecated
