//! A city at night behind a river, wide.

use crate::demo::paint::{Canvas, Colour, chance, disc, floor, mix, noise, smooth};

const BANK: f32 = 0.74;

pub(in crate::demo) fn skyline(width: u32, height: u32) -> Canvas {
    Canvas::paint(width, height, |x, y| {
        let colour = if y < BANK { city(x, y) } else { river(x, y) };
        (colour, 1.0)
    })
}

fn city(x: f32, y: f32) -> Colour {
    let mut colour = mix([12.0, 18.0, 52.0], [196.0, 96.0, 110.0], (y / BANK).powf(2.2));
    let star = chance(floor(x * 260.0), floor(y * 260.0), 3);
    colour = mix(colour, [255.0; 3], smooth(0.9965, 0.9995, star) * smooth(0.5, 0.1, y));
    colour = mix(colour, [250.0, 244.0, 220.0], disc(x, y, (3.1, 0.2), 0.06, 0.003));
    for (layer, (cells, low, high)) in [(6.0, 0.35, 0.62), (4.2, 0.2, 0.56)].into_iter().enumerate() {
        let layer = u32::try_from(layer).unwrap_or(0);
        colour = mix_building(colour, x, y, cells, low, high, layer);
    }
    colour
}

fn mix_building(behind: Colour, x: f32, y: f32, cells: f32, low: f32, high: f32, layer: u32) -> Colour {
    let house = floor(x * cells);
    let roof = BANK - (low + (high - low) * chance(house, 0, 20 + layer)) * 0.8;
    let within = (x * cells).fract();
    let gap = 0.08 * chance(house, 1, 21 + layer);
    if y < roof || within < gap {
        return behind;
    }
    let wall = mix([30.0, 32.0, 58.0], [14.0, 14.0, 28.0], within);
    let wall = if layer == 0 { mix(wall, [150.0, 84.0, 104.0], 0.35) } else { wall };
    let (column, row) = (floor(x * 70.0), floor(y * 52.0));
    let in_window = (0.25..0.75).contains(&(x * 70.0).fract()) && (0.3..0.75).contains(&(y * 52.0).fract());
    let lit = chance(column, row, 30 + layer);
    if in_window && y > roof + 0.02 && lit > 0.55 {
        return mix(wall, [255.0, 214.0, 130.0], 0.35 + 0.65 * chance(row, column, 31));
    }
    wall
}

fn river(x: f32, y: f32) -> Colour {
    let depth = (y - BANK) / (1.0 - BANK);
    let wave = (noise(x * 10.0, y * 90.0, 50) - 0.5) * 0.05 * (0.3 + depth);
    let mirrored = city(x + wave, (BANK - (y - BANK) * 1.8 + wave * 2.0).clamp(0.0, BANK - 0.001));
    mix(mirrored, [10.0, 16.0, 38.0], 0.35 + 0.4 * depth)
}
