import json
import subprocess
import sys

import pytest

from ct2xkeras.losses import discriminator_adversarial, generator_adversarial
from ct2xkeras.losses.schedules import Schedule
from ct2xkeras.losses.settings import ADVERSARIAL_FORMS, GENERATOR_TERMS, LossSettings

WARM = {"weight": 2.0, "warm_up": 100}


def test_the_parts_of_the_paper_act_unless_said_otherwise():
    active = {term for term in GENERATOR_TERMS if LossSettings().active(term)}
    assert {"adversarial", "style_xray", "style_drr", "content", "structure", "tone"} <= active
    assert not active & {"drr_adversarial", "drr_lpips", "path_length", "self_reconstruction"}


def test_a_constant_weight_needs_no_progress():
    settings = LossSettings(tone=3, structure={"weight": 2.0})
    assert (settings.weight("tone"), settings.weight("structure")) == (3, 2)
    assert settings.weight("tone", 10) == 3


def test_a_scheduled_weight_follows_progress():
    settings = LossSettings(tone=WARM)
    assert settings.tone == Schedule(2.0, warm_up=100)
    assert float(settings.weight("tone", 50)) == 1.0
    with pytest.raises(ValueError, match="weight of tone changes with progress"):
        settings.weight("tone")


def test_a_term_is_active_if_its_weight_is_ever_above_zero():
    settings = LossSettings(tone=WARM, structure=0, content={"weight": 0.0, "warm_up": 5})
    assert [settings.active(term) for term in ("tone", "structure", "content")] == [1, 0, 0]


def test_settings_survive_json():
    settings = LossSettings(
        tone=Schedule(1.0, warm_up=5, decay_from=10, decay_to=20, final=0.5),
        adversarial_form="hinge",
        drr_lpips=WARM,
        lpips_network="network.npz",
        lpips_heads="heads.npz",
    )
    assert LossSettings(**json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize("form", ADVERSARIAL_FORMS)
def test_every_adversarial_form_has_its_losses(form):
    assert LossSettings(adversarial_form=form).adversarial_form == form
    assert generator_adversarial(0.5, form) is not None
    assert discriminator_adversarial(0.5, 0.5, form) is not None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tone": -1}, "tone: weight=-1: expected a number of 0 or more"),
        ({"tone": None}, "tone: weight=None"),
        ({"tone": {"weight": 1, "warmup": 2}}, "tone: expected weight and any of warm_up"),
        ({"style_form": "cosine"}, "style_form='cosine': expected 'contrast' or 'distance'"),
        ({"adversarial_form": "wgan"}, "adversarial_form='wgan': .*'hinge' or 'least_squares'"),
        ({"r1_gamma": -1}, "r1_gamma=-1"),
        ({"r1_interval": 0}, "r1_interval=0: expected a count of 1 or more"),
        ({"path_length_interval": 0.5}, "path_length_interval=0.5"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        LossSettings(**fields)


def test_settings_load_no_tensorflow():
    code = (
        "import sys; from ct2xkeras.losses.settings import LossSettings; LossSettings()\n"
        "sys.exit('loaded' if {'tensorflow', 'keras'} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
