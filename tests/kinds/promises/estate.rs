//! A world with every kind, in which everything happens that undoes what Lamplighter does: autoscale, Terraform, people, quota
//! that is gone in the morning, changes that fail.

use super::super::behind::attached;
use super::super::support::{estate, with};
use super::hours::Hours;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const DAYS: i64 = 14;

/// What happens by hand, by the minute at which it does: a path of the simulator's, and a body.
pub type Hands = BTreeMap<i64, Vec<(&'static str, Value)>>;

/// A resource of this world, as it is to be judged.
pub struct Owned {
    /// As the record names it.
    pub name: &'static str,
    pub hours: Hours,
    pub enforce: bool,
    /// Of one that scales: what it has at first.
    pub found: Option<u32>,
    /// What its tag says that it has while it is on.
    pub warm: Option<u32>,
    /// It is scaled down after an hour without a request, too.
    pub idles: bool,
}

pub struct Estate {
    pub fleet: Value,
    pub hands: Hands,
    pub owned: Vec<Owned>,
    /// The minute at which the saved state is lost.
    pub lost_at: i64,
}

/// Draws one.
struct Draw {
    random: fastrand::Rng,
    owned: Vec<Owned>,
}

impl Draw {
    fn minute(&mut self, day: i64, from: i64, to: i64) -> i64 {
        day * 24 * 60 + self.random.i64(from * 12..to * 12) * 5
    }

    /// Its tags, and what they mean.
    fn owns(&mut self, name: &'static str, found: Option<u32>, more: Value) -> Value {
        let hours = Hours::drawn(&mut self.random);
        self.owns_by(name, hours, found, more)
    }

    fn owns_by(
        &mut self,
        name: &'static str,
        hours: Hours,
        found: Option<u32>,
        more: Value,
    ) -> Value {
        let warm = more["lamp-warm"].as_str();
        self.owned.push(Owned {
            name,
            hours,
            found,
            enforce: more["lamp-mode"] == "enforce",
            warm: warm.map(|warm| warm.parse().expect("a number")),
            idles: more.get("lamp-idle").is_some(),
        });
        // Else a fortnight of stops would be told, in seconds.
        let own =
            json!({"lamp-schedule": hours.tag(), "lamp-notice": "off", "owner": "ana@example.org"});
        with(own, more)
    }
}

pub fn drawn(seed: u64) -> Estate {
    let mut draw = Draw {
        random: fastrand::Rng::with_seed(seed),
        owned: Vec::new(),
    };
    let mut fleet = estate(
        &json!({
            "clusters": clusters(&mut draw),
            "endpoints": endpoints(&mut draw),
            "attached": [
                attached("left", "VirtualMachine", "left"),
                attached("tidy", "VirtualMachine", "tidy"),
                attached("shut", "VirtualMachine", "shut"),
                attached("k8s", "Kubernetes", "k"),
            ],
        }),
        &json!({
            "location": "westeurope",
            "autoscaleSettings": [{
                "name": "a", "target": "w/auto/d", "enabled": true, "minimum": 2, "maximum": 4,
            }],
            "virtualMachines": machines(&mut draw),
            "managedClusters": managed(&mut draw),
        }),
    );
    fleet["seed"] = seed.into();
    let price = json!({"armSkuName": "Standard_D4s_v3", "region": "westeurope", "linux": "0.20"});
    fleet["prices"].as_array_mut().expect("prices").push(price);
    let hands = hands(&mut draw);
    Estate {
        fleet,
        hands,
        lost_at: draw.random.i64(5 * 288..10 * 288) * 5,
        owned: draw.owned,
    }
}

fn clusters(draw: &mut Draw) -> Value {
    let (plain, nightly) = (draw.random.u32(1..4), draw.random.u32(0..24));
    let mut cluster = |name: &str, full: &'static str, least: u32, more: Value| {
        let tags = draw.owns(full, Some(least), more);
        json!({"name": name, "vmSize": "Standard_DS3_v2", "minNodeCount": least, "maxNodeCount": 6,
            "tags": tags})
    };
    let forced = json!({"lamp-warm": "3", "lamp-mode": "enforce"});
    let mut undone = cluster("undone", "w/undone", 2, json!({"lamp-warm": "2"}));
    let at = format!("{nightly:02}:10");
    undone["terraform"] = json!({"zone": "UTC", "days": "daily", "at": at});
    json!([
        cluster("plain", "w/plain", plain, json!({})),
        cluster("warm", "w/warm", 3, json!({"lamp-warm": "4"})),
        cluster("forced", "w/forced", 3, forced),
        undone,
        {"name": "free", "vmSize": "Standard_DS3_v2", "minNodeCount": 1, "maxNodeCount": 4},
    ])
}

fn endpoints(draw: &mut Draw) -> Value {
    let (many, nightly) = (draw.random.u32(2..5), draw.random.u32(0..24));
    let mut endpoint = |name: &str, full: &'static str, capacity: u32, more: Value| {
        let tags = draw.owns(full, Some(capacity), more);
        json!({"name": name, "deployments": [{"name": "d", "instanceType": "Standard_F4s_v2",
            "capacity": capacity, "tags": tags}]})
    };
    let idle = json!({"lamp-idle": "1h", "lamp-warm": "3"});
    let mut piped = endpoint("piped", "w/piped/d", 3, json!({}));
    let at = format!("{nightly:02}:40");
    piped["deployments"][0]["terraform"] = json!({"zone": "UTC", "days": "daily", "at": at});
    let scaled = json!({"lamp-schedule": "Mon-Fri 08:00-19:00 UTC"});
    json!([
        endpoint("score", "w/score/d", many, json!({})),
        endpoint("asked", "w/asked/d", 3, idle),
        endpoint("quota", "w/quota/d", 3, json!({"lamp-warm": "3"})),
        endpoint("fails", "w/fails/d", 3, json!({})),
        piped,
        {"name": "auto", "deployments": [{"name": "d", "instanceType": "Standard_F4s_v2",
            "capacity": 3, "tags": scaled}]},
    ])
}

fn machines(draw: &mut Draw) -> Value {
    let daily = Hours::stop_daily(19 * 60);
    let machine = |name: &str, tags: Value, leaves: &str| {
        let hours = json!({"at": "08:30-10:30", "lasts": "3h-8h", "chance": 0.8});
        json!({"name": name, "vmSize": "Standard_D4s_v3", "tags": tags, "uses": [{
            "who": format!("{name}@example.org"), "load": "busy", "leaves": leaves, "hours": hours}]})
    };
    let (left, tidy) = (
        draw.owns("rg/left", None, json!({})),
        draw.owns("rg/tidy", None, json!({"lamp-mode": "enforce"})),
    );
    let shut = draw.owns_by("rg/shut", daily, None, json!({}));
    json!([
        machine("left", left, "running"),
        machine("tidy", tidy, "running"),
        machine("shut", shut, "shutdown"),
    ])
}

fn managed(draw: &mut Draw) -> Value {
    let tags = draw.owns("rg/k", None, json!({}));
    let hours = json!({"at": "16:00-18:30", "lasts": "1h-5h", "chance": 0.7});
    json!([{
        "name": "k", "tier": "Standard", "tags": tags,
        "pools": [{"name": "system", "vmSize": "Standard_D4s_v3", "count": 3}],
        "pods": [{"namespace": "reports", "name": "late", "hours": hours}],
    }])
}

/// What people, pipelines and Azure do.
fn hands(draw: &mut Draw) -> Hands {
    let mut hands = Hands::new();
    for day in 0..DAYS {
        by_day(draw, day, &mut hands);
    }
    let mut at = |minute: i64, path, body| hands.entry(minute).or_default().push((path, body));
    // From an evening until the next afternoon there is no quota, and another morning's change fails.
    let (poor, failing) = (draw.random.i64(1..11), draw.random.i64(1..11));
    let quota = |gone: bool| json!({"on": "w/quota/d", "quotaGone": gone});
    at(poor * 1440 + 23 * 60, "condition", quota(true));
    at((poor + 1) * 1440 + 15 * 60, "condition", quota(false));
    let fails = json!({"on": "w/fails/d", "failScales": 1});
    at(failing * 1440 + 3 * 60, "condition", fails);
    let mended = json!({"on": "w/fails/d", "state": "Succeeded"});
    at(failing * 1440 + 14 * 60, "condition", mended);
    for on in ["rg/left", "rg/k"] {
        let night = draw.random.i64(1..12) * 1440 + 4 * 60;
        at(night, "resources", json!({"on": on, "failStarts": 1}));
    }
    hands
}

fn by_day(draw: &mut Draw, day: i64, hands: &mut Hands) {
    let mut at = |minute: i64, path, body| hands.entry(minute).or_default().push((path, body));
    let clusters = ["w/plain", "w/warm", "w/forced", "w/free"];
    let deployments = ["w/score/d", "w/asked/d", "w/quota/d"];
    for _ in 0..draw.random.u8(0..4) {
        let (on, nodes) = (clusters[draw.random.usize(0..4)], draw.random.u32(1..4));
        let lasts = draw.random.u32(60..14_400);
        let job = json!({"instance": on, "name": "job", "nodes": nodes, "lastsSeconds": lasts});
        at(draw.minute(day, 0, 24), "jobs", job);
    }
    // What is sent to a machine that its schedule has off would wait for it, as its owner wants.
    if day % 7 < 5 {
        for on in ["w/left", "w/k8s"] {
            let lasts = draw.random.u32(600..21_600);
            let job = json!({"instance": on, "name": "job", "lastsSeconds": lasts});
            at(draw.minute(day, 11, 17), "jobs", job);
        }
    }
    for (all, field) in [
        (&clusters[..], "minNodeCount"),
        (&deployments[..], "capacity"),
    ] {
        if draw.random.u8(0..3) == 0 {
            let on = all[draw.random.usize(0..all.len())];
            let body = json!({"on": on, field: draw.random.u32(2..5), "by": "ana"});
            at(draw.minute(day, 0, 24), "scale", body);
        }
    }
    for on in deployments {
        let lasts = draw.random.u32(60..14_400);
        let asked = json!({"on": on, "by": "shop", "perMinute": 3, "lastsSeconds": lasts});
        at(draw.minute(day, 0, 24), "requests", asked);
    }
}
