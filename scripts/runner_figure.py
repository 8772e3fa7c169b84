"""The body of the drawn runner: smooth surfaces wrapped around the joints of :mod:`runner_model`.

Every part is a grid of points, rings by columns, that :mod:`runner_scene` turns into a shaded surface.
Here x points forward, y up and z to the runner's right, in metres. All shapes are our own numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from runner_leg import unit
from runner_model import Pose, RunnerModel

FloatArray = NDArray[np.float64]
Colour = tuple[int, int, int]

COLUMNS = 32
DESIGN_HEIGHT_M = 1.75
"""Body height for which the profiles below give metres."""
HALF_WIDTH_M = {
    "hip": 0.085,
    "knee": 0.072,
    "ankle": 0.058,
    "shoulder": 0.185,
    "elbow": 0.225,
    "wrist": 0.165,
}
HALF_WIDTH_M["hand"] = 0.135
SIDES = {"left": -1.0, "right": 1.0}

# Profiles: place along the part, then half width to the side, to the front and to the back.
LEG = (
    (-0.10, 0.070, 0.070, 0.085),
    (0.00, 0.082, 0.085, 0.104),
    (0.25, 0.079, 0.087, 0.090),
    (0.50, 0.071, 0.081, 0.075),
    (0.80, 0.058, 0.063, 0.059),
    (1.00, 0.053, 0.060, 0.050),
    (1.12, 0.050, 0.051, 0.053),
    (1.35, 0.055, 0.048, 0.071),
    (1.60, 0.045, 0.042, 0.055),
    (1.85, 0.034, 0.036, 0.038),
    (2.00, 0.036, 0.038, 0.040),
    (2.08, 0.034, 0.036, 0.038),
)
ARM = (
    (-0.12, 0.044, 0.046, 0.046),
    (0.00, 0.054, 0.058, 0.058),
    (0.25, 0.049, 0.052, 0.051),
    (0.60, 0.041, 0.045, 0.044),
    (0.90, 0.036, 0.037, 0.040),
    (1.00, 0.036, 0.036, 0.043),
    (1.20, 0.038, 0.041, 0.041),
    (1.50, 0.033, 0.035, 0.035),
    (1.90, 0.024, 0.029, 0.029),
    (2.04, 0.022, 0.027, 0.027),
)
HAND = (
    (-0.10, 0.015, 0.022, 0.022),
    (0.20, 0.022, 0.034, 0.032),
    (0.55, 0.027, 0.046, 0.040),
    (0.90, 0.027, 0.042, 0.040),
    (1.10, 0.020, 0.028, 0.028),
    (1.16, 0.004, 0.006, 0.006),
)
TRUNK = (
    (-0.120, 0.040, 0.030, 0.040),
    (-0.090, 0.120, 0.070, 0.100),
    (-0.050, 0.155, 0.092, 0.124),
    (0.020, 0.168, 0.102, 0.130),
    (0.080, 0.162, 0.106, 0.114),
    (0.180, 0.145, 0.106, 0.088),
    (0.280, 0.150, 0.113, 0.096),
    (0.380, 0.166, 0.119, 0.110),
    (0.450, 0.178, 0.108, 0.110),
    (0.500, 0.172, 0.088, 0.094),
    (0.540, 0.120, 0.066, 0.074),
    (0.570, 0.060, 0.048, 0.056),
)
NECK = ((0.00, 0.052, 0.048, 0.056), (0.70, 0.054, 0.050, 0.056), (1.30, 0.062, 0.060, 0.066))
SHOE = (  # place in shoe lengths, then half width and height of the upper
    (0.000, 0.010, 0.030),
    (0.015, 0.024, 0.062),
    (0.070, 0.034, 0.078),
    (0.200, 0.036, 0.088),
    (0.330, 0.036, 0.094),
    (0.430, 0.038, 0.082),
    (0.560, 0.043, 0.064),
    (0.720, 0.049, 0.052),
    (0.860, 0.046, 0.044),
    (0.950, 0.036, 0.036),
    (0.990, 0.020, 0.027),
    (1.000, 0.006, 0.020),
)
SOLE_HEIGHT_M = 0.026
HEAD_RADII_M = (0.098, 0.122, 0.077)
# Bumps of the head: direction (forward, up, half width to either side), reach in m, spread in rad.
HEAD_BUMPS = (
    ((1.00, -0.17, 0.0), 0.024, 0.11),
    ((1.00, 0.02, 0.0), 0.006, 0.10),
    ((1.00, 0.22, 0.0), 0.004, 0.30),
    ((0.92, -0.02, 0.35), -0.008, 0.13),
    ((1.00, -0.47, 0.0), 0.008, 0.13),
    ((0.80, -0.86, 0.0), 0.016, 0.22),
    ((-0.15, -0.95, 0.0), -0.030, 0.55),
    ((-0.80, 0.25, 0.0), 0.012, 0.60),
)


@dataclass(frozen=True)
class Wardrobe:
    """Colours of skin and clothes (RGB, 0 to 255)."""

    skin: Colour
    hair: Colour
    shirt: Colour
    shorts: Colour
    shoe: Colour
    left_sock: Colour
    right_sock: Colour
    sole: Colour = (240, 240, 236)
    trim: Colour = (240, 240, 240)


@dataclass(frozen=True)
class Part:
    """One surface: ``(R, C, 3)`` points in metres and ``(R, C, 3)`` colours, closed around the columns."""

    points_m: FloatArray
    colours: NDArray[np.uint8]


def loft(centre: FloatArray, widths: FloatArray) -> FloatArray:
    """Wrap a surface around a centre line that runs in a sagittal plane.

    Parameters
    ----------
    centre
        ``(R, 3)`` points of the centre line (m).
    widths
        ``(R, 3)`` half width to the side, to the front and to the back (m).

    Returns
    -------
    ``(R, COLUMNS, 3)`` points.
    """
    along = np.gradient(centre[:, :2], axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    front = np.stack([-along[:, 1], along[:, 0], np.zeros(len(along))], axis=-1)
    angle = np.linspace(0, 2 * math.pi, COLUMNS, endpoint=False)
    side, ahead, behind = (widths[:, [i]] for i in range(3))
    forward = np.sin(angle) * np.where(np.sin(angle) > 0, ahead, behind)
    sideways = np.cos(angle) * side
    aside = sideways[..., None] * np.array([0.0, 0.0, 1.0])
    return np.asarray(centre[:, None] + forward[..., None] * front[:, None] + aside)


def profile(table: tuple[tuple[float, ...], ...], places: FloatArray) -> FloatArray:
    """Return the widths of a profile at some places along it."""
    rows = np.array(table)
    return np.asarray(PchipInterpolator(rows[:, 0], rows[:, 1:])(places))


def limb_line(joints: tuple[FloatArray, FloatArray, FloatArray], places: FloatArray) -> FloatArray:
    """Return points on a two-segment limb (0 to 1 the upper, 1 to 2 the lower), rounded at the joint."""
    upper, middle, lower = joints
    round_over = 0.12
    share = np.clip((places - 1 + round_over) / (2 * round_over), 0.0, 1.0)[:, None]
    start, end = middle + round_over * (upper - middle), middle + round_over * (lower - middle)
    bend = (1 - share) ** 2 * start + 2 * share * (1 - share) * middle + share**2 * end
    straight = np.where(
        places[:, None] < 1,
        middle + (1 - places[:, None]) * (upper - middle),
        middle + (places[:, None] - 1) * (lower - middle),
    )
    return np.where(np.abs(places - 1)[:, None] < round_over, bend, straight)


def painted(points_m: FloatArray, *bands: tuple[float, Colour], places: FloatArray) -> Part:
    """Return a part whose rings take the colour of the last band that begins at or before their place."""
    starts = np.array([start for start, _ in bands])
    index = np.maximum(np.searchsorted(starts, places, side="right") - 1, 0)
    ring_colours = np.array([colour for _, colour in bands], dtype=np.uint8)[index]
    return Part(points_m, np.repeat(ring_colours[:, None], points_m.shape[1], axis=1))


@dataclass(frozen=True)
class RunnerFigure:
    """A clothed runner; :meth:`parts` gives the surfaces of the whole body at one time."""

    model: RunnerModel
    wardrobe: Wardrobe

    def parts(self, time_s: float) -> dict[str, Part]:
        """Return every surface of the body at a time."""
        pose = {name: xy[0] for name, xy in self.model.pose(time_s).items()}
        parts = {"trunk": self._trunk(pose), "neck": self._neck(pose)} | self._head(pose)
        for side in SIDES:
            parts |= {f"{side}_{name}": part for name, part in self._leg(pose, side).items()}
            parts |= {f"{side}_{name}": part for name, part in self._arm(pose, side).items()}
            parts |= {f"{side}_{name}": part for name, part in self._shoe(pose, side).items()}
        return parts

    @property
    def _scale(self) -> float:
        return self.model.height_m / DESIGN_HEIGHT_M

    def _joint(self, pose: Pose, side: str, name: str) -> FloatArray:
        return np.append(pose[f"{side}_{name}"], SIDES[side] * self._scale * HALF_WIDTH_M[name])

    def _limb(self, pose: Pose, side: str, names: tuple[str, str, str], places: FloatArray) -> FloatArray:
        upper, middle, lower = (self._joint(pose, side, name) for name in names)
        return limb_line((upper, middle, lower), places)

    def _leg(self, pose: Pose, side: str) -> dict[str, Part]:
        wear = self.wardrobe
        sock = wear.left_sock if side == "left" else wear.right_sock
        names = ("hip", "knee", "ankle")
        places = np.linspace(-0.10, 2.08, 70)
        skin = loft(self._limb(pose, side, names, places), self._scale * profile(LEG, places))
        return {
            "leg": painted(skin, (-1.0, wear.skin), (1.80, sock), places=places),
            "shorts": self._garment(pose, side, names, LEG, (-0.10, 0.56), wear.shorts),
        }

    def _arm(self, pose: Pose, side: str) -> dict[str, Part]:
        names = ("shoulder", "elbow", "wrist")
        places = np.linspace(-0.12, 2.04, 50)
        skin = loft(self._limb(pose, side, names, places), self._scale * profile(ARM, places))
        hand_places = np.linspace(HAND[0][0], HAND[-1][0], 20)
        wrist, hand = self._joint(pose, side, "wrist"), self._joint(pose, side, "hand")
        palm = loft(wrist + hand_places[:, None] * (hand - wrist), self._scale * profile(HAND, hand_places))
        return {
            "arm": painted(skin, (-1.0, self.wardrobe.skin), places=places),
            "hand": painted(palm, (-1.0, self.wardrobe.skin), places=hand_places),
            "sleeve": self._garment(pose, side, names, ARM, (-0.12, 0.62), self.wardrobe.shirt),
        }

    def _garment(
        self,
        pose: Pose,
        side: str,
        names: tuple[str, str, str],
        table: tuple[tuple[float, ...], ...],
        reach: tuple[float, float],
        colour: Colour,
    ) -> Part:
        """Return cloth around the upper part of a limb, looser towards a hem that turns inwards."""
        places = np.append(np.linspace(*reach, 24), reach[1] - 0.01)
        loose = np.append(np.linspace(0.006, 0.016, 24), -0.002)
        widths = self._scale * (profile(table, places) + loose[:, None])
        bands = (-1.0, colour), (reach[1] - 0.045, self.wardrobe.trim)
        return painted(loft(self._limb(pose, side, names, places), widths), *bands, places=places)

    def _trunk(self, pose: Pose) -> Part:
        places = np.linspace(TRUNK[0][0], TRUNK[-1][0], 60)
        upward = unit(math.pi / 2 - math.radians(self.model.trunk_lean_deg))
        hip = np.append(pose["left_hip"], 0.0)
        centre = hip + self._scale * places[::-1, None] * np.append(upward, 0.0)
        points = loft(centre, self._scale * profile(TRUNK, places[::-1]))
        return painted(points, (-1.0, self.wardrobe.shirt), (-0.03, self.wardrobe.shorts), places=-places[::-1])

    def _neck(self, pose: Pose) -> Part:
        places = np.linspace(0.0, 1.3, 16)
        base = np.append(pose["left_shoulder"], 0.0) + self._scale * np.array([0.0, 0.02, 0.0])
        top = np.append(pose["head"], 0.0) + self._scale * np.array([-0.022, -0.06, 0.0])
        points = loft(top + places[:, None] * (base - top), self._scale * profile(NECK, places))
        return painted(points, (-1.0, self.wardrobe.skin), places=places)

    def _head(self, pose: Pose) -> dict[str, Part]:
        centre = np.append(pose["head"], 0.0)
        skull = self._scale * head_shape() + centre
        parts = {"head": Part(skull, self._head_colours())}
        hair = ellipsoid((-0.016, 0.024, 0.0), (0.100, 0.110, 0.084))
        parts["hair"] = Part(self._scale * hair + centre, flat_colour(hair, self.wardrobe.hair))
        for side, sign in SIDES.items():
            for name, offset, radii, colour in self._face():
                shape = ellipsoid((offset[0], offset[1], sign * offset[2]), radii)
                parts[f"{side}_{name}"] = Part(self._scale * shape + centre, flat_colour(shape, colour))
        return parts

    def _face(self) -> tuple[tuple[str, FloatArray, tuple[float, float, float], Colour], ...]:
        wear = self.wardrobe
        lip = (170, 90, 85)
        return (
            ("ear", np.array([-0.006, -0.004, 0.077]), (0.018, 0.030, 0.010), wear.skin),
            ("eyeball", np.array([0.079, 0.006, 0.034]), (0.011, 0.009, 0.013), (245, 245, 245)),
            ("iris", np.array([0.087, 0.006, 0.035]), (0.005, 0.007, 0.006), (40, 30, 25)),
            ("brow", np.array([0.083, 0.027, 0.034]), (0.010, 0.004, 0.020), wear.hair),
            ("lip", np.array([0.087, -0.056, 0.010]), (0.011, 0.007, 0.018), lip),
        )

    def _head_colours(self) -> NDArray[np.uint8]:
        return flat_colour(head_shape(), self.wardrobe.skin)

    def _shoe(self, pose: Pose, side: str) -> dict[str, Part]:
        """Return upper and sole, bent at the ball of the foot."""
        wear, size = self.wardrobe, self.model.leg_size
        places = np.linspace(0.0, 1.0, 44)
        half_width, height = np.moveaxis(self._scale * profile(SHOE, places), -1, 0)
        upper = shoe_shell(places * size.shoe_m, half_width, height, SOLE_HEIGHT_M * 0.7)
        sole_height = np.minimum(height * 0.9, SOLE_HEIGHT_M * self._scale * (1.15 - 0.35 * places))
        sole = shoe_shell(places * size.shoe_m, 1.08 * half_width, sole_height, 0.0)
        aside = np.array([0.0, 0.0, SIDES[side] * HALF_WIDTH_M["ankle"] * self._scale])
        shells = {"shoe": (upper, wear.shoe), "sole": (sole, wear.sole)}
        return {
            name: Part(self._bent(shell, pose, side) + aside, flat_colour(shell, colour))
            for name, (shell, colour) in shells.items()
        }

    def _bent(self, points: FloatArray, pose: Pose, side: str) -> FloatArray:
        """Carry a shoe from its own frame to where heel, ball and tip are."""
        heel, ball, tip = (pose[f"{side}_{name}"] for name in ("heel", "ball", "toe_tip"))
        ball_m = self.model.leg_size.ball_from_heel_m
        behind = _carried(points, heel, ball - heel, 0.0)
        ahead = _carried(points, ball, tip - ball, ball_m)
        blend = np.clip((points[..., :1] - ball_m) / 0.03 + 0.5, 0.0, 1.0)
        return (1 - blend) * behind + blend * ahead


def _carried(points: FloatArray, origin: FloatArray, along: FloatArray, from_x: float) -> FloatArray:
    forward = along / np.linalg.norm(along)
    up = np.array([-forward[1], forward[0]])
    xy = origin + (points[..., :1] - from_x) * forward + points[..., 1:2] * up
    return np.concatenate([xy, points[..., 2:]], axis=-1)


def shoe_shell(x: FloatArray, half_width: FloatArray, height: FloatArray, bottom: float) -> FloatArray:
    """Return a shoe-like shell in its own frame: flat below, arched above."""
    angle = np.linspace(0, 2 * math.pi, COLUMNS, endpoint=False)
    z = half_width[:, None] * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.6
    rise = np.where(np.sin(angle) > 0, np.abs(np.sin(angle)) ** 0.8, 0.0)
    y = bottom + np.maximum(height[:, None] - bottom, 0.002) * rise
    return np.stack([np.broadcast_to(x[:, None], z.shape), y, z], axis=-1)


def sphere_directions(rings: int = 40) -> FloatArray:
    """Return ``(rings, COLUMNS, 3)`` unit vectors over a sphere, from top to bottom."""
    polar = np.linspace(0.02, math.pi - 0.02, rings)[:, None]
    azimuth = np.linspace(0, 2 * math.pi, COLUMNS, endpoint=False)
    x, z = np.sin(polar) * np.cos(azimuth), np.sin(polar) * np.sin(azimuth)
    return np.stack([x, np.broadcast_to(np.cos(polar), x.shape), z], axis=-1)


def ellipsoid(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> FloatArray:
    """Return the surface of an ellipsoid."""
    return np.asarray(np.array(centre) + sphere_directions(16) * np.array(radii))


def head_shape() -> FloatArray:
    """Return the head around its centre: an ellipsoid with nose, brow, lips, chin and back of the head."""
    directions = sphere_directions(60)
    points = directions * np.array(HEAD_RADII_M)
    for (forward, up, sideways), reach, spread in HEAD_BUMPS:
        for sign in {1.0, math.copysign(1.0, -sideways)} if sideways else {1.0}:
            bump = np.array([forward, up, sign * sideways])
            angle = np.arccos(np.clip(directions @ bump / np.linalg.norm(bump), -1, 1))
            points = points + reach * np.exp(-0.5 * (angle / spread) ** 2)[..., None] * directions
    return np.asarray(points)


def flat_colour(points: FloatArray, colour: Colour) -> NDArray[np.uint8]:
    """Return one colour for every point of a surface."""
    return np.broadcast_to(np.array(colour, dtype=np.uint8), points.shape)
