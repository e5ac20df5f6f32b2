use std::borrow::Cow;
use std::io::Read as _;

use fax::maps::{black, white};
use fax::{BitWriter as _, Bits, Color, VecWriter};

use super::{Code, rows};

/// Rows of pixels, black where true, of all kinds of runs.
fn picture(width: usize, height: usize) -> Vec<Vec<bool>> {
    let mut state = 7_u32;
    let row = |y: usize| {
        (0..width)
            .map(|x| match y % 4 {
                0 => false,
                1 => (x / 67).is_multiple_of(2),
                2 => (x + y) % 100 > 40 && x > 3,
                _ => {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 28) > 9
                }
            })
            .collect()
    };
    (0..height).map(row).collect()
}

fn packed_rows(rows: &[Vec<bool>]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0, |byte, (nth, bit)| byte | (u8::from(*bit) << (7 - nth)));
    rows.iter().flat_map(|row| row.chunks(8).map(byte).collect::<Vec<u8>>()).collect()
}

fn write_runs(writer: &mut VecWriter, row: &[bool]) {
    let mut at = 0;
    let mut is_black = false;
    while at < row.len() {
        let mut run = row[at..].iter().take_while(|bit| **bit == is_black).count();
        at += run;
        let mut code = |value: usize| {
            let value = u16::try_from(value).unwrap();
            writer.write(if is_black { black::encode(value) } else { white::encode(value) }.unwrap()).unwrap();
        };
        while run >= 2560 {
            code(2560);
            run -= 2560;
        }
        if run >= 64 {
            code(run / 64 * 64);
        }
        code(run % 64);
        is_black = !is_black;
    }
}

fn unpacked(packed: Vec<u8>, code: Code, width: usize, height: usize) -> std::io::Result<Vec<u8>> {
    let mut all = vec![0; width.div_ceil(8) * height];
    rows(Cow::Owned(packed), code, width).read_exact(&mut all).map(|()| all)
}

#[test]
fn group_4_comes_out() {
    for (width, height) in [(1, 3), (8, 8), (133, 40), (6000, 9)] {
        let rows = picture(width, height);
        let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
        for row in &rows {
            let pixels = row.iter().map(|bit| if *bit { Color::Black } else { Color::White });
            encoder.encode_line(pixels, u16::try_from(width).unwrap()).unwrap();
        }
        let packed = encoder.finish().unwrap().finish();
        assert!(unpacked(packed.clone(), Code::Group4, width, height).unwrap() == packed_rows(&rows), "{width}");
        // What comes behind the end is white.
        let more = unpacked(packed, Code::Group4, width, height + 1).unwrap();
        assert!(more.iter().rev().take(width.div_ceil(8)).all(|byte| *byte == 0));
    }
}

#[test]
fn rows_of_runs_come_out() {
    let (width, height) = (3111, 21);
    let rows = picture(width, height);
    let mark = Bits { data: 1, len: 12 };
    for (code, two_ways) in [(Code::Group3, false), (Code::Group3TwoWays, true)] {
        let mut writer = VecWriter::new();
        let between = |writer: &mut VecWriter| {
            writer.write(mark).unwrap();
            if two_ways {
                writer.write(Bits { data: 1, len: 1 }).unwrap();
            }
        };
        for row in &rows {
            between(&mut writer);
            write_runs(&mut writer, row);
        }
        (0..6).for_each(|_| between(&mut writer));
        let packed = writer.finish();
        assert!(unpacked(packed, code, width, height).unwrap() == packed_rows(&rows), "{code:?}");
    }
    let mut packed = Vec::new();
    for row in &rows {
        let mut writer = VecWriter::new();
        write_runs(&mut writer, row);
        packed.extend(writer.finish());
    }
    assert!(unpacked(packed, Code::Huffman { align: 8 }, width, height).unwrap() == packed_rows(&rows));
}

#[test]
fn nonsense_ends() {
    let mut state = 3_u32;
    for length in 0..400 {
        let packed: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from(state >> 24).unwrap()
            })
            .collect();
        for code in [Code::Group3, Code::Group3TwoWays, Code::Group4, Code::Huffman { align: 16 }] {
            let _ = unpacked(packed.clone(), code, 77, 1000);
        }
    }
}
