//! Receipts that are over, on the real SQS API that `cargo xtask test` starts.

use std::time::Duration;

use thumbgate_contract::{emulator, run};
use thumbgate_sqs::{Queue, QueueOptions};

use super::{WORK, delete};
use crate::dlq::scan::Scan;

async fn queue(bodies: usize) -> Queue {
    let options = QueueOptions { endpoint_url: Some(emulator::endpoint()), ..QueueOptions::default() };
    let queue = Queue::open(&options, &emulator::new_queue().await).await.unwrap();
    queue.send(&(0..bodies).map(|index| index.to_string()).collect::<Vec<_>>()).await.unwrap();
    queue
}

#[test]
fn what_was_handed_out_again_meanwhile_is_left() {
    run(async {
        let queue = queue(1).await;
        let mut scan = Scan::new(&queue, 10, WORK);
        let first = scan.next().await.unwrap();
        queue.extend(&first[0].receipt, Duration::ZERO).await.unwrap();
        let again = queue.receive(1, Duration::from_secs(1), WORK).await.unwrap();
        assert!(!delete(&queue, &mut scan, &first[0]).await.unwrap());
        assert!(delete(&queue, &mut scan, &again[0]).await.unwrap());
    });
}

#[test]
fn what_comes_twice_is_given_once_and_its_newest_receipt_is_held() {
    run(async {
        let queue = queue(12).await;
        // They are not hidden at all, so they come again and again.
        let mut scan = Scan::new(&queue, 100, Duration::ZERO);
        let mut given = Vec::new();
        loop {
            let new = scan.next().await.unwrap();
            if new.is_empty() {
                break;
            }
            given.extend(new.into_iter().map(|message| message.body.parse::<usize>().unwrap()));
        }
        given.sort_unstable();
        assert!(given.windows(2).all(|pair| pair[0] != pair[1]), "{given:?}");
        scan.hand_back().await;
        assert_eq!(queue.waiting().await.unwrap(), 12);
    });
}
