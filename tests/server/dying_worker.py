"""A worker that takes a job and never ends it: `python dying_worker.py ADDRESS DELIVERY`."""

import sys
import time

from app.database import Database
from app.jobs import Jobs, Pace
from app.presence import presence
from app.work import AuditPull, Origin


def main(address, *deliveries):
    def hang(job, attempt, work):
        sys.stdout.write(f"began {job}\n")
        sys.stdout.flush()
        time.sleep(600)

    database = Database(address)
    us = presence(database)
    us.hold()
    jobs = Jobs(database.url, us.worker, hang, Pace(polling_seconds=0.05))
    jobs.start()
    for number, delivery in enumerate(deliveries):
        jobs.submit(delivery, AuditPull(Origin(number, 1, "acme/tickets"), 1))
    time.sleep(600)


main(*sys.argv[1:])
