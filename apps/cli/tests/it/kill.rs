//! A batch that is killed at any moment is finished by running it again, byte for byte.

use std::process::Stdio;
use std::time::Duration;

use crate::{Desk, picture, thumbgate, tree};

/// Pictures and kills; all of the promised 1,000 and 20 with `THUMBGATE_SLOW=1`.
fn size() -> (u32, u32) {
    if std::env::var_os("THUMBGATE_SLOW").is_some() { (1000, 20) } else { (120, 6) }
}

#[test]
fn a_killed_batch_converges_to_what_an_uninterrupted_one_makes() {
    let (pictures, kills) = size();
    let desk = Desk::new();
    for index in 0..pictures {
        desk.write(&format!("photos/{}/{index}.bmp", index % 7), picture(80 + index % 50, 60, index));
    }
    let batch = |to: &str| ["batch", "photos", to, "--size", "64x64", "--size", "32x", "--json"].map(str::to_owned);
    let whole = batch("whole");
    let took = std::time::Instant::now();
    desk.run(&whole.each_ref().map(String::as_str)).expect(0);
    let took = took.elapsed();

    let cut = batch("cut");
    let cut = cut.each_ref().map(String::as_str);
    let mut state = 0x9e37_79b9_u32;
    for _ in 0..kills {
        // Any moment of a run, from before its first write to after its last.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let share = f64::from(state >> 16) / 65_536.0;
        let mut child =
            thumbgate(&cut).current_dir(desk.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs_f64(took.as_secs_f64() / f64::from(kills) * 2.0 * share));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    desk.run(&cut).expect(0);
    let (whole, cut) = (tree(&desk.path().join("whole")), tree(&desk.path().join("cut")));
    let names = |tree: &[(String, Vec<u8>)]| tree.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&whole), names(&cut), "nothing is missing and no temporary is left");
    assert!(whole == cut, "every file is the same, metadata included");
    assert!(!desk.path().join("cut/.thumbgate/tmp").exists());
}
