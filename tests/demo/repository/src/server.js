const express = require('express');
const { findEvents } = require('./events');

const app = express();

app.get('/events', async (request, response) => {
  response.json(await findEvents({ city: request.query.city }));
});

app.listen(process.env.PORT || 3000);
