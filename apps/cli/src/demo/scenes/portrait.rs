//! A person before a blurred garden.

use crate::demo::paint::{Canvas, Colour, chance, disc, floor, mix, noise, smooth};

const SKIN: Colour = [226.0, 172.0, 140.0];
const SHADE: Colour = [176.0, 112.0, 88.0];
const HAIR: Colour = [58.0, 36.0, 30.0];
const COAT: Colour = [34.0, 86.0, 110.0];

pub(in crate::demo) fn portrait(width: u32, height: u32) -> Canvas {
    let middle = crate::demo::paint::as_f32(width) / crate::demo::paint::as_f32(height) / 2.0;
    Canvas::paint(width, height, |x, y| (scene(x - middle, y), 1.0))
}

/// `x` is 0 in the middle.
fn scene(x: f32, y: f32) -> Colour {
    let within = ellipse(x, y, (0.0, 1.02), (0.36, 0.36));
    // Where the coat covers everything nothing else needs to be drawn.
    let mut colour = if within >= 1.0 { COAT } else { garden(x, y) };
    colour = mix(colour, HAIR, ellipse(x, y, (0.0, 0.36), (0.185, 0.23)));
    colour = mix(colour, HAIR, ellipse(x, y, (0.0, 0.50), (0.19, 0.20)));
    if within > 0.0 {
        colour = mix(colour, coat(x, y), within);
    }
    let neck = ellipse(x, y, (0.0, 0.62), (0.07, 0.13));
    colour = mix(colour, mix(SHADE, SKIN, smooth(0.58, 0.70, y)), neck);
    colour = mix(colour, face(x, y), ellipse(x, y, (0.0, 0.42), (0.135, 0.185)));
    // Fringe, over the forehead.
    let fringe = ellipse(x, y, (-0.03, 0.27), (0.15, 0.085)) * smooth(0.34, 0.30, y + x * 0.25);
    if fringe <= 0.0 {
        return colour;
    }
    mix(colour, mix(HAIR, [120.0, 80.0, 60.0], noise(x * 90.0, y * 6.0, 5) * 0.5), fringe)
}

fn garden(x: f32, y: f32) -> Colour {
    let mut colour = mix([150.0, 190.0, 140.0], [60.0, 100.0, 70.0], y + 0.3 * noise(x * 3.0, y * 3.0, 2));
    // Spots of light out of focus, one a cell of a grid.
    for layer in 0..2_u32 {
        let scale = if layer == 0 { 7.0 } else { 4.0 };
        let (column, row) = (floor(x * scale), floor(y * scale));
        let place = |seed| chance(column, row, seed + layer * 10) * 0.5 + 0.25;
        let centre = ((to_f32(column) + place(1)) / scale, (to_f32(row) + place(2)) / scale);
        let light = disc(x, y, centre, 0.2 / scale, 0.02);
        let warm = mix([250.0, 240.0, 190.0], [190.0, 230.0, 170.0], chance(column, row, 8 + layer));
        colour = mix(colour, warm, light * 0.45 * chance(column, row, 30 + layer));
    }
    colour
}

fn face(x: f32, y: f32) -> Colour {
    let lit = mix(SHADE, SKIN, smooth(0.15, -0.10, x + 0.15 * (y - 0.42)));
    let mut colour = mix(lit, [240.0, 150.0, 130.0], 0.35 * cheeks(x, y));
    for side in [-1.0_f32, 1.0] {
        let eye = (side * 0.055, 0.405);
        colour = mix(colour, [250.0, 248.0, 244.0], ellipse(x, y, eye, (0.026, 0.015)));
        colour = mix(colour, [70.0, 96.0, 70.0], disc(x, y, eye, 0.013, 0.0015));
        colour = mix(colour, [10.0, 10.0, 12.0], disc(x, y, eye, 0.006, 0.0015));
        colour = mix(colour, [255.0; 3], disc(x, y, (eye.0 + 0.004, eye.1 - 0.004), 0.0025, 0.001));
        let brow = ellipse(x, y, (side * 0.056, 0.372 + side * x * 0.12), (0.034, 0.006));
        colour = mix(colour, HAIR, brow * 0.9);
    }
    let nose = ellipse(x, y, (0.008, 0.455), (0.012, 0.035)) * smooth(0.42, 0.49, y);
    colour = mix(colour, SHADE, nose * 0.55);
    let smile = 0.515 - x * x * 2.2;
    let lips = smooth(0.014, 0.006, (y - smile).abs()) * smooth(0.062, 0.045, x.abs());
    mix(colour, [180.0, 70.0, 74.0], lips)
}

fn cheeks(x: f32, y: f32) -> f32 {
    disc(x, y, (-0.08, 0.47), 0.01, 0.04) + disc(x, y, (0.08, 0.47), 0.01, 0.04)
}

fn coat(x: f32, y: f32) -> Colour {
    let weave = noise(x * 160.0, y * 160.0, 12);
    let lapel = smooth(0.012, 0.008, (x.abs() - (y - 0.70) * 0.45).abs());
    mix(mix(COAT, [20.0, 56.0, 78.0], weave), [230.0, 226.0, 214.0], lapel * 0.8)
}

fn ellipse(x: f32, y: f32, centre: (f32, f32), radii: (f32, f32)) -> f32 {
    let distance = ((x - centre.0) / radii.0).hypot((y - centre.1) / radii.1);
    let edge = 0.002 / radii.0.min(radii.1);
    1.0 - smooth(1.0 - edge, 1.0 + edge, distance)
}

#[expect(clippy::cast_precision_loss, reason = "cells of a small grid")]
fn to_f32(cell: i32) -> f32 {
    cell as f32
}
