-- Every order that is placed notifies its customer, whatever program places it.
--
--   psql postgres://shop@localhost/shop -f trigger.sql
--   psql postgres://shop@localhost/shop -c "INSERT INTO orders (customer) VALUES ('ann')"

CREATE TABLE IF NOT EXISTS orders (id serial PRIMARY KEY, customer text NOT NULL);

CREATE OR REPLACE FUNCTION order_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM carillon.publish(jsonb_build_object(
    'type', 'order.placed',
    'title', format('We have your order %s', NEW.id),
    'url', format('/orders/%s', NEW.id),
    'to', jsonb_build_array(NEW.customer),
    'key', format('order-%s-placed', NEW.id)
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER order_placed AFTER INSERT ON orders
  FOR EACH ROW EXECUTE FUNCTION order_placed();
