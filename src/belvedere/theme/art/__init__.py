"""Scenes of Tuscany drawn by us, for pages that have no photograph.

A scene is layered hills with relief lines, and the things of one theme upon them. The seed
decides light, sun, hills and where things stand: two products of one theme don't look alike,
one product always looks the same.
"""

from belvedere.theme.art.scenes import SCENES, svg

THEMES = tuple(SCENES)

__all__ = ["THEMES", "svg"]
