"""Light and sharpness of pictures."""

import math

import numpy as np

from footstrike.capture.picture import PictureQuality, look_at_picture, picture_quality

LANDMARKS_PX = np.column_stack([np.linspace(40, 60, 33), np.linspace(10, 90, 33)])


def test_brightness_is_that_of_the_runners_surroundings():
    rgb = np.zeros((100, 100, 3), np.uint8)
    rgb[:, 35:65] = 255
    assert look_at_picture(rgb, LANDMARKS_PX).brightness > 0.95
    assert look_at_picture(255 - rgb, LANDMARKS_PX).brightness < 0.05


def test_runner_outside_the_picture_says_nothing_of_its_light():
    outside = look_at_picture(np.zeros((100, 100, 3), np.uint8), LANDMARKS_PX + np.array([200, 0]))
    assert math.isnan(outside.brightness)
    assert picture_quality([outside, PictureQuality(0.3, 0.1)]) == PictureQuality(0.3, 0.1)
    assert math.isnan(picture_quality([outside]).brightness)
