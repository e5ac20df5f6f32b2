//! A window with a chart, in sixteen colours as screenshots are often saved.

use crate::demo::paint::chance;

/// The colours; a pixel is an index into them.
pub(in crate::demo) const PALETTE: [[u8; 3]; 16] = [
    [245, 246, 248],
    [255, 255, 255],
    [34, 40, 52],
    [60, 70, 88],
    [226, 229, 235],
    [198, 203, 213],
    [150, 158, 172],
    [90, 98, 114],
    [64, 124, 228],
    [112, 160, 240],
    [46, 166, 120],
    [236, 152, 48],
    [222, 78, 82],
    [250, 196, 60],
    [120, 92, 200],
    [20, 24, 32],
];

/// The indices of a picture of 1280x800, row by row.
pub(in crate::demo) fn screen() -> (u32, u32, Vec<u8>) {
    let (width, height) = (1280, 800);
    let rows = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    (width, height, rows.map(|(x, y)| index(x, y)).collect())
}

fn index(x: u32, y: u32) -> u8 {
    match (x, y) {
        (_, 0..48) => title_bar(x, y),
        (0..220, _) => side_bar(x, y),
        (260..820, 110..470) => chart(x - 260, y - 110),
        (860..1240, 110..470) => cards(x - 860, y - 110),
        (260..1240, 510..760) => table(x - 260, y - 510),
        _ => 0,
    }
}

fn title_bar(x: u32, y: u32) -> u8 {
    for (centre, colour) in [(24_u32, 12), (48, 13), (72, 10)] {
        if x.abs_diff(centre).pow(2) + y.abs_diff(24).pow(2) <= 49 {
            return colour;
        }
    }
    if (460..820).contains(&x) && (12..36).contains(&y) { 3 } else { 2 }
}

fn side_bar(x: u32, y: u32) -> u8 {
    let row = (y - 48) / 52;
    let within = (y - 48) % 52;
    if row == 1 && (12..208).contains(&x) && (6..46).contains(&within) && !text(x, within, row) {
        return 8;
    }
    if text(x, within, row) { if row == 1 { 1 } else { 6 } } else { 3 }
}

/// Words of a line: dashes of different lengths, 10 pixels high.
fn text(x: u32, within: u32, row: u32) -> bool {
    (44..60 + row * 13 % 120).contains(&x) && (21..31).contains(&within) && !(x / 3 + row).is_multiple_of(7)
}

fn chart(x: u32, y: u32) -> u8 {
    let border = x < 2 || y < 2 || x >= 558 || y >= 358;
    if border {
        return 4;
    }
    let bar = x / 46;
    let signed = |value: u32| i32::try_from(value).unwrap_or(0);
    let share = 0.2 + 0.7 * chance(signed(bar), 0, 77);
    let tall = 300.0 * share;
    if (10..36).contains(&(x % 46))
        && (1..11).contains(&bar)
        && crate::demo::paint::as_f32(330_u32.saturating_sub(y)) < tall
        && y < 330
    {
        return if bar == 7 {
            11
        } else if bar.is_multiple_of(2) {
            8
        } else {
            9
        };
    }
    if y.is_multiple_of(60) { 4 } else { 1 }
}

fn cards(x: u32, y: u32) -> u8 {
    let (card, within) = (y / 120, y % 120);
    if within >= 104 {
        return 0;
    }
    let colour = [10, 14, 12].get(usize::try_from(card).unwrap_or(0)).copied().unwrap_or(7);
    match (x, within) {
        (0..8, _) => colour,
        (32..200, 24..36) => 6,
        (32..300, 54..82) if !(x / 18).is_multiple_of(4) => 2,
        _ => 1,
    }
}

fn table(x: u32, y: u32) -> u8 {
    let (row, within) = (y / 36, y % 36);
    if row == 0 {
        return if (12..22).contains(&within) && (x % 240) < 90 && x % 240 > 16 { 7 } else { 4 };
    }
    if within == 35 {
        return 4;
    }
    let length = 60 + (row * 37 + x / 240 * 53) % 110;
    if (12..22).contains(&within) && (16..length).contains(&(x % 240)) && !x.is_multiple_of(9) {
        return if x / 240 == 3 { 10 } else { 7 };
    }
    1
}
