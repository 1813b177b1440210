//! Cities and spellings that the tz database has no zone of, by the zone that they keep.

const CITIES: &[(&str, &str)] = &[
    (
        "Europe/Berlin",
        "munich münchen muenchen hamburg frankfurt cologne köln koeln stuttgart düsseldorf duesseldorf dusseldorf leipzig dresden hannover nuremberg nürnberg bonn karlsruhe germany deutschland",
    ),
    (
        "Europe/Vienna",
        "wien vienne graz salzburg linz innsbruck austria österreich",
    ),
    (
        "Europe/Zurich",
        "zürich zuerich geneva genève geneve genf basel bern lausanne switzerland schweiz",
    ),
    (
        "Europe/London",
        "manchester birmingham edinburgh glasgow leeds bristol cambridge oxford cardiff liverpool londres england uk great_britain united_kingdom",
    ),
    ("Europe/Dublin", "cork galway ireland"),
    (
        "Europe/Lisbon",
        "lisboa lissabon lisbonne porto oporto braga coimbra",
    ),
    (
        "Europe/Madrid",
        "barcelona valencia seville sevilla bilbao malaga málaga spain españa",
    ),
    (
        "Europe/Paris",
        "lyon marseille toulouse bordeaux lille nantes nice grenoble strasbourg france",
    ),
    (
        "Europe/Rome",
        "roma rom milan milano mailand turin torino naples napoli bologna florence firenze venice genoa italy italia",
    ),
    (
        "Europe/Amsterdam",
        "rotterdam utrecht eindhoven the_hague den_haag delft netherlands",
    ),
    (
        "Europe/Brussels",
        "bruxelles brussel brüssel antwerp antwerpen ghent gent leuven belgium",
    ),
    (
        "Europe/Copenhagen",
        "københavn kopenhagen aarhus odense denmark",
    ),
    (
        "Europe/Stockholm",
        "gothenburg göteborg malmö malmo uppsala sweden",
    ),
    ("Europe/Oslo", "bergen trondheim stavanger norway"),
    ("Europe/Helsinki", "espoo tampere turku finland"),
    (
        "Europe/Warsaw",
        "warszawa warschau krakow kraków cracow gdansk gdańsk wroclaw wrocław poznan poznań lodz katowice",
    ),
    ("Europe/Prague", "praha prag brno ostrava"),
    ("Europe/Budapest", "debrecen hungary"),
    (
        "Europe/Bucharest",
        "bucuresti bucurești cluj cluj_napoca timisoara iasi romania",
    ),
    ("Europe/Sofia", "plovdiv varna bulgaria"),
    ("Europe/Athens", "athen thessaloniki piraeus patras greece"),
    ("Europe/Istanbul", "ankara izmir bursa"),
    (
        "Europe/Moscow",
        "moskau moskva st_petersburg saint_petersburg",
    ),
    ("Europe/Kyiv", "kharkiv odesa odessa lviv ukraine"),
    ("Europe/Luxembourg", "luxemburg"),
    (
        "America/New_York",
        "nyc new_york_city newyork boston washington washington_dc miami atlanta philadelphia pittsburgh charlotte raleigh orlando tampa cleveland columbus baltimore",
    ),
    (
        "America/Chicago",
        "dallas houston austin san_antonio minneapolis st_louis kansas_city new_orleans nashville milwaukee memphis",
    ),
    (
        "America/Denver",
        "salt_lake_city albuquerque colorado_springs",
    ),
    (
        "America/Los_Angeles",
        "san_francisco san_diego seattle redmond las_vegas sacramento oakland palo_alto mountain_view",
    ),
    (
        "America/Toronto",
        "montreal montréal ottawa quebec québec mississauga waterloo",
    ),
    ("America/Edmonton", "calgary"),
    (
        "America/Sao_Paulo",
        "são_paulo rio_de_janeiro rio brasilia brasília campinas curitiba belo_horizonte porto_alegre",
    ),
    (
        "America/Mexico_City",
        "guadalajara puebla ciudad_de_mexico cdmx",
    ),
    ("America/Bogota", "bogotá medellin medellín cali"),
    ("America/Argentina/Buenos_Aires", "rosario"),
    ("America/Guayaquil", "quito"),
    (
        "Asia/Kolkata",
        "mumbai bombay delhi new_delhi neu_delhi bangalore bengaluru chennai madras pune india",
    ),
    (
        "Asia/Shanghai",
        "beijing peking shenzhen guangzhou hangzhou chengdu wuhan nanjing tianjin china",
    ),
    (
        "Asia/Tokyo",
        "tokio osaka kyoto nagoya yokohama fukuoka sapporo",
    ),
    ("Asia/Seoul", "busan incheon daejeon"),
    ("Asia/Singapore", "singapur singapour"),
    ("Asia/Kuala_Lumpur", "penang johor_bahru malaysia"),
    ("Asia/Ho_Chi_Minh", "hanoi ho_chi_minh_city da_nang vietnam"),
    ("Asia/Manila", "cebu quezon_city philippines"),
    ("Asia/Jakarta", "bandung surabaya"),
    ("Asia/Bangkok", "chiang_mai thailand"),
    ("Asia/Taipei", "kaohsiung taiwan"),
    ("Asia/Karachi", "lahore islamabad pakistan"),
    ("Asia/Dubai", "abu_dhabi sharjah uae"),
    ("Asia/Riyadh", "jeddah dammam saudi_arabia"),
    ("Asia/Jerusalem", "haifa"),
    ("Asia/Tashkent", "uzbekistan"),
    ("Australia/Sydney", "newcastle wollongong"),
    ("Australia/Melbourne", "geelong"),
    ("Australia/Brisbane", "gold_coast"),
    (
        "Pacific/Auckland",
        "wellington christchurch hamilton_nz new_zealand",
    ),
    (
        "Africa/Johannesburg",
        "cape_town capetown durban pretoria south_africa",
    ),
    ("Africa/Lagos", "abuja ibadan nigeria"),
    ("Africa/Cairo", "kairo alexandria giza"),
    ("Africa/Nairobi", "mombasa kenya"),
    (
        "Africa/Casablanca",
        "rabat marrakesh marrakech tangier morocco",
    ),
    ("Africa/Accra", "kumasi ghana"),
];

/// The zone of a city, a country with one zone, or another spelling, in lower case and with `_` between words.
pub(super) fn zone_of(city: &str) -> Option<&'static str> {
    let known = CITIES.iter();
    let mut known = known.filter(|(_, cities)| cities.split(' ').any(|known| known == city));
    known.next().map(|(zone, _)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_zone_is_one_and_no_city_stands_twice() {
        let mut known = BTreeSet::new();
        for (zone, cities) in CITIES {
            assert!(crate::tz::named(zone).is_some(), "{zone}");
            for city in cities.split(' ') {
                assert!(known.insert(city), "{city} stands twice");
                assert_eq!(city, city.to_lowercase());
                assert_eq!(zone_of(city), Some(*zone));
            }
        }
    }
}
