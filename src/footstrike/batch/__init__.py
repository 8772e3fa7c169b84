"""Many clips: on this machine's cores, or on a Dask cluster."""

from footstrike.batch.clips import Clip, find_clips
from footstrike.batch.cluster import DaskCluster
from footstrike.batch.machine import ThisMachine
from footstrike.batch.run import Batch, run_batch
from footstrike.batch.work import ClipResult

__all__ = ["Batch", "Clip", "ClipResult", "DaskCluster", "ThisMachine", "find_clips", "run_batch"]
