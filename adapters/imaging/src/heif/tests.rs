use thumbgate_core::error::RenderError;

use super::{Grid, Still};

fn part(kind: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], kind, &content].concat()
}

fn item(id: u8, kind: &[u8; 4]) -> Vec<u8> {
    part(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, b"\0"])
}

/// The content of a `meta` box: these items, references from, kind, to, and every item with
/// `av1C` and an `ispe` of these sides.
fn meta(items: &[(u8, &[u8; 4])], references: &[(u8, &[u8; 4], &[u8])], sides: [u32; 2]) -> Vec<u8> {
    let infes: Vec<u8> = items.iter().flat_map(|(id, kind)| item(*id, kind)).collect();
    let irefs: Vec<u8> = references
        .iter()
        .flat_map(|(from, kind, to)| {
            let to: Vec<u8> = to.iter().flat_map(|id| [0, *id]).collect();
            part(kind, &[&[0, *from, 0, u8::try_from(to.len() / 2).unwrap()], &to])
        })
        .collect();
    let sides: Vec<u8> = sides.into_iter().flat_map(u32::to_be_bytes).collect();
    let held = [part(b"av1C", &[&[0x81, 0, 0x0c, 0]]), part(b"ispe", &[&[0; 4], &sides])].concat();
    let count = u8::try_from(items.len()).unwrap();
    let associations: Vec<u8> = items.iter().flat_map(|(id, _)| [0, *id, 2, 0x81, 2]).collect();
    [
        vec![0; 4],
        part(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
        part(b"iinf", &[&[0, 0, 0, 0, 0, count], &infes]),
        part(b"iref", &[&[0; 4], &irefs]),
        part(b"iprp", &[&part(b"ipco", &[&held]), &part(b"ipma", &[&[0, 0, 0, 0, 0, 0, 0, count], &associations])]),
    ]
    .concat()
}

fn refused(content: &[u8]) -> String {
    match Still::read(content) {
        Err(RenderError::Malformed(text) | RenderError::Unsupported(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_picture_is_found() {
    let content = meta(&[(1, b"av01")], &[], [640, 480]);
    let still = Still::read(&content).unwrap();
    assert_eq!((still.item, still.coded.width(), still.samples.depth), (1, 640, 8));
    for cut in 0..content.len() {
        // Whatever is missing, it ends.
        let _ = Still::read(&content[..cut]);
    }
}

#[test]
fn pictures_of_themselves_end() {
    assert!(refused(&meta(&[(1, b"iden")], &[(1, b"dimg", &[1])], [1, 1])).contains("pictures of pictures"));
    let circle = meta(&[(1, b"iden"), (2, b"iden")], &[(1, b"dimg", &[2]), (2, b"dimg", &[1])], [1, 1]);
    assert!(refused(&circle).contains("pictures of pictures"));
    assert!(refused(&meta(&[(1, b"iden")], &[], [1, 1])).contains("no picture"));
    assert!(refused(&meta(&[(1, b"grid")], &[(1, b"dimg", &[1])], [1, 1])).contains("grid of grids"));
    assert!(refused(&meta(&[(1, b"grid")], &[], [1, 1])).contains("without tiles"));
    assert!(refused(&meta(&[(2, b"av01")], &[], [1, 1])).contains("not there"));
    assert!(refused(&meta(&[(1, b"av01")], &[], [0, 1])).contains("width or height"));
    assert!(refused(&meta(&[(1, b"j2k1")], &[], [1, 1])).contains("JPEG 2000"));
    assert!(refused(&meta(&[(1, b"iovl")], &[], [1, 1])).contains("overlay"));
}

#[test]
fn tables_of_nothing_but_promises_are_short_work() {
    let place = |widths: [u8; 2], rest: &[u8]| {
        let mut content = meta(&[(1, b"av01")], &[], [1, 1]);
        content.extend(part(b"iloc", &[&[0, 0, 0, 0], &widths, &[0xff, 0xff], rest]));
        content
    };
    // Items of 65,535 pieces that take no byte each.
    let content = place([0, 0], &[0, 1, 0, 0, 0xff, 0xff].repeat(1000));
    let still = Still::read(&content).unwrap();
    assert!(matches!(still.meta.data(1, b"file"), Err(RenderError::Unsupported(_) | RenderError::Malformed(_))));
    // A piece beyond any file, and one that wraps around.
    for offset in [[0xff; 8], [0x7f; 8]] {
        let one = [&[0, 1, 0, 0, 0, 1][..], &offset, &[0xff; 8]].concat();
        let content = place([0x88, 0], &one);
        let still = Still::read(&content).unwrap();
        assert!(matches!(still.meta.data(1, b"file"), Err(RenderError::Truncated(_))));
    }
    // The whole file, again and again.
    let pieces = [&[0, 1, 0, 0, 0, 200][..], &[0, 0, 0, 0, 0, 0, 0, 4].repeat(200)].concat();
    let content = place([0x44, 0], &pieces);
    let still = Still::read(&content).unwrap();
    assert!(matches!(still.meta.data(1, b"file"), Err(RenderError::Malformed(_))));
    // More pieces than any picture has.
    let pieces = [&[0, 1, 0, 0, 0xff, 0xff][..], &vec![0; 65_535 * 8]].concat().repeat(4);
    assert!(refused(&place([0x44, 0], &pieces)).contains("entries"));
}

#[test]
fn grids_claim_what_they_like() {
    let grid = Grid::read(&[0, 1, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255]).unwrap();
    assert_eq!((grid.columns, grid.rows, grid.width, grid.height), (256, 256, 65_535, 65_535));
    assert_eq!(Grid::read(&[0, 1, 255, 255, 0, 0, 255, 255, 0, 0, 255]), None);
    assert_eq!(Grid::read(&[]), None);
}
