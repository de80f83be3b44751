"""Policies of bandits, against the formulas and the bounds of the papers."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from skhpo.surrogates.bandits import EXP3, UCB1, Thompson
from skhpo.surrogates.rewards import top_rewards

MEANS = (0.9, 0.6, 0.4)
POLICIES = [UCB1, Thompson, EXP3]
every_policy = pytest.mark.parametrize("make", POLICIES)


def play(policy, n, seed, means=MEANS):
    """Return how often each arm of Bernoulli arms was played."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        p = policy.probabilities() if isinstance(policy, EXP3) else np.ones(len(means))
        arm = policy.choose(rng)
        policy.tell(arm, float(rng.random() < means[arm]), p[arm])
    return policy.counts


def regret(counts, means=MEANS):
    return float(counts @ (max(means) - np.array(means)))


# -- UCB1 ----------------------------------------------------------------------------------------


def test_the_index_of_ucb1_by_hand():
    policy = UCB1(n_arms=2)
    policy.tell([0, 1, 0, 1, 0], [1.0, 0.5, 0.0, 1.0, 0.5])
    # ln 5 = 1.609438: 0.5 + sqrt(3.218876 / 3) and 0.75 + sqrt(3.218876 / 2)
    np.testing.assert_allclose(policy.index(), [1.535837, 2.018636], atol=1e-6)
    # three more plays of the second wait: ln 8 = 2.079442
    np.testing.assert_allclose(policy.index([0, 3]), [1.677410, 1.662018], atol=1e-6)
    assert policy.choose(np.random.default_rng(0)) == 1
    assert policy.choose(np.random.default_rng(0), pending=[0, 3]) == 0


def test_ucb1_keeps_its_regret_bound():
    n, gaps = 400, [max(MEANS) - mean for mean in MEANS if mean < max(MEANS)]
    bound = sum(8 * np.log(n) / gap for gap in gaps) + (1 + np.pi**2 / 3) * sum(gaps)
    found = np.mean([regret(play(UCB1(n_arms=3), n, seed)) for seed in range(20)])
    assert found < bound


def test_ucb1_tries_every_arm_once_first():
    policy, rng = UCB1(n_arms=4), np.random.default_rng(0)
    pending, chosen = np.zeros(4), []
    for _ in range(8):
        chosen.append(policy.choose(rng, pending))
        pending[chosen[-1]] += 1
    assert sorted(chosen[:4]) == sorted(chosen[4:]) == [0, 1, 2, 3]


# -- Thompson sampling ---------------------------------------------------------------------------


def test_thompson_chooses_an_arm_as_often_as_it_is_the_best():
    policy, rng = Thompson(n_arms=3), np.random.default_rng(0)
    policy.tell([0, 0, 0, 1, 1, 2], [1.0, 0.0, 0.25, 1.0, 0.5, 0.0])
    posteriors = [beta(2.25, 2.75), beta(2.5, 1.5), beta(1, 2)]

    def density(x, i):
        others = [p.cdf(x) for k, p in enumerate(posteriors) if k != i]
        return posteriors[i].pdf(x) * np.prod(others)

    expected = [quad(density, 0, 1, args=(i,))[0] for i in range(3)]
    found = np.bincount([policy.choose(rng) for _ in range(4000)], minlength=3) / 4000
    np.testing.assert_allclose(found, expected, atol=4 * 0.5 / np.sqrt(4000))


def test_pending_plays_narrow_the_posterior_about_its_mean():
    policy = Thompson(n_arms=2)
    policy.tell([0, 0, 1], [1.0, 1.0, 0.0])
    before, after = (beta(*policy.posterior(pending)) for pending in (0, [5, 0]))
    np.testing.assert_allclose(after.mean(), before.mean())
    assert after.std()[0] < before.std()[0]
    assert after.std()[1] == before.std()[1]
    np.testing.assert_allclose(np.sum(policy.posterior([5, 0]), axis=0), [4 + 5, 3])


# -- EXP3 ----------------------------------------------------------------------------------------


def test_the_probabilities_of_exp3_are_those_of_the_paper():
    policy, gamma, weights = EXP3(n_arms=3, gamma=0.3), 0.3, np.ones(3)
    for arm, reward in [(0, 1.0), (2, 0.4), (0, 0.7), (1, 0.0), (2, 1.0)]:
        p = (1 - gamma) * weights / weights.sum() + gamma / 3
        np.testing.assert_allclose(policy.probabilities(), p)
        weights[arm] *= np.exp(gamma * reward / p[arm] / 3)
        policy.tell(arm, reward, p[arm])
    rng = np.random.default_rng(0)
    found = np.bincount([policy.choose(rng) for _ in range(4000)], minlength=3) / 4000
    np.testing.assert_allclose(found, policy.probabilities(), atol=4 * 0.5 / np.sqrt(4000))


def test_exp3_keeps_its_regret_bound_against_rewards_that_turn():
    n, k = 600, 3
    bound = 2 * np.sqrt(np.e - 1) * np.sqrt(n * k * np.log(k))
    rewards = np.zeros((n, k))
    rewards[: n // 3, 0] = rewards[n // 3 :, 1] = 1.0  # the best in the end is the worst at first
    gained = []
    for seed in range(10):
        policy, rng = EXP3(n_arms=k, horizon=n), np.random.default_rng(seed)
        for row in rewards:
            p, arm = policy.probabilities(), policy.choose(rng)
            policy.tell(arm, row[arm], p[arm])
            gained.append(row[arm])
    assert rewards.sum(axis=0).max() - np.sum(gained) / 10 < bound


def test_exp3_does_not_overflow():
    policy = EXP3(n_arms=2, gamma=1e-3)
    policy.tell(np.zeros(5000, int), np.ones(5000), 1e-3)
    np.testing.assert_allclose(policy.probabilities(), [1 - 5e-4, 5e-4])


def test_gamma_follows_from_the_horizon():
    assert EXP3(n_arms=4, horizon=1000).rate == pytest.approx(0.05681, abs=1e-5)
    assert EXP3(n_arms=4, horizon=1).rate == EXP3(n_arms=1).rate == 1.0


# -- all -----------------------------------------------------------------------------------------


@every_policy
def test_the_best_arm_is_played_more_than_by_chance(make):
    counts = [play(make(n_arms=3), 300, seed) for seed in range(10)]
    assert np.mean([regret(c) for c in counts]) < 0.75 * regret(np.full(3, 100))


@every_policy
def test_the_order_of_the_rewards_does_not_matter(make):
    arms, rewards, p = [0, 1, 2, 0], [1.0, 0.5, 0.0, 0.25], np.array([0.5, 0.25, 0.25, 0.4])
    one, other = make(n_arms=3), make(n_arms=3)
    one.tell(arms, rewards, p)
    for i in (3, 1, 0, 2):
        other.tell(arms[i], rewards[i], p[i])
    drawn = [[q.choose(np.random.default_rng(s)) for s in range(50)] for q in (one, other)]
    assert drawn[0] == drawn[1]


@every_policy
def test_an_arm_out_of_the_running_is_not_chosen(make):
    policy = make(n_arms=3)
    policy.tell([0] * 20 + [1, 2], [1.0] * 20 + [0.0, 0.0])
    rng = np.random.default_rng(0)
    chosen = {policy.choose(rng, allowed=[False, True, True]) for _ in range(60)}
    assert 0 not in chosen
    with pytest.raises(ValueError, match="allowed should leave at least one arm"):
        policy.choose(rng, allowed=[False] * 3)


@every_policy
@pytest.mark.parametrize("reward", [-0.1, 1.5, np.nan])
def test_rewards_lie_between_0_and_1(make, reward):
    with pytest.raises(ValueError, match=r"rewards should be in \[0, 1\], got"):
        make(n_arms=2).tell([0, 1], [0.5, reward])


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (UCB1, {"n_arms": 0}, "n_arms should be at least 1, got 0"),
        (UCB1, {"n_arms": 2, "exploration": -1.0}, "exploration should be at least 0, got -1.0"),
        (EXP3, {"n_arms": 2, "gamma": 0.0}, r"gamma should be in \(0, 1\] or None, got 0.0"),
        (EXP3, {"n_arms": 2, "horizon": 0}, "horizon should be at least 1 or None, got 0"),
    ],
)
def test_bad_arguments_are_named(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


# -- rewards -------------------------------------------------------------------------------------


def test_the_best_share_is_rewarded_whatever_the_scale():
    losses = np.random.default_rng(0).permutation(40) - 20.0
    rewards = top_rewards(losses, 0.2)
    assert set(losses[rewards == 1]) == set(range(-20, -12))
    assert rewards.sum() == 8
    np.testing.assert_array_equal(rewards, top_rewards(np.exp(losses / 3), 0.2))


def test_ties_share_the_places_and_failures_have_none():
    np.testing.assert_allclose(top_rewards(np.ones(10), 0.2), 0.2)
    np.testing.assert_allclose(top_rewards([np.inf, 1.0, np.inf, np.inf], 0.5), [0, 1, 0, 0])
    assert top_rewards([np.inf, np.inf], 0.5).tolist() == [0, 0]
    assert top_rewards([], 0.5).tolist() == []
