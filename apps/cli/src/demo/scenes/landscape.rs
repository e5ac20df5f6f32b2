//! Mountains behind a lake, in the evening and in the morning.

use crate::demo::paint::{Canvas, Colour, disc, mix, noise, smooth};

/// The line where land meets water.
const SHORE: f32 = 0.64;

/// What differs between times of day.
struct Light {
    zenith: Colour,
    horizon: Colour,
    sun: (f32, f32),
    sunlight: Colour,
    near: Colour,
    seed: u32,
}

pub(in crate::demo) fn evening(width: u32, height: u32) -> Canvas {
    let light = Light {
        zenith: [34.0, 52.0, 110.0],
        horizon: [255.0, 186.0, 120.0],
        sun: (1.02, 0.46),
        sunlight: [255.0, 236.0, 190.0],
        near: [24.0, 32.0, 46.0],
        seed: 7,
    };
    Canvas::paint(width, height, |x, y| (scene(&light, x, y), 1.0))
}

pub(in crate::demo) fn morning(width: u32, height: u32) -> Canvas {
    let light = Light {
        zenith: [88.0, 150.0, 206.0],
        horizon: [236.0, 240.0, 226.0],
        sun: (0.4, 0.3),
        sunlight: [255.0, 252.0, 230.0],
        near: [30.0, 62.0, 48.0],
        seed: 41,
    };
    Canvas::paint(width, height, |x, y| (scene(&light, x, y), 1.0))
}

fn scene(light: &Light, x: f32, y: f32) -> Colour {
    let shore = SHORE + 0.012 * (noise(x * 3.0, 0.0, light.seed + 9) - 0.5);
    let colour = if y < shore { land(light, x, y) } else { water(light, x, y, shore) };
    pines(light, x, y, colour)
}

fn sky(light: &Light, x: f32, y: f32) -> Colour {
    let base = mix(light.zenith, light.horizon, (y / SHORE).powf(1.4));
    let glow = 1.0 - smooth(0.0, 0.5, (x - light.sun.0).hypot(y - light.sun.1));
    let lit = mix(base, light.sunlight, glow * 0.55);
    let clouds = smooth(0.52, 0.75, noise(x * 2.2, y * 9.0, light.seed + 3)) * smooth(0.05, 0.3, y);
    let cloudy = mix(lit, mix(light.horizon, light.sunlight, 0.4), clouds * 0.6);
    mix(cloudy, light.sunlight, disc(x, y, light.sun, 0.045, 0.002))
}

fn land(light: &Light, x: f32, y: f32) -> Colour {
    let mut colour = sky(light, x, y);
    // From the farthest range to the nearest: lower, darker, less haze.
    for (base, height, frequency, haze, seed) in
        [(0.56, 0.55, 1.3, 0.62, 20), (0.60, 0.38, 2.1, 0.40, 21), (0.63, 0.22, 3.4, 0.16, 22)]
    {
        let seed = light.seed + seed;
        let ridge = base - height * (noise(x * frequency, 0.5, seed) - 0.25);
        if y < ridge - 0.001 {
            continue;
        }
        let rock = noise(x * 22.0, y * 30.0, seed + 5);
        let snow = smooth(0.40, 0.34, y) * smooth(0.40, 0.55, rock);
        let body = mix(mix(light.near, [150.0, 150.0, 170.0], rock * 0.5), [244.0, 244.0, 250.0], snow);
        colour = mix(colour, mix(body, light.horizon, haze), smooth(ridge - 0.001, ridge + 0.001, y));
    }
    colour
}

fn water(light: &Light, x: f32, y: f32, shore: f32) -> Colour {
    let depth = (y - shore) / (1.0 - shore);
    let ripple = (noise(x * 14.0, y * 120.0, light.seed + 60) - 0.5) * 0.05 * depth.sqrt();
    let mirrored = land(light, x + ripple, (shore - (y - shore) * 0.9 + ripple).max(0.0));
    let glitter = disc(x + ripple * 3.0, 0.0, (light.sun.0, 0.0), 0.05 + depth * 0.1, 0.05);
    let sparkle = if glitter > 0.0 { smooth(0.55, 0.75, noise(x * 60.0, y * 160.0, light.seed + 70)) } else { 0.0 };
    let dark = mix(mirrored, mix(light.near, light.zenith, 0.5), 0.25 + depth * 0.35);
    mix(dark, light.sunlight, glitter * sparkle * 0.8)
}

/// A row of trees at the lower edge.
fn pines(light: &Light, x: f32, y: f32, behind: Colour) -> Colour {
    let place = x * 26.0;
    let tree = place.floor();
    let size = noise(tree * 0.7, 3.0, light.seed + 80);
    let middle = (place - tree - 0.5).abs();
    let top = 1.0 - 0.05 - 0.22 * size * smooth(0.35, 0.95, (x - 0.75).abs());
    // Branches: the outline widens downwards in steps.
    let down = (y - top) * 9.0;
    let outline = (down - (down * 5.0).fract() * 0.06) * 0.35;
    let covered = if y > top { 1.0 - smooth(outline - 0.02, outline + 0.02, middle) } else { 0.0 };
    mix(behind, mix(light.near, [0.0; 3], 0.45), covered)
}
