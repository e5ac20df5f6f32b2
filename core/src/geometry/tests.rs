//! Tables and properties of the fits.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{Fit, Gravity, Size, WantedBox, place};

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

#[test]
fn the_table_of_fits() {
    let cases = [
        // source, wanted, fit, enlarge, canvas
        ((4000, 3000), (Some(320), Some(320)), Fit::Inside, false, (320, 240)),
        ((3000, 4000), (Some(320), Some(320)), Fit::Inside, false, (240, 320)),
        ((4000, 3000), (Some(320), None), Fit::Inside, false, (320, 240)),
        ((4000, 3000), (None, Some(320)), Fit::Inside, false, (427, 320)),
        ((100, 50), (Some(320), Some(320)), Fit::Inside, false, (100, 50)),
        ((100, 50), (Some(320), Some(320)), Fit::Inside, true, (320, 160)),
        ((4000, 3000), (Some(320), Some(320)), Fit::Outside, false, (427, 320)),
        ((4000, 3000), (Some(320), Some(320)), Fit::Cover, false, (320, 320)),
        ((200, 100), (Some(320), Some(320)), Fit::Cover, false, (100, 100)),
        ((200, 100), (Some(320), Some(320)), Fit::Cover, true, (320, 320)),
        ((4000, 3000), (Some(320), Some(320)), Fit::Contain, false, (320, 320)),
        ((100, 50), (Some(320), Some(320)), Fit::Contain, false, (320, 320)),
        ((4000, 3000), (Some(320), Some(100)), Fit::Fill, false, (320, 100)),
        ((4000, 3000), (Some(320), None), Fit::Fill, false, (320, 3000)),
        ((100, 50), (Some(320), Some(10)), Fit::Fill, false, (100, 10)),
        ((60000, 2), (Some(320), Some(320)), Fit::Inside, false, (320, 1)),
        ((1, 1), (Some(1), Some(1)), Fit::Cover, false, (1, 1)),
    ];
    for ((width, height), (wanted_width, wanted_height), fit, enlarge, canvas) in cases {
        let wanted = WantedBox::new(wanted_width, wanted_height).unwrap();
        let placed = place(size(width, height), wanted, fit, Gravity::Center, enlarge);
        assert_eq!(placed.canvas, size(canvas.0, canvas.1), "{width}x{height} {fit:?} {wanted}");
    }
}

#[test]
fn gravity_chooses_the_part_that_stays() {
    let wanted = WantedBox::new(Some(100), Some(100)).unwrap();
    let crop = |gravity| {
        let rect = place(size(300, 100), wanted, Fit::Cover, gravity, false).crop;
        (rect.x, rect.y, rect.size)
    };
    assert_eq!(crop(Gravity::West), (0, 0, size(100, 100)));
    assert_eq!(crop(Gravity::Center), (100, 0, size(100, 100)));
    assert_eq!(crop(Gravity::NorthEast), (200, 0, size(100, 100)));
}

fn any_fit() -> impl Strategy<Value = Fit> {
    prop_oneof![Just(Fit::Inside), Just(Fit::Outside), Just(Fit::Cover), Just(Fit::Contain), Just(Fit::Fill)]
}

fn any_wanted() -> impl Strategy<Value = WantedBox> {
    let side = || proptest::option::of(1_u32..=70_000);
    (side(), side()).prop_filter_map("a side", |(width, height)| WantedBox::new(width, height))
}

proptest! {
    #[test]
    fn nothing_is_ever_larger_than_the_source_unless_enlarged(
        width in 1_u32..=100_000, height in 1_u32..=100_000, wanted in any_wanted(), fit in any_fit(),
    ) {
        let source = size(width, height);
        let placed = place(source, wanted, fit, Gravity::Center, false);
        prop_assert!(placed.scaled.width() <= placed.crop.size.width());
        prop_assert!(placed.scaled.height() <= placed.crop.size.height());
    }

    #[test]
    fn every_part_lies_within_what_holds_it(
        width in 1_u32..=100_000, height in 1_u32..=100_000, wanted in any_wanted(), fit in any_fit(),
        enlarge in any::<bool>(), gravity in (0_usize..10).prop_map(|i| Gravity::ALL[i]),
    ) {
        let source = size(width, height);
        let placed = place(source, wanted, fit, gravity, enlarge);
        prop_assert!(u64::from(placed.crop.x) + u64::from(placed.crop.size.width()) <= u64::from(width));
        prop_assert!(u64::from(placed.crop.y) + u64::from(placed.crop.size.height()) <= u64::from(height));
        prop_assert!(u64::from(placed.at.0) + u64::from(placed.scaled.width()) <= u64::from(placed.canvas.width()));
        prop_assert!(u64::from(placed.at.1) + u64::from(placed.scaled.height()) <= u64::from(placed.canvas.height()));
    }

    #[test]
    fn the_aspect_ratio_is_kept_within_one_pixel(
        width in 1_u32..=20_000, height in 1_u32..=20_000, wanted in any_wanted(), enlarge in any::<bool>(),
        fit in prop_oneof![Just(Fit::Inside), Just(Fit::Outside), Just(Fit::Contain)],
    ) {
        let source = size(width, height);
        let scaled = place(source, wanted, fit, Gravity::Center, enlarge).scaled;
        // One of the two sides is exact; the other is off by at most one pixel.
        let exact_height = f64::from(scaled.width()) * f64::from(height) / f64::from(width);
        let exact_width = f64::from(scaled.height()) * f64::from(width) / f64::from(height);
        let off_height = (exact_height - f64::from(scaled.height())).abs();
        let off_width = (exact_width - f64::from(scaled.width())).abs();
        prop_assert!(off_height.min(off_width) <= 1.0, "{source} -> {scaled}");
    }

    #[test]
    fn inside_never_leaves_the_box_and_cover_and_contain_fill_it(
        width in 1_u32..=20_000, height in 1_u32..=20_000, w in 1_u32..=2_000, h in 1_u32..=2_000,
    ) {
        let (source, wanted) = (size(width, height), WantedBox::new(Some(w), Some(h)).unwrap());
        let inside = place(source, wanted, Fit::Inside, Gravity::Center, true).canvas;
        prop_assert!(inside.width() <= w && inside.height() <= h);
        prop_assert!(inside.width() == w || inside.height() == h);
        let outside = place(source, wanted, Fit::Outside, Gravity::Center, true).canvas;
        prop_assert!(outside.width() >= w && outside.height() >= h);
        for fit in [Fit::Cover, Fit::Contain, Fit::Fill] {
            prop_assert_eq!(place(source, wanted, fit, Gravity::Center, true).canvas, size(w, h));
        }
    }
}
