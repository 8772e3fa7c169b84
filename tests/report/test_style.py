"""Colours that colour-blind readers can tell apart, by the simulation of Machado et al. 2009 (IEEE TVCG 15:1291)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from footstrike.report.style import LIGHT_RGB, STRIKE_RGB

SIGHT = {
    "ordinary": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
XYZ_FROM_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE_XYZ = np.array([0.9505, 1.0, 1.089])
CLEARLY_APART = 20.0


def lab(rgb, sight):
    """CIELAB (3,) of an sRGB colour as it is seen."""
    share = np.array(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = XYZ_FROM_RGB @ np.clip(np.array(sight) @ linear, 0, 1) / WHITE_XYZ
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("sight", SIGHT)
def test_classes_are_told_apart_by_everybody(sight):
    seen = [lab(rgb, SIGHT[sight]) for rgb in (*STRIKE_RGB.values(), LIGHT_RGB)]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > CLEARLY_APART
