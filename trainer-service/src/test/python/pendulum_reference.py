"""Trajectories of the inverted pendulum, to check the Java one against.

    python3 pendulum_reference.py > ../resources/pendulum/trajectories.csv

A plain rewrite of the public equations of Gymnasium's Pendulum-v1 (g = 10, m = l = 1, dt = 0.05)
that shares no code with Espalier and needs nothing but Python. `python3 pendulum_reference.py optimum` needs
numpy: it solves the task by dynamic programming and prints what the best possible agent gets, about,
over the fixed starts.
"""

import math
import random
import sys

STEPS = 200


def step(theta, omega, torque):
    """The next state, and the reward of this one."""
    u = max(-2.0, min(2.0, torque))
    angle = ((theta + math.pi) % (2 * math.pi)) - math.pi
    cost = angle**2 + 0.1 * omega**2 + 0.001 * u**2
    omega = omega + (15.0 * math.sin(theta) + 3.0 * u) * 0.05
    omega = max(-8.0, min(8.0, omega))
    return theta + omega * 0.05, omega, -cost


def torque_of(trajectory, t, draw):
    """Nothing, full torque, pumping in time with the swing, and noise beyond the limits."""
    return [0.0, 2.0, 2.0 if math.sin(t / 5.0) > 0 else -2.0, draw.uniform(-3.0, 3.0)][trajectory]


def trajectories():
    print("trajectory,step,theta,omega,torque,reward")
    starts = [(math.pi - 0.01, 0.0), (0.5, -0.5), (math.pi, 1.0), (-2.0, 0.7)]
    for index, (theta, omega) in enumerate(starts):
        draw = random.Random(index)
        for t in range(STEPS // 2):
            torque = torque_of(index, t, draw)
            after_theta, after_omega, reward = step(theta, omega, torque)
            print(f"{index},{t},{theta!r},{omega!r},{torque!r},{reward!r}")
            theta, omega = after_theta, after_omega


def starts():
    """The fixed starts, as dev.espalier.trainer.pendulum.Starts has them."""
    golden = (math.sqrt(5) - 1) / 2
    for i in range(100):
        theta = (i + 0.5) * golden % 1
        omega = int(f"{i + 1:032b}"[::-1], 2) / 2**32
        yield math.pi * (2 * theta - 1), 2 * omega - 1


def optimum(angles=300, speeds=321, torques=21):
    """Backward induction over 200 steps on a grid, bilinear between its points; then the greedy
    agent that follows from it, played in the true pendulum."""
    import numpy as np

    theta = -np.pi + 2 * np.pi * np.arange(angles) / angles
    omega = np.linspace(-8, 8, speeds)
    actions = np.linspace(-2, 2, torques)
    grid_theta, grid_omega = np.meshgrid(theta, omega, indexing="ij")

    def corners(t, o):
        """Places and weights of the four grid points around each state."""
        x = (t + np.pi) / (2 * np.pi) * angles
        y = (o + 8) / 16 * (speeds - 1)
        i = np.floor(x).astype(np.int32)
        j = np.minimum(np.floor(y).astype(np.int32), speeds - 2)
        a, b = x - i, y - j
        low, high = i % angles * speeds + j, (i + 1) % angles * speeds + j
        weights = (1 - a) * (1 - b), (1 - a) * b, a * (1 - b), a * b
        return list(zip((low, low + 1, high, high + 1), weights))

    def look(value, around):
        return sum(weight * value.ravel()[place] for place, weight in around)

    def after(t, o, u):
        angle = (t + np.pi) % (2 * np.pi) - np.pi
        reward = -(angle**2 + 0.1 * o**2 + 0.001 * u**2)
        o = np.clip(o + (15 * np.sin(t) + 3 * u) * 0.05, -8, 8)
        return t + o * 0.05, o, reward

    moves = [after(grid_theta, grid_omega, u) for u in actions]
    moves = [(reward, corners(t, o)) for t, o, reward in moves]
    values = [np.zeros((angles, speeds))]
    for _ in range(STEPS):
        values.append(np.max([reward + look(values[-1], c) for reward, c in moves], axis=0))
    t, o = (np.array(x) for x in zip(*starts()))
    expected = look(values[STEPS], corners(t, o))
    total = np.zeros(len(t))
    for left in range(STEPS - 1, -1, -1):
        score = [after(t, o, u) for u in actions]
        score = [reward + look(values[left], corners(a, b)) for a, b, reward in score]
        t, o, reward = after(t, o, actions[np.argmax(score, axis=0)])
        total += reward
    print(f"by induction {expected.mean():.1f}, played greedily {total.mean():.1f}, 100 starts")
    print(f"first 10 starts, played greedily: {total[:10].mean():.1f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["optimum"]:
        optimum()
    else:
        trajectories()
