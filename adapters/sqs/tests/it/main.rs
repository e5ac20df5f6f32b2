//! Queues on the real SQS API that `cargo xtask test` starts.
#![expect(clippy::unwrap_used, reason = "a failed test is a panic")]

use std::time::Duration;

use thumbgate_contract::{emulator, run};
use thumbgate_sqs::{Queue, QueueErrorKind, QueueOptions};

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

fn options() -> QueueOptions {
    QueueOptions { endpoint_url: Some(emulator::endpoint()), ..QueueOptions::default() }
}

async fn queue() -> Queue {
    Queue::open(&options(), &emulator::new_queue().await).await.unwrap()
}

fn bodies(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("body {index}")).collect()
}

#[test]
fn what_is_sent_is_received_and_stays_until_it_is_deleted() {
    run(async {
        let queue = queue().await;
        assert_eq!(queue.send(&bodies(1)).await.unwrap(), []);
        let first = queue.receive(10, SHORT, Duration::ZERO).await.unwrap();
        let again = queue.receive(10, SHORT, LONG).await.unwrap();
        assert_eq!((first[0].body.as_str(), &first[0].id), ("body 0", &again[0].id));
        assert_eq!((first[0].receives, again[0].receives), (1, 2));
        assert!(first[0].sent.is_some());
        assert_eq!(queue.receive(10, Duration::ZERO, LONG).await.unwrap(), [], "it is hidden");
        queue.extend(&again[0].receipt, Duration::ZERO).await.unwrap();
        let third = queue.receive(10, SHORT, LONG).await.unwrap();
        queue.delete(&third[0].receipt).await.unwrap();
        assert_eq!(queue.receive(10, Duration::ZERO, LONG).await.unwrap(), []);
    });
}

#[test]
fn a_receipt_of_an_earlier_delivery_deletes_nothing_and_says_so() {
    run(async {
        let queue = queue().await;
        queue.send(&bodies(1)).await.unwrap();
        let first = queue.receive(10, SHORT, LONG).await.unwrap();
        queue.extend(&first[0].receipt, Duration::ZERO).await.unwrap();
        let second = queue.receive(10, SHORT, LONG).await.unwrap();
        let error = queue.delete(&first[0].receipt).await.unwrap_err();
        assert_eq!(error.kind(), QueueErrorKind::Stale, "{error}");
        queue.extend(&second[0].receipt, Duration::ZERO).await.unwrap();
        let third = queue.receive(10, SHORT, LONG).await.unwrap();
        assert_eq!(third[0].id, first[0].id, "it is still there");
    });
}

#[test]
fn more_than_a_mebibyte_is_sent_in_several_calls() {
    run(async {
        let queue = queue().await;
        let large: Vec<_> = (0..5).map(|_| "x".repeat(400 * 1024)).collect();
        assert_eq!(queue.send(&large).await.unwrap(), []);
        assert_eq!(queue.waiting().await.unwrap(), 5);
    });
}

#[test]
fn more_than_ten_are_sent_in_several_calls() {
    run(async {
        let queue = queue().await;
        assert_eq!(queue.send(&bodies(23)).await.unwrap(), []);
        assert_eq!(queue.waiting().await.unwrap(), 23);
        let mut received = Vec::new();
        while received.len() < 23 {
            let more = queue.receive(100, SHORT, LONG).await.unwrap();
            assert!(!more.is_empty() && more.len() <= 10);
            received.extend(more.into_iter().map(|message| message.body));
        }
        received.sort();
        let mut sent = bodies(23);
        sent.sort();
        assert_eq!(received, sent);
    });
}

#[test]
fn a_purged_queue_is_empty() {
    run(async {
        let queue = queue().await;
        queue.send(&bodies(3)).await.unwrap();
        queue.purge().await.unwrap();
        assert_eq!(queue.receive(10, Duration::ZERO, LONG).await.unwrap(), []);
    });
}

#[test]
fn a_queue_is_opened_by_name_arn_or_url_and_one_that_is_not_there_is_told() {
    run(async {
        let url = emulator::new_queue().await;
        let name = url.rsplit('/').next().unwrap();
        for queue in [name, &url, &format!("arn:aws:sqs:us-east-1:000000000000:{name}")] {
            assert_eq!(Queue::open(&options(), queue).await.unwrap().waiting().await.unwrap(), 0, "{queue}");
        }
        let error = Queue::open(&options(), "nowhere").await.unwrap_err();
        assert_eq!(error.kind(), QueueErrorKind::NotFound, "{error}");
        assert!(error.to_string().contains("check its name"), "{error}");
        let silent = QueueOptions { endpoint_url: Some("http://127.0.0.1:9".to_owned()), ..QueueOptions::default() };
        let error = Queue::open(&silent, "queue").await.unwrap_err();
        assert_eq!(error.kind(), QueueErrorKind::Unavailable, "{error}");
    });
}
