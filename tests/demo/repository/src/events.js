const knex = require('knex')(require('../knexfile').development);

async function findEvents({ city }) {
  return knex('events')
    .join('venues', 'venues.id', 'events.venue_id')
    .modify((query) => city && query.where('venues.city', city))
    .where('events.starts_at', '>', knex.fn.now())
    .orderBy('events.starts_at')
    .limit(100)
    .select('events.id', 'events.title', 'events.starts_at', 'venues.name as venue');
}

module.exports = { findEvents };
