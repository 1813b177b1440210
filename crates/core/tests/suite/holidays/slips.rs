//! Codes as people write them.

use lamplighter_core::holidays::{codes, meant, place, public};

#[test]
fn slips_mean_what_they_must() {
    for (slip, code) in [
        ("Portugal", "PT"),
        ("germany", "DE"),
        ("Deutschland", "DE"),
        ("Bavaria", "DE-BY"),
        ("Bayern", "DE-BY"),
        ("de_by", "DE-BY"),
        ("DE BY", "DE-BY"),
        ("DE.BY", "DE-BY"),
        ("de/by", "DE-BY"),
        (" pt ", "PT"),
        ("UK", "GB"),
        ("uk_eng", "GB-ENG"),
        ("England", "GB-ENG"),
        ("DE-XX", "DE"),
        ("DE-BAY", "DE-BY"),
        ("DE-NRW", "DE-NW"),
        ("US-CAL", "US-CA"),
        ("UK-XX", "GB"),
        ("FR-IDF", "FR"),
        ("DE-Bayern", "DE-BY"),
        ("Bavaria (Germany)", "DE-BY"),
        ("Germany, Bavaria", "DE-BY"),
        ("Germany BY", "DE-BY"),
        ("baden-württemberg", "DE-BW"),
        ("Baden Wuerttemberg", "DE-BW"),
        ("Sao Paulo", "BR-SP"),
        ("São Paulo", "BR-SP"),
        ("USA", "US"),
        ("DEU", "DE"),
        ("United States", "US"),
        ("New York", "US-NY"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Georgia, USA", "US-GA"),
        ("Puerto Rico", "PR"),
        ("Madeira", "PT-30"),
        ("Lisboa", "PT-11"),
        ("FR-GP", "FR-971"),
        ("Côte d'Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("South Korea", "KR"),
        ("Holland", "NL"),
        ("de-by", "DE-BY"),
    ] {
        assert_eq!(meant(slip).as_deref(), Some(code), "{slip:?}");
    }
    for unclear in [
        "",
        "none",
        "Georgia",
        "La Paz",
        "Santa Cruz",
        "XX-BY",
        "in-office",
        "Atlantis",
        "12",
        "--",
        "no work",
        "é",
    ] {
        assert_eq!(meant(unclear), None, "{unclear:?}");
    }
    assert_eq!(meant(&"DE ".repeat(10_000)), None);
}

#[test]
fn what_is_meant_is_accepted() {
    for code in codes() {
        assert_eq!(meant(&code).as_deref(), Some(code.as_str()));
        assert_eq!(
            meant(&code.to_lowercase().replace('-', "_")).as_deref(),
            Some(code.as_str())
        );
        let words = place(&code).unwrap_or_default();
        assert!(
            meant(&words).is_none_or(|meant| public(&meant).is_some()),
            "{words}"
        );
    }
}
