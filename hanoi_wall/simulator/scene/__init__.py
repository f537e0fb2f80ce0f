"""The scene: crossings of Ha Noi, drawn by rule. A camera's loop is always the same, to the byte.

view (projection) → solids, actors, sprites (what moves) → traffic, crowd (how it moves) → canvas, street,
houses, light (what stands) → picture (all of it together, as planar YUV).
Uses numpy and Pillow; runs in studios, one thread.
"""
