//! A badge on nothing: transparent around it, half transparent in its shadow.

use crate::demo::paint::{Canvas, Colour, disc, mix, smooth};

pub(in crate::demo) fn badge(side: u32) -> Canvas {
    Canvas::paint(side, side, |x, y| {
        let (x, y) = (x - 0.5, y - 0.5);
        let shadow = disc(x, y - 0.035, (0.0, 0.0), 0.40, 0.06) * 0.45;
        let (colour, opacity) = emblem(x, y);
        let together = opacity + shadow * (1.0 - opacity);
        let share = if together > 0.0 { opacity / together } else { 0.0 };
        (mix([10.0, 14.0, 30.0], colour, share), together)
    })
}

fn emblem(x: f32, y: f32) -> (Colour, f32) {
    let edge = 0.0015;
    let (radius, angle) = (x.hypot(y), y.atan2(x));
    // A scalloped rim.
    let rim = 0.40 + 0.012 * (angle * 24.0).cos();
    let opacity = 1.0 - smooth(rim - edge, rim + edge, radius);
    let mut colour = mix([255.0, 196.0, 61.0], [226.0, 120.0, 24.0], y + 0.5);
    let inner = 1.0 - smooth(0.33 - edge, 0.33 + edge, radius);
    colour = mix(colour, mix([46.0, 120.0, 214.0], [22.0, 48.0, 120.0], y + 0.5), inner);
    // A star of five rays.
    let ray = (angle + std::f32::consts::FRAC_PI_2).rem_euclid(std::f32::consts::TAU / 5.0);
    let turn = (ray - std::f32::consts::TAU / 10.0).abs();
    let star = radius * (turn.cos() + turn.sin() * 1.35);
    let within = smooth(0.195, 0.19, radius * 2.1 - star * 0.75);
    (mix(colour, [255.0, 255.0, 255.0], within), opacity)
}
