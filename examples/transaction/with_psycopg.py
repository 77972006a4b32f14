"""An order and its notification, both or neither.

    pip install 'psycopg[binary]'
    DATABASE_URL=postgres://shop@localhost/shop python3 with_psycopg.py
"""

import os

import psycopg
from psycopg.types.json import Jsonb

# The connection commits at the end of the block; an exception rolls back.
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, customer text NOT NULL)")
    (order,) = connection.execute("INSERT INTO orders (customer) VALUES ('ann') RETURNING id").fetchone()
    activity = {"type": "order.placed", "title": f"We have your order {order}", "to": ["ann"]}
    connection.execute("SELECT carillon.publish(%s)", [Jsonb(activity)])
