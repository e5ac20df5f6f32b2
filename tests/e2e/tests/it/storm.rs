//! Thousands of events through a real queue: duplicates, reorderings, overwrites, removals, faults.
//! In the end the thumbnails are those of the objects that are there, and no others.
//!
//! 300 events by default, 10,000 with `THUMBGATE_SLOW=1`. `THUMBGATE_SEED` repeats a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use serde_json::json;
use thumbgate_contract::clock::RuntimeClock;
use thumbgate_contract::faults::{Fault, Faulty};
use thumbgate_contract::{emulator, run};
use thumbgate_core::deliver::Deliver;
use thumbgate_core::error::{Disposition, StorageErrorKind as K};
use thumbgate_core::object::{KeyPrefix, ObjectKey};
use thumbgate_core::port::{
    Condition, Entry, Get, ObjectDelete as _, ObjectList as _, ObjectRead as _, ObjectWrite as _, PutOptions,
};
use thumbgate_core::remove::Remove;
use thumbgate_events::{Answer, Delivery, Rejects};
use thumbgate_object_store::StoredObjects;
use thumbgate_sqs::{Queue, QueueOptions};

use crate::world::{generate_with, key, picture};

const KEYS: u64 = 60;
const CONSUMERS: usize = 4;

/// A generator of numbers that a seed repeats (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

fn faults(random: &mut Random, count: usize) -> Vec<Fault> {
    (0..count)
        .map(|_| match random.below(12) {
            0 => Fault::Fail(K::Unavailable),
            1 => Fault::Fail(K::Conflict),
            2 => Fault::LoseAcknowledgement,
            3 => Fault::CutAfter(100),
            _ => Fault::None,
        })
        .collect()
}

fn event(name: &str, key: &str, sequencer: u64) -> String {
    json!({"Records": [{"eventVersion": "2.3", "eventSource": "aws:s3", "eventName": name,
        "s3": {"bucket": {"name": "in"}, "object": {"key": key, "sequencer": format!("{sequencer:X}")}}}]})
    .to_string()
}

/// The function, its stores as faulty as told.
fn function(photos: &StoredObjects, thumbs: &StoredObjects, random: &mut Random, fault_count: usize) -> Deliver {
    let reads = Arc::new(Faulty::new(Arc::new(photos.clone()), faults(random, fault_count)));
    let looks = Arc::new(Faulty::new(Arc::new(thumbs.clone()), faults(random, fault_count)));
    let writes = Arc::new(Faulty::new(Arc::new(thumbs.clone()), faults(random, fault_count)));
    let generate = Arc::new(generate_with(reads.clone(), looks, writes));
    let remove = Remove::new(generate.clone(), reads, Arc::new(thumbs.clone()));
    Deliver::new(generate, Some(remove), Arc::new(RuntimeClock::start()), 4)
}

/// Takes messages from the queue, as the function's poller does, until nothing is left.
async fn consume(queue: &Queue, function: &Deliver, all_sent: &AtomicBool) {
    loop {
        // What failed comes again as soon as it is handed back.
        let messages = queue.receive(10, Duration::from_secs(1), Duration::from_secs(120)).await.unwrap();
        if messages.is_empty() && all_sent.load(Ordering::SeqCst) {
            return;
        }
        for message in messages {
            let delivery = Delivery::of_message(message.id.clone(), &message.body);
            let outcomes = delivery.outcomes(function.run(&delivery.changes(), None).await);
            let Answer::Document(answer) = delivery.answer(&outcomes, Rejects::DeadLetter) else { unreachable!() };
            if answer["batchItemFailures"].as_array().unwrap().is_empty() {
                queue.delete(&message.receipt).await.unwrap();
            } else {
                queue.extend(&message.receipt, Duration::ZERO).await.unwrap();
            }
        }
    }
}

/// Uploads, overwrites and removes, and sends the events late, twice and out of order.
async fn produce(queue: &Queue, photos: &StoredObjects, random: &mut Random, count: u64) {
    let mut late: Vec<String> = Vec::new();
    for sequencer in 1..=count {
        let name = format!("uploads/{}.bmp", random.below(KEYS));
        let is_removal = random.below(10) == 0;
        if is_removal {
            photos.delete(&key(&name)).await.unwrap();
        } else {
            let (width, height) = (16 + random.below(16), 12 + random.below(12));
            let side = |side: u64| u32::try_from(side).unwrap();
            let content = picture(side(width), side(height), side(sequencer));
            photos.put(&key(&name), content.into(), &PutOptions::when(Condition::Always)).await.unwrap();
        }
        let told = if is_removal { "ObjectRemoved:Delete" } else { "ObjectCreated:Put" };
        for _ in 0..=random.below(3) / 2 {
            late.push(event(told, &name, sequencer));
        }
        while late.len() > 40 || (sequencer == count && !late.is_empty()) {
            let batch = 10.min(late.len());
            let picked: Vec<_> = (0..batch)
                .map(|_| {
                    let index = random.below(u64::try_from(late.len()).unwrap());
                    late.swap_remove(usize::try_from(index).unwrap())
                })
                .collect();
            assert_eq!(queue.send(&picked).await.unwrap(), []);
        }
    }
}

/// Every object of a store with its content and the source that it was made from.
async fn contents(store: &StoredObjects) -> BTreeMap<ObjectKey, (Bytes, Option<String>)> {
    let mut contents = BTreeMap::new();
    let mut entries = store.list(&KeyPrefix::default()).await.unwrap();
    while let Some(entry) = entries.next().await {
        let Entry::Object { key, .. } = entry.unwrap() else { unreachable!() };
        let body = store.get(&key, &Get::default()).await.unwrap();
        let from = body.meta.metadata.get("thumbgate-source-etag").cloned();
        let bytes = body.bytes.map(Result::unwrap).collect::<Vec<_>>().await.concat();
        contents.insert(key, (bytes.into(), from));
    }
    contents
}

#[test]
fn after_a_storm_of_events_the_thumbnails_are_those_of_the_objects_that_are_there() {
    let seed = std::env::var("THUMBGATE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124);
    let count = if std::env::var_os("THUMBGATE_SLOW").is_some() { 10_000 } else { 300 };
    println!("THUMBGATE_SEED={seed}, {count} events");
    run(async {
        let mut random = Random(seed);
        let options = QueueOptions { endpoint_url: Some(emulator::endpoint()), ..QueueOptions::default() };
        let queue = Queue::open(&options, &emulator::new_queue().await).await.unwrap();
        let (photos, thumbs) = (StoredObjects::memory(), StoredObjects::memory());
        let fault_count = usize::try_from(count).unwrap();
        let functions: Vec<_> = (0..CONSUMERS).map(|_| function(&photos, &thumbs, &mut random, fault_count)).collect();
        let all_sent = AtomicBool::new(false);
        let producer = async {
            produce(&queue, &photos, &mut random, count).await;
            all_sent.store(true, Ordering::SeqCst);
        };
        let consumers = join_all(functions.iter().map(|function| consume(&queue, function, &all_sent)));
        futures_util::join!(producer, consumers);

        // The same objects, one after the other, without a fault.
        let calm_thumbs = StoredObjects::memory();
        let calm = function(&photos, &calm_thumbs, &mut random, 0);
        for name in contents(&photos).await.into_keys() {
            let delivery = Delivery::of_message("calm", &event("ObjectCreated:Put", name.as_str(), 1));
            let outcomes = calm.run(&delivery.changes(), None).await;
            assert_eq!(outcomes.first().unwrap().disposition(), Disposition::Done);
        }
        let (after, expected) = (contents(&thumbs).await, contents(&calm_thumbs).await);
        let keys = |map: &BTreeMap<ObjectKey, _>| {
            map.keys().map(|key: &ObjectKey| key.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(keys(&after), keys(&expected), "missing or orphaned");
        assert!(after == expected, "stale");
        assert!(expected.len() > 100, "{}", expected.len());
    });
}
