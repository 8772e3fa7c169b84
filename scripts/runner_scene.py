"""Films the drawn runner on a treadmill in a plain room, off screen, with VTK."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import vtk
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy

from runner_figure import Colour, Part, RunnerFigure

FloatArray = NDArray[np.float64]
Image = NDArray[np.uint8]

DECK_HALF_LENGTH_M, DECK_HALF_WIDTH_M, DECK_HEIGHT_M = 0.88, 0.27, 0.16
BELT_MARK_SPACING_M = 0.55
WALL_DISTANCE_M = 1.9
CAMERA_DISTANCE_M, CAMERA_HEIGHT_M = 5.0, 0.95
TARGET_HEIGHT_M = 0.86
FAR_LIMBS = {
    near: tuple(f"{far}_{part}" for part in ("leg", "shorts", "shoe", "sole", "arm", "sleeve", "hand"))
    for near, far in (("left", "right"), ("right", "left"))
}
"""Parts that lie in the shade of the body, by the foot that is near the camera."""


@dataclass(frozen=True)
class Room:
    """Colours of the surroundings (RGB, 0 to 255) and the seed of their texture."""

    wall: Colour
    floor: Colour
    seed: int


class Surface:
    """One part of the body as a VTK actor whose points can be moved."""

    def __init__(self, part: Part) -> None:
        rings, columns, _ = part.points_m.shape
        self._points = vtk.vtkPoints()
        self._data = vtk.vtkPolyData()
        self._data.SetPoints(self._points)
        self._data.SetPolys(_grid_cells(rings, columns))
        self._data.GetPointData().SetScalars(numpy_to_vtk(part.colours.reshape(-1, 3).copy(), deep=True))
        self.move(part.points_m)
        normals = vtk.vtkPolyDataNormals()
        normals.SetInputData(self._data)
        normals.SplittingOff()
        mapper = vtk.vtkPolyDataMapper()
        mapper.SetInputConnection(normals.GetOutputPort())
        self.actor = vtk.vtkActor()
        self.actor.SetMapper(mapper)
        _shade(self.actor, ambient=0.32, diffuse=0.75, specular=0.06)

    def move(self, points_m: FloatArray) -> None:
        """Put the surface's points somewhere else."""
        self._points.SetData(numpy_to_vtk(points_m.reshape(-1, 3).copy(), deep=True))
        self._points.Modified()
        self._data.Modified()


def _grid_cells(rings: int, columns: int) -> vtk.vtkCellArray:
    """Quadrilaterals of a grid that closes around its columns, and a cap at either end."""
    index = np.arange(rings * columns).reshape(rings, columns)
    around = np.roll(index, -1, axis=1)
    quads = np.stack([index[:-1], around[:-1], around[1:], index[1:]], axis=-1).reshape(-1, 4)
    flat = np.concatenate([np.full((len(quads), 1), 4), quads], axis=1).ravel()
    caps = np.concatenate([[columns, *index[0][::-1]], [columns, *index[-1]]])
    cells = vtk.vtkCellArray()
    cells.ImportLegacyFormat(numpy_to_vtkIdTypeArray(np.concatenate([flat, caps]).astype(np.int64), deep=True))
    return cells


def _shade(actor: vtk.vtkActor, ambient: float, diffuse: float, specular: float = 0.0) -> None:
    shading = actor.GetProperty()
    shading.SetAmbient(ambient)
    shading.SetDiffuse(diffuse)
    shading.SetSpecular(specular)


def _box(low: tuple[float, float, float], high: tuple[float, float, float], colour: Colour) -> vtk.vtkActor:
    source = vtk.vtkCubeSource()
    source.SetBounds(*(bound for pair in zip(low, high, strict=True) for bound in pair))
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(source.GetOutputPort())
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*(value / 255 for value in colour))
    _shade(actor, ambient=0.35, diffuse=0.65)
    return actor


def _textured_plane(corners: FloatArray, image: Image) -> vtk.vtkActor:
    """Stretch an image over the parallelogram of an origin and two neighbouring corners."""
    source = vtk.vtkPlaneSource()
    source.SetOrigin(*corners[0])
    source.SetPoint1(*corners[1])
    source.SetPoint2(*corners[2])
    picture = vtk.vtkImageData()
    picture.SetDimensions(image.shape[1], image.shape[0], 1)
    picture.GetPointData().SetScalars(numpy_to_vtk(image[::-1].reshape(-1, 3).copy(), deep=True))
    texture = vtk.vtkTexture()
    texture.SetInputData(picture)
    texture.InterpolateOn()
    texture.MipmapOn()
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(source.GetOutputPort())
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.SetTexture(texture)
    _shade(actor, ambient=0.75, diffuse=0.25)
    return actor


def wall_image(room: Room) -> Image:
    """Paint a wall: plaster with soft blotches, a darker skirting and a few panels."""
    rng = np.random.default_rng(room.seed)
    height, width = 320, 720
    blotches = np.kron(rng.normal(0, 4, (height // 20, width // 20)), np.ones((20, 20)))
    shade = blotches + rng.normal(0, 2.5, (height, width))
    shade -= 14 * (np.arange(width) % 120 < 2)
    shade[-26:] -= 45
    return np.clip(np.array(room.wall) + shade[..., None], 0, 255).astype(np.uint8)


def floor_image(room: Room) -> Image:
    """Paint a floor of boards."""
    rng = np.random.default_rng(room.seed + 1)
    boards = np.kron(rng.normal(0, 9, (20, 8)), np.ones((20, 90)))
    boards[np.arange(400) % 20 == 0] -= 25
    return np.clip(np.array(room.floor) + boards[..., None], 0, 255).astype(np.uint8)


class RunnerScene:
    """A treadmill, a room and a runner, seen square from the side by a still camera."""

    def __init__(self, figure: RunnerFigure, room: Room, size_px: tuple[int, int]) -> None:
        self._figure = figure
        self._size_px = size_px
        self._towards_camera = 1.0 if figure.model.direction == "right" else -1.0
        self._renderer = vtk.vtkRenderer()
        self._add_room(room)
        self._add_treadmill()
        self._marks = [self._add_belt_mark() for _ in range(4)]
        self._shadows = {side: self._add_shadow() for side in ("left", "right")}
        self._surfaces = {name: Surface(part) for name, part in figure.parts(0.0).items()}
        for name, surface in self._surfaces.items():
            if name.startswith(FAR_LIMBS[figure.model.near_foot]):
                _shade(surface.actor, ambient=0.22, diffuse=0.52)
            self._renderer.AddActor(surface.actor)
        self._light()
        self._window = self._open_window()

    def picture(self, time_s: float) -> Image:
        """Return the ``(H, W, 3)`` picture at one time."""
        parts = self._figure.parts(time_s)
        for name, surface in self._surfaces.items():
            surface.move(parts[name].points_m)
        self._move_shadows(parts)
        self._move_belt_marks(time_s)
        self._window.Render()
        grab = vtk.vtkWindowToImageFilter()
        grab.SetInput(self._window)
        grab.ReadFrontBufferOff()
        grab.ShouldRerenderOff()
        grab.Update()
        width, height = self._size_px
        pixels = vtk_to_numpy(grab.GetOutput().GetPointData().GetScalars())
        return np.ascontiguousarray(pixels.reshape(height, width, 3)[::-1])

    def _add_room(self, room: Room) -> None:
        z, floor = -self._towards_camera * WALL_DISTANCE_M, -DECK_HEIGHT_M
        end = 4.5 * self._towards_camera
        wall = np.array([[-end, floor, z], [end, floor, z], [-end, 3.4, z]])
        self._renderer.AddActor(_textured_plane(wall, wall_image(room)))
        front = 4.0 * self._towards_camera
        ground = np.array([[-end, floor, front], [end, floor, front], [-end, floor, z]])
        self._renderer.AddActor(_textured_plane(ground, floor_image(room)))

    def _add_treadmill(self) -> None:
        length, width = DECK_HALF_LENGTH_M, DECK_HALF_WIDTH_M
        self._add_box((-length, -0.13, -width), (length, -0.002, width), (52, 53, 56))
        for z in (-width - 0.07, width):
            self._add_box((-length - 0.06, -0.13, z), (length + 0.10, -0.012, z + 0.07), (120, 124, 130))
            self._add_box((length + 0.02, -0.13, z), (length + 0.08, 1.00, z + 0.05), (95, 98, 104))
        self._add_box((length - 0.02, 0.96, -width - 0.07), (length + 0.12, 1.08, width + 0.07), (40, 42, 46))

    def _add_box(self, low: tuple[float, float, float], high: tuple[float, float, float], colour: Colour) -> None:
        self._renderer.AddActor(_box(low, high, colour))

    def _add_belt_mark(self) -> vtk.vtkActor:
        mark = _box(
            (-0.02, -0.0025, -0.9 * DECK_HALF_WIDTH_M),
            (0.02, -0.001, 0.9 * DECK_HALF_WIDTH_M),
            (110, 112, 116),
        )
        self._renderer.AddActor(mark)
        return mark

    def _move_belt_marks(self, time_s: float) -> None:
        travel = self._figure.model.speed_mps * time_s
        span = len(self._marks) * BELT_MARK_SPACING_M
        for i, mark in enumerate(self._marks):
            x = (i * BELT_MARK_SPACING_M - travel) % span - span / 2
            mark.SetPosition(x, 0.0, 0.0)
            mark.SetVisibility(bool(abs(x) < DECK_HALF_LENGTH_M - 0.02))

    def _add_shadow(self) -> vtk.vtkActor:
        source = vtk.vtkRegularPolygonSource()
        source.SetNumberOfSides(40)
        source.SetNormal(0, 1, 0)
        source.SetRadius(1.0)
        mapper = vtk.vtkPolyDataMapper()
        mapper.SetInputConnection(source.GetOutputPort())
        shadow = vtk.vtkActor()
        shadow.SetMapper(mapper)
        shadow.GetProperty().SetColor(0.05, 0.05, 0.06)
        shadow.GetProperty().LightingOff()
        self._renderer.AddActor(shadow)
        return shadow

    def _move_shadows(self, parts: dict[str, Part]) -> None:
        """Lay a dark spot on the belt below each shoe, fainter the higher the shoe is."""
        for side, shadow in self._shadows.items():
            sole = parts[f"{side}_sole"].points_m
            x, y, z = sole.reshape(-1, 3).mean(axis=0)
            shadow.SetPosition(x, 0.001, z)
            shadow.SetScale(0.55 * np.ptp(sole[..., 0]) + 0.02, 1.0, 0.06)
            shadow.GetProperty().SetOpacity(float(np.clip(0.6 - 1.4 * y, 0.12, 0.6)))

    def _light(self) -> None:
        for x, y, z, strength in ((2.0, 3.5, 3.0, 0.70), (-2.5, 2.5, 2.5, 0.40), (0.0, 4.0, -1.5, 0.25)):
            light = vtk.vtkLight()
            light.SetPosition(x * self._towards_camera, y, z * self._towards_camera)
            light.SetFocalPoint(0.0, 0.9, 0.0)
            light.SetIntensity(strength)
            self._renderer.AddLight(light)

    def _open_window(self) -> vtk.vtkRenderWindow:
        camera = self._renderer.GetActiveCamera()
        camera.SetPosition(0.0, CAMERA_HEIGHT_M, self._towards_camera * CAMERA_DISTANCE_M)
        camera.SetFocalPoint(0.0, TARGET_HEIGHT_M, 0.0)
        camera.SetViewUp(0.0, 1.0, 0.0)
        camera.SetViewAngle(25.0)
        window = vtk.vtkRenderWindow()
        window.SetOffScreenRendering(1)
        window.SetMultiSamples(4)
        window.SetSize(*self._size_px)
        window.AddRenderer(self._renderer)
        self._renderer.ResetCameraClippingRange()
        return window

    def pixel_of(self, point_m: FloatArray) -> FloatArray:
        """Return where a point (forward, up, right) appears in the picture, in pixels with y down."""
        self._renderer.SetWorldPoint(*point_m, 1.0)
        self._renderer.WorldToDisplay()
        x, y, _ = self._renderer.GetDisplayPoint()
        return np.array([x, self._size_px[1] - y])
