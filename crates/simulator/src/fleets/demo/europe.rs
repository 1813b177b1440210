//! Lisbon and Berlin.

use super::post::Habit::{
    AllDay, Careful, EarlyLeaver, Forgets, ForgetsWithNights, Mornings, Nights, Sometimes,
    SometimesWithNights,
};
use super::post::{Extra, Office, post, with};

const LISBON_STOP: (&str, &str) = ("lamp-schedule", "stop daily 19:00 Europe/Lisbon");
const STOP_ONLY: (&str, &str) = ("lamp-mode", "stop-only");

pub(super) const LISBON_NLP: Office = Office {
    name: "ml-lisbon-nlp",
    region: "northeurope",
    zone: "Europe/Lisbon",
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon"),
        ("lamp-schedule.ci-rita", "stop daily 19:00 Europe/Lisbon"),
        ("lamp-mode.ci-tomas", "stop-only"),
        ("owner", "nlp-team@example.org"),
    ],
    posts: &[
        post(
            "ci-ana",
            "Standard_DS3_v2",
            Forgets,
            &[("owner", "ana@example.org")],
        ),
        post(
            "ci-bruno",
            "Standard_D8s_v3",
            ForgetsWithNights,
            &[("owner", "bruno@example.org")],
        ),
        post("ci-carla", "Standard_E4s_v3", Forgets, &[]),
        post("ci-duarte", "Standard_NC6s_v3", ForgetsWithNights, &[]),
        post("ci-rita", "Standard_DS3_v2", Careful, &[]),
        post("ci-tomas", "Standard_D4s_v3", Sometimes, &[]),
        post("ci-sofia", "Standard_E8s_v3", Careful, &[LISBON_STOP]),
        post(
            "ci-vasco",
            "Standard_DS12_v2",
            Forgets,
            &[("lamp-hold", "on until 2026-10-23 20:00")],
        ),
        post("ci-marta", "Standard_NC4as_T4_v3", ForgetsWithNights, &[]),
        post(
            "ci-nuno",
            "Standard_D4s_v3",
            Forgets,
            &[(
                "lamp-schedule",
                "Mon-Fri 08:00-12:30, 13:30-19:00 Europe/Lisbon",
            )],
        ),
    ],
};

pub(super) const LISBON_VISION: Office = Office {
    name: "ml-lisbon-vision",
    region: "northeurope",
    zone: "Europe/Lisbon",
    day_shift: 0,
    tags: &[("owner", "vision-team@example.org")],
    posts: &[
        post(
            "ci-beatriz",
            "Standard_NC12s_v3",
            ForgetsWithNights,
            &[("lamp-schedule", "Mon-Fri 08:00-19:00 Europe/Lisbon")],
        ),
        post(
            "ci-diogo",
            "Standard_NC24ads_A100_v4",
            SometimesWithNights,
            &[LISBON_STOP],
        ),
        post("ci-filipa", "Standard_NC6s_v3", Sometimes, &[LISBON_STOP]),
        post(
            "ci-goncalo",
            "Standard_NC16as_T4_v3",
            Forgets,
            &[
                ("lamp-schedule", "Mon-Fri 08:00-20:00 Europe/Lisbon"),
                STOP_ONLY,
            ],
        ),
        post("ci-helena", "Standard_NC8as_T4_v3", Careful, &[LISBON_STOP]),
        post(
            "ci-ines",
            "Standard_DS3_v2",
            Mornings,
            &[("lamp-schedule", "never")],
        ),
        post(
            "ci-labels",
            "Standard_D2s_v3",
            AllDay,
            &[("lamp-schedule", "always")],
        ),
        post(
            "ci-joao",
            "Standard_NV36ads_A10_v5",
            Forgets,
            &[
                ("lamp-schedule", "Mon-Fri 08:30-18:30 Europe/Lisbon"),
                ("lamp-mode", "dry-run"),
            ],
        ),
    ],
};

pub(super) const BERLIN_SENSORS: Office = Office {
    name: "ml-berlin-sensors",
    region: "germanywestcentral",
    zone: "Europe/Berlin",
    day_shift: 0,
    tags: &[
        ("lamp-schedule", "Mon-Fri 07:30-18:30 Europe/Berlin"),
        ("lamp-schedule.ci-heike", "stop daily 18:30 Europe/Berlin"),
        ("owner", "sensors@example.org"),
    ],
    posts: &[
        post("ci-anke", "Standard_DS3_v2", Forgets, &[]),
        post("ci-bernd", "Standard_D8s_v3", Forgets, &[]),
        post("ci-heike", "Standard_E4s_v3", Careful, &[]),
        post(
            "ci-jan",
            "Standard_NC6s_v3",
            ForgetsWithNights,
            &[("owner", "jan@example.org")],
        ),
        post("ci-lena", "Standard_E16s_v3", Forgets, &[]),
        // The one wrong tag.
        post(
            "ci-mirko",
            "Standard_D16s_v3",
            Forgets,
            &[("lamp-schedule", "Mon-Fry 08:00-19:00")],
        ),
        with(
            post("ci-olaf", "Standard_DS4_v2", Forgets, &[STOP_ONLY]),
            Extra::NativeDays {
                start: 7,
                stop: 20,
                zone: "W. Europe Standard Time",
            },
        ),
        post(
            "ci-petra",
            "Standard_NC24s_v3",
            SometimesWithNights,
            &[("lamp-schedule", "stop daily 18:30 Europe/Berlin")],
        ),
        post(
            "ci-nightly",
            "Standard_F16s_v2",
            Nights,
            &[("lamp-schedule", "daily 22:00-06:00 Europe/Berlin")],
        ),
    ],
};

/// Nobody here has written a tag yet.
pub(super) const BERLIN_SANDBOX: Office = Office {
    name: "ml-berlin-sandbox",
    region: "germanywestcentral",
    zone: "Europe/Berlin",
    day_shift: 0,
    tags: &[],
    posts: &[
        post("ci-felix", "Standard_DS3_v2", Forgets, &[]),
        post("ci-greta", "Standard_D4s_v3", Sometimes, &[]),
        post("ci-ida", "Standard_NC6s_v3", Careful, &[]),
        post("ci-kurt", "Standard_DS2_v2", Forgets, &[]),
        post("ci-nele", "Standard_E4s_v3", Sometimes, &[]),
        with(
            post("ci-otto", "Standard_F4s_v2", EarlyLeaver, &[]),
            Extra::IdleTimer("PT2H"),
        ),
    ],
};
