//! What the rows of a day name by its place: texts, prices and resources, each once.

use crate::report::stored::document::{MIDDLE, ResourceRow};
use lamplighter_core::record::{PricePerHour, Resource};
use std::collections::HashMap;
use std::sync::Arc;

/// In the order in which they came.
#[derive(Default)]
pub struct Table {
    pub texts: Vec<Arc<str>>,
    places: HashMap<Arc<str>, u32>,
    pub prices: Vec<PricePerHour>,
    /// The ids of resources.
    pub ids: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Table {
    /// A text's place, from 1 on.
    pub fn text(&mut self, text: &str) -> u32 {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        // A day has far fewer texts than 2^32.
        let place = self.texts.len() as u32;
        self.places.insert(text, place);
        place
    }

    /// The same; 0 for none.
    pub fn option(&mut self, text: &Option<String>) -> u32 {
        text.as_deref().map_or(0, |text| self.text(text))
    }

    /// A price's place, from 1 on.
    pub fn price(&mut self, price: &PricePerHour) -> u32 {
        let known = self.prices.iter().position(|known| known == price);
        let place = known.unwrap_or_else(|| {
            self.prices.push(price.clone());
            self.prices.len() - 1
        });
        place as u32 + 1
    }

    /// A resource's number, from 0 on.
    pub fn number(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let id: Arc<str> = id.into();
        self.ids.push(id.clone());
        let number = self.ids.len() as u32 - 1;
        self.numbers.insert(id, number);
        number
    }

    pub fn id(&self, number: u32) -> &str {
        self.ids.get(number as usize).map_or("", |id| &**id)
    }

    /// A resource as a record has it.
    pub fn row(&mut self, resource: &Resource) -> ResourceRow {
        let ResourceRow(first, second, ..) = self.bare(&resource.id);
        let tags = resource.tags.iter();
        let tags = tags.map(|(name, value)| (self.text(name), self.text(value)));
        let tags = tags.collect();
        ResourceRow(
            first,
            second,
            self.text(resource.kind.name()),
            self.text(&resource.name),
            self.text(&resource.workspace),
            self.option(&resource.owner),
            self.option(&resource.vm_size),
            self.option(&resource.location),
            self.option(&resource.decided_in),
            self.option(&resource.billed_in),
            tags,
        )
    }

    /// One of which no more is known than its id.
    pub fn bare(&mut self, id: &str) -> ResourceRow {
        let (first, second) = match id.split_once(MIDDLE) {
            Some((first, second)) => (self.text(first), self.text(second)),
            None => (self.text(id), 0),
        };
        ResourceRow(first, second, 0, 0, 0, 0, 0, 0, 0, 0, Vec::new())
    }
}
