import math
import signal
import time

import pytest
from rich.console import Console

from ct2xkeras.training.failures import DivergedError
from ct2xkeras.training.guards import (
    WINNING_LOGS,
    DiscriminatorWins,
    FiniteLosses,
    GracefulStop,
    deadline_after,
)
from ct2xkeras.training.progress import note_of


class Model:
    """What these callbacks see of a model."""

    stop_training = False

    def images_now(self):
        return 40


class Log:
    def __init__(self):
        self.lines = []

    def values(self, *line):
        self.lines.append(line)


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ({"loss": float("nan"), "tone": float("nan")}, "loss, tone not finite after 40 images"),
        ({"loss": float("inf"), "tone": 1.0}, "loss not finite after 40"),
        ({"loss": 2e5, "tone": 3e4}, "loss is 2e.05, beyond training.loss_limit 100000, after 40"),
        ({"discriminator": -2e5}, "discriminator is -2e.05, beyond"),
        ({"loss": 2e5, "g_gradient_norm": 1e9}, "loss is 2e.05, beyond"),
        ({"g_gradient_norm": float("nan")}, "g_gradient_norm not finite"),
        ({"d_gradient_norm": float("inf")}, "d_gradient_norm not finite"),
    ],
)
def test_a_loss_that_is_no_number_or_too_large_stops_and_is_named(losses, message):
    guard = FiniteLosses(1e5)
    guard.set_model(Model())
    fine = {"loss": 1.0, "discriminator": 1.0, "tone": 0.0, "g_gradient_norm": 1e7}
    guard.on_train_batch_end(0, fine)
    with pytest.raises(DivergedError, match=message):
        guard.on_train_batch_end(1, fine | losses)


def test_a_method_without_a_discriminator_is_watched_and_shown_by_its_loss():
    guard = FiniteLosses(1e5)
    guard.set_model(Model())
    guard.on_train_batch_end(0, {"loss": 0.5})
    with pytest.raises(DivergedError):
        guard.on_train_batch_end(1, {"loss": float("nan")})
    assert note_of({"loss": 0.5}) == "G 0.50"
    assert note_of({"loss": 0.5, "real_score": 1.0, "tone": 3.0}) == "G 0.50  real +1.0"


def test_the_first_signal_waits_for_the_step_and_the_second_does_not():
    before = signal.getsignal(signal.SIGTERM)
    stop = GracefulStop()
    stop.set_model(Model())
    stop.on_train_begin()
    stop.on_train_batch_end(0)
    assert not stop.model.stop_training
    signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before
    stop.on_train_batch_end(1)
    assert stop.model.stop_training
    assert stop.signal_name == "SIGTERM"
    stop.on_train_end()
    assert signal.getsignal(signal.SIGTERM) == before


def test_signals_are_given_back_where_training_diverges():
    before = signal.getsignal(signal.SIGTERM)
    stop = GracefulStop()

    def diverge():
        with stop:
            stop.on_train_begin()
            raise DivergedError("diverged")

    with pytest.raises(DivergedError):
        diverge()
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_deadline_is_a_time_of_the_clock():
    assert deadline_after(None) == math.inf
    stop = GracefulStop(deadline_after(1e-9))
    stop.set_model(Model())
    time.sleep(1e-3)
    stop.on_train_batch_end(0)
    assert stop.model.stop_training


def test_workers_stop_together():
    """One whose time is not up stops where the others say so."""
    stop = GracefulStop(deadline_after(60), agree=lambda flag: True)
    stop.set_model(Model())
    stop.on_train_batch_end(0)
    assert stop.model.stop_training


def test_a_discriminator_that_wins_for_several_logs_is_named_once():
    log, console = Log(), Console(quiet=True, record=True)
    wins = DiscriminatorWins(log, console, every=10, batch_size=10, start=0)
    for logged in (0.05, 0.05, 0.5, *[0.05] * (WINNING_LOGS + 2)):
        wins.act(10, {"loss": 1.0, "discriminator": logged})
    assert [line[0] for line in log.lines] == ["alarm"]
    assert "d_learning_rate" in log.lines[0][2]["alarm"]
