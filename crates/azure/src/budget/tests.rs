use super::bucket::{Bucket, Share};
use super::*;
use std::collections::VecDeque;

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

/// ARM's bucket, as it throttles, and who draws from it.
struct Arm {
    burst: f64,
    rate: f64,
    level: f64,
    throttled: u32,
}

impl Arm {
    fn of(draw: Draw) -> Arm {
        let (burst, rate) = match draw {
            Draw::Read => (250.0, 25.0),
            Draw::Write => (200.0, 10.0),
        };
        Arm {
            burst,
            rate,
            level: burst,
            throttled: 0,
        }
    }

    fn arrives(&mut self) -> u32 {
        if self.level < 1.0 {
            self.throttled += 1;
            return 0;
        }
        self.level -= 1.0;
        self.level as u32
    }

    fn passes(&mut self, time: Duration) {
        self.level = (self.level + time.as_secs_f64() * self.rate).min(self.burst);
    }
}

/// One instance of ours: its bucket, what it still has to ask, and what is on its way there and back.
struct Busy {
    bucket: Bucket,
    calls: u32,
    begins: Duration,
    on_the_way: VecDeque<(Duration, Taken)>,
    on_the_way_back: VecDeque<(Duration, Taken, u32)>,
}

struct Rush {
    draw: Draw,
    /// What instances are told they share with, whether they are there or not.
    instances: f64,
    /// What each instance that is there has to ask, and from which second on.
    calls: Vec<(u32, u64)>,
    /// Calls a second of another program.
    others: f64,
    /// How long the n-th call of an instance takes to ARM; as long again back.
    way: fn(u32) -> Duration,
}

/// How long a rush takes, and what ARM refused of ours and of others.
fn play(rush: &Rush) -> (Duration, u32, u32) {
    let share = Share {
        draw: rush.draw,
        instances: rush.instances,
    };
    let (begin, mut arm) = (Instant::now(), Arm::of(rush.draw));
    let instance = |&(calls, from): &(u32, u64)| Busy {
        bucket: Bucket::full(share, begin),
        calls,
        begins: Duration::from_secs(from),
        on_the_way: VecDeque::new(),
        on_the_way_back: VecDeque::new(),
    };
    let mut instances: Vec<Busy> = rush.calls.iter().map(instance).collect();
    let (mut now, mut others, mut refused) = (Duration::ZERO, 0.0, 0);
    while instances.iter().any(|instance| instance.calls > 0) {
        for instance in &mut instances {
            instance.step(&mut arm, share, begin, (now, rush.way));
        }
        others += rush.others / 1000.0;
        if others >= 1.0 {
            others -= 1.0;
            let before = arm.throttled;
            arm.arrives();
            refused += arm.throttled - before;
        }
        now += MILLISECOND;
        arm.passes(MILLISECOND);
        assert!(now < 600 * SECOND, "the rush does not end");
    }
    (now, arm.throttled - refused, refused)
}

impl Busy {
    fn step(
        &mut self,
        arm: &mut Arm,
        share: Share,
        begin: Instant,
        (now, way): (Duration, fn(u32) -> Duration),
    ) {
        let is_there = |at: Duration| at <= now;
        while let Some((_, taken, remaining)) =
            self.on_the_way_back.pop_front_if(|(at, ..)| is_there(*at))
        {
            self.bucket.over();
            self.bucket.heed(share, taken, remaining, begin + now);
        }
        while let Some((_, taken)) = self.on_the_way.pop_front_if(|(at, _)| is_there(*at)) {
            let back = (now + way(self.calls), taken, arm.arrives());
            self.on_the_way_back.push_back(back);
        }
        let in_flight =
            |instance: &Busy| instance.on_the_way.len() + instance.on_the_way_back.len();
        while self.calls > 0
            && now >= self.begins
            && in_flight(self) < 16
            && self.bucket.wait(share, 0, begin + now).is_zero()
        {
            let taken = self.bucket.take();
            self.calls -= 1;
            // In one connection's order: what is late holds up what comes after it.
            let latest = self.on_the_way.back().map_or(now, |(at, _)| *at);
            let arrives = latest.max(now + way(self.calls));
            self.on_the_way.push_back((arrives, taken));
        }
    }
}

fn quick(_: u32) -> Duration {
    25 * MILLISECOND
}

fn slow(_: u32) -> Duration {
    300 * MILLISECOND
}

/// Every fortieth call is late by most of a second, and with it what comes after.
fn unsteady(call: u32) -> Duration {
    (if call % 40 == 1 { 700 } else { 20 }) * MILLISECOND
}

#[test]
fn a_rush_takes_a_twentieth_longer_than_arm_allows_at_most_and_is_never_throttled() {
    // 200 at once and 10 a second; 250 and 25.
    for (draw, calls, allowed) in [(Draw::Write, 1000, 80), (Draw::Read, 2500, 90)] {
        for way in [quick as fn(u32) -> Duration, unsteady] {
            let rush = Rush {
                draw,
                instances: 1.0,
                calls: vec![(calls, 0)],
                others: 0.0,
                way,
            };
            let (took, throttled, _) = play(&rush);
            assert_eq!(throttled, 0, "{draw:?}");
            assert!(took <= allowed * SECOND * 105 / 100, "{draw:?}: {took:?}");
        }
    }
}

#[test]
fn what_another_program_uses_is_left_to_it() {
    for others in [2.0, 5.0, 8.0] {
        let rush = Rush {
            draw: Draw::Write,
            instances: 1.0,
            calls: vec![(600, 0)],
            others,
            way: quick,
        };
        let (took, throttled, refused) = play(&rush);
        assert_eq!((throttled, refused), (0, 0), "{others} a second by others");
        // What is left after them, and no less than nine tenths of it.
        let left = (600.0 - 200.0) / (10.0 - others);
        assert!(took.as_secs_f64() <= left / 0.9, "{others}: {took:?}");
    }
}

#[test]
fn instances_that_share_a_bucket_use_all_of_it_and_no_more() {
    // As many as are told, at once and one after another; and fewer, as what remains shows.
    let together = [(400, 0), (400, 0), (400, 0)];
    let late = [(400, 0), (400, 2), (400, 5)];
    let after_a_rest = [(600, 0), (400, 0), (200, 60)];
    for calls in [
        &together[..],
        &late,
        &after_a_rest,
        &[(1000, 0), (200, 0)],
        &[(1200, 0)],
    ] {
        for way in [quick as fn(u32) -> Duration, slow, unsteady] {
            let rush = Rush {
                draw: Draw::Write,
                instances: 3.0,
                calls: calls.to_vec(),
                others: 0.0,
                way,
            };
            let (took, throttled, _) = play(&rush);
            assert_eq!(throttled, 0, "{calls:?}");
            assert!(took <= 110 * SECOND, "{calls:?}: {took:?}");
        }
    }
}

const NAME: &str = "x-ms-ratelimit-remaining-subscription-reads";

fn remaining(count: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(NAME, count.parse().expect("a header value"));
    headers
}

/// How long until a call's turn; it is taken, and answered at once.
async fn waited(budget: &Budget, subscription: &str, draw: Draw) -> Duration {
    asked(budget, (subscription, draw), &HeaderMap::new()).await
}

/// The same with an answer of these headers.
async fn asked(
    budget: &Budget,
    (subscription, draw): (&str, Draw),
    headers: &HeaderMap,
) -> Duration {
    let begun = Instant::now();
    let turn = budget.turn(subscription, draw, begun + 600 * SECOND).await;
    let waited = begun.elapsed();
    let sent = turn.expect("ten minutes are enough").take();
    budget.answered(sent, draw, headers);
    waited
}

const READS: (&str, Draw) = ("s", Draw::Read);

#[tokio::test(start_paused = true)]
async fn subscriptions_and_kinds_do_not_share_and_case_does_not_split() {
    let budget = Budget::default();
    for _ in 0..190 {
        assert_eq!(waited(&budget, "ABC", Draw::Write).await, Duration::ZERO);
    }
    assert_eq!(waited(&budget, "def", Draw::Write).await, Duration::ZERO);
    assert_eq!(waited(&budget, "abc", Draw::Read).await, Duration::ZERO);
    assert!(waited(&budget, "abc", Draw::Write).await > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn quiet_that_azure_asked_for_holds_the_whole_subscription_back() {
    let (budget, start) = (Budget::default(), Instant::now());
    budget.pause("s", Draw::Read, Some(60 * SECOND));
    let early = budget.turn("s", Draw::Read, start + 30 * SECOND).await;
    assert!(early.is_err_and(|wait| wait >= 60 * SECOND));
    assert_eq!(start.elapsed(), Duration::ZERO, "it is said at once");
    assert!(waited(&budget, "s", Draw::Read).await >= 60 * SECOND);
    assert!(waited(&budget, "s", Draw::Read).await < SECOND / 10);
}

#[tokio::test(start_paused = true)]
async fn what_arm_says_remains_is_believed_also_by_those_who_wait_already() {
    let budget = Budget::default();
    let none = HeaderMap::new();
    // 25 are left to others.
    for headers in [&remaining("27"), &none, &remaining("25")] {
        assert_eq!(asked(&budget, READS, headers).await, Duration::ZERO);
    }
    let slow = budget.turn("s", Draw::Read, Instant::now() + SECOND).await;
    let hears = async {
        tokio::task::yield_now().await;
        budget.answered(slow.expect("a turn").take(), Draw::Read, &remaining("5"));
    };
    let (wait, ()) = tokio::join!(waited(&budget, "s", Draw::Read), hears);
    // From 5 up to 26 again, at 24.75 a second.
    assert!(wait > 800 * MILLISECOND && wait < SECOND, "{wait:?}");
}

#[tokio::test(start_paused = true)]
async fn turns_come_in_the_order_of_asking_and_who_cannot_have_one_in_time_hears_it_at_once() {
    let budget = Budget::default();
    let start = Instant::now();
    asked(&budget, READS, &remaining("25")).await;
    let done = Mutex::new(Vec::new());
    let ask = |name: u32| {
        let (budget, done) = (&budget, &done);
        async move {
            waited(budget, "s", Draw::Read).await;
            done.lock().expect("a list").push(name);
        }
    };
    let late = async {
        let soon = start + SECOND / 10;
        let refused = budget.turn("s", Draw::Read, soon).await.is_err();
        assert!(refused, "three others come first");
        assert_eq!(start.elapsed(), Duration::ZERO);
    };
    tokio::join!(ask(1), ask(2), ask(3), late);
    assert_eq!(*done.lock().expect("a list"), [1, 2, 3]);
    // A turn that is given up is the next one's.
    let turn = budget.turn("s", Draw::Read, start + 600 * SECOND).await;
    drop(turn.expect("a turn"));
    assert_eq!(waited(&budget, "s", Draw::Read).await, Duration::ZERO);
}

/// How many calls have their turn at once.
async fn at_once(budget: &Budget) -> u32 {
    let mut count = 0;
    let now = Instant::now();
    while let Ok(turn) = budget.turn("s", Draw::Read, now + MILLISECOND).await {
        drop(turn.take());
        count += 1;
    }
    count
}

#[tokio::test(start_paused = true)]
async fn an_instance_of_several_takes_a_few_and_then_its_part_of_what_arm_says_remains() {
    let budget = Budget::default();
    budget.share_with(3);
    assert_eq!(at_once(&budget).await, 8, "a third of 25");
    asked(&budget, READS, &remaining("235")).await;
    // Four fifths of a third of 235 less the 25 that are left to others.
    assert_eq!(at_once(&budget).await, 56);
    // What was heard is old.
    asked(&budget, READS, &remaining("235")).await;
    tokio::time::advance(2 * SECOND).await;
    assert_eq!(at_once(&budget).await, 8);
}

#[tokio::test(start_paused = true)]
async fn a_simulator_is_asked_without_bounds() {
    let budget = Budget::new(Pace::Unbounded);
    for _ in 0..1000 {
        budget.pause("s", Draw::Read, Some(60 * SECOND));
        let wait = asked(&budget, READS, &remaining("0")).await;
        assert_eq!(wait, Duration::ZERO);
    }
}
