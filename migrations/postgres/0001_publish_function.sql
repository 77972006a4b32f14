-- An application publishes inside its own transaction: SELECT carillon.publish('{…}'::jsonb).
-- The function refuses what src/domain/publishing.ts refuses. test/store/postgres/publish-parity.test.ts compares both.
--
-- A function named `…_fault` returns what is wrong with a value, or null when nothing is. A missing field is null: then
-- nothing is wrong. A field that must be there is given as 'null'::jsonb when it is missing.
-- The functions are not STRICT, and they are STABLE as `format` is. So PostgreSQL can put their bodies in place of the
-- calls.

CREATE FUNCTION carillon.text_fault(value jsonb, fewest int, most int) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) <> 'string' THEN format('Expected a string, got %s.', jsonb_typeof(value))
    WHEN char_length(value #>> '{}') NOT BETWEEN fewest AND most
      THEN format('Expected %s to %s characters, got %s.', fewest, most, char_length(value #>> '{}'))
  END
$$;
--> statement-breakpoint
-- A text of at most `most` characters. A pattern that counts them takes 40 times as long. In collation "C" a pattern
-- means the same in every database.
CREATE FUNCTION carillon.pattern_fault(value jsonb, pattern text, most int, expected text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) <> 'string' THEN format('Expected a string, got %s.', jsonb_typeof(value))
    WHEN char_length(value #>> '{}') > most OR (value #>> '{}') COLLATE "C" !~ pattern
      THEN format('Expected %s.', expected)
  END
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.user_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT carillon.pattern_fault(value, '^[!-~]+$', 128, '1 to 128 printable ASCII characters without spaces')
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.topic_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT carillon.pattern_fault(value, '^[!-~]+$', 200, '1 to 200 printable ASCII characters without spaces')
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.name_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT carillon.pattern_fault(value, '^[A-Za-z][A-Za-z0-9._-]*$', 64, 'a letter, then up to 63 of A-Z a-z 0-9 . _ -')
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.type_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN value = '"NEW_COMMENT_ON_REPORT"' THEN 'This is one of Carillon''s own types.'
    ELSE carillon.name_fault(value)
  END
$$;
--> statement-breakpoint
-- Collation "C" knows white space of ASCII alone, so that what JavaScript calls white space is spelled out. The host is
-- checked as far as that is possible without the tables of IDNA.
CREATE FUNCTION carillon.url_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  WITH parts AS (
    SELECT '[^\\\u0001-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF' AS written,
      '([1-9]?[0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])' AS byte,
      '(:0*([0-9]{0,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?' AS port
  ), hosts AS (
    SELECT *, '(' || byte || '\.){3}' || byte AS four_bytes, '\[[0-9A-Fa-f:.]+\]' AS in_brackets,
      -- A name does not end in a number: browsers take that for an address.
      '(?!(' || written || ':/?#@]*\.)?([0-9]+|0x[0-9a-f]*)\.?([:/?#]|$))' || written || ':/?#@<>^|%\[\]]+' AS named
    FROM parts
  ), patterns AS (
    SELECT '^/(?!/)' || written || ']*$' AS path,
      '^https?://(' || written || '/?#]*@)?(' || four_bytes || '|' || in_brackets || '|' || named || ')'
        || port || '([/?#]' || written || ']*)?$' AS absolute
    FROM hosts
  )
  SELECT coalesce(carillon.text_fault(value, 0, 2000), CASE
    WHEN (value #>> '{}') COLLATE "C" !~ path AND (value #>> '{}') COLLATE "C" !~* absolute
      THEN 'Expected an http or https URL, or a path.'
  END) FROM patterns
$$;
--> statement-breakpoint
-- How many bytes a value has as JSON without spaces: PostgreSQL writes one behind each comma and each colon.
CREATE FUNCTION carillon.json_bytes(value jsonb) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT octet_length(convert_to(value::text, 'UTF8')) - sum(CASE
    WHEN part IN ('{}', '[]') THEN 0
    WHEN jsonb_typeof(part) = 'object' THEN 2 * (SELECT count(*) FROM jsonb_object_keys(part)) - 1
    WHEN jsonb_typeof(part) = 'array' THEN jsonb_array_length(part) - 1
    ELSE 0
  END)::bigint
  FROM jsonb_path_query(value, 'strict $.**') part
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.data_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) <> 'object' THEN format('Expected an object, got %s.', jsonb_typeof(value))
    -- At most a half of a text are spaces: what is larger need not be counted.
    WHEN octet_length(value::text) > 2 * 8192 THEN 'Expected at most 8 KiB.'
    WHEN octet_length(value::text) > 8192 AND carillon.json_bytes(value) > 8192 THEN 'Expected at most 8 KiB.'
    -- JavaScript reads a larger one as Infinity.
    WHEN jsonb_path_exists(value, 'strict $.** ? (@.type() == "number" && @.abs() > 1.7976931348623157e308)')
      THEN 'Expected numbers up to 1.7976931348623157e308.'
  END
$$;
--> statement-breakpoint
-- The pattern is that of zod's `iso.datetime({ offset: true })`.
CREATE FUNCTION carillon.time_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT carillon.pattern_fault(value,
    '^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29'
      || '|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)'
      || '|02-(?:0[1-9]|1\d|2[0-8])))'
      || 'T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$',
    NULL, 'a time such as 2027-01-31T09:00:00Z')
$$;
--> statement-breakpoint
-- A time in which `time_fault` finds no fault, in Unix milliseconds. JavaScript cuts off what is less than that.
-- PostgreSQL's own parser knows no offset above 15:59, and calls the year 0000 the year 1 BC.
CREATE FUNCTION carillon.unix_ms(value jsonb) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT extract(epoch FROM CASE part[1]
      WHEN '0000' THEN ('0001' || part[2] || ' BC')::timestamp
      ELSE (part[1] || part[2])::timestamp
    END)::bigint * 1000
    + rpad(left(coalesce(part[3], ''), 3), 3, '0')::bigint
    - coalesce((part[4] || '1')::bigint * (part[5]::bigint * 60 + part[6]::bigint) * 60000, 0)
  FROM regexp_matches(value #>> '{}', '^(\d{4})(.{15})(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$') part
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.fields_fault(value jsonb, known text[]) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) <> 'object' THEN format('Expected an object, got %s.', jsonb_typeof(value))
    WHEN value - known <> '{}'
      THEN format('There is no field %s.', (SELECT min(name) FROM jsonb_object_keys(value - known) name))
  END
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.actor_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN value IS NOT NULL THEN coalesce(
      carillon.fields_fault(value, '{id,name}'),
      'id: ' || carillon.user_fault(coalesce(value -> 'id', 'null')),
      'name: ' || carillon.text_fault(coalesce(value -> 'name', 'null'), 1, 200))
  END
$$;
--> statement-breakpoint
-- One of `to`: "ann", {"user": "ann", "reason": "assigned"}, or {"topic": "order:7", "reason": "team"}.
CREATE FUNCTION carillon.addressee_fault(value jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) = 'string' THEN carillon.user_fault(value)
    WHEN jsonb_typeof(value) <> 'object' THEN 'Expected a user id, or an object with user or topic.'
    WHEN jsonb_exists(value, 'user') = jsonb_exists(value, 'topic') THEN 'Expected one of user and topic.'
    ELSE coalesce(
      carillon.fields_fault(value, '{user,topic,reason}'),
      'user: ' || carillon.user_fault(value -> 'user'),
      'topic: ' || carillon.topic_fault(value -> 'topic'),
      'reason: ' || carillon.name_fault(value -> 'reason'))
  END
$$;
--> statement-breakpoint
CREATE FUNCTION carillon.array_fault(value jsonb, most int) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(value) <> 'array' THEN format('Expected an array, got %s.', jsonb_typeof(value))
    WHEN jsonb_array_length(value) NOT BETWEEN 1 AND most
      THEN format('Expected 1 to %s of them, got %s.', most, jsonb_array_length(value))
  END
$$;
--> statement-breakpoint
-- The elements of an array. Anything else has none.
CREATE FUNCTION carillon.elements_of(value jsonb) RETURNS TABLE (element jsonb, place bigint)
LANGUAGE sql STABLE AS $$
  SELECT e, n - 1
  FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END) WITH ORDINALITY o (e, n)
$$;
--> statement-breakpoint
-- What is wrong with each field of an activity by itself.
CREATE FUNCTION carillon.field_faults(activity jsonb) RETURNS TABLE (field text, fault text)
LANGUAGE sql STABLE AS $$
  VALUES
    ('type', carillon.type_fault(coalesce(activity -> 'type', 'null'))),
    ('title', carillon.text_fault(coalesce(activity -> 'title', 'null'), 1, 200)),
    ('body', carillon.text_fault(nullif(activity -> 'body', 'null'), 0, 1000)),
    ('url', carillon.url_fault(nullif(activity -> 'url', 'null'))),
    ('data', carillon.data_fault(nullif(activity -> 'data', 'null'))),
    ('topics', carillon.array_fault(activity -> 'topics', 5)),
    ('to', carillon.array_fault(activity -> 'to', 1000)),
    ('actor', carillon.actor_fault(nullif(activity -> 'actor', 'null'))),
    ('group', carillon.text_fault(nullif(activity -> 'group', 'null'), 1, 200)),
    ('key', carillon.text_fault(nullif(activity -> 'key', 'null'), 1, 200)),
    ('at', carillon.time_fault(nullif(activity -> 'at', 'null'))),
    ('expiresAt', carillon.time_fault(nullif(activity -> 'expiresAt', 'null')))
  UNION ALL
  SELECT 'topics.' || place, carillon.topic_fault(element) FROM carillon.elements_of(activity -> 'topics')
  UNION ALL
  SELECT 'to.' || place, carillon.addressee_fault(element) FROM carillon.elements_of(activity -> 'to')
  UNION ALL
  SELECT name, 'There is no such field.' FROM jsonb_object_keys(activity) name
  WHERE name <> ALL ('{type,title,body,url,data,topics,to,actor,group,key,at,expiresAt}')
$$;
--> statement-breakpoint
-- What is wrong with fields that are right by themselves.
CREATE FUNCTION carillon.whole_faults(activity jsonb, now_ms bigint) RETURNS TABLE (field text, fault text)
LANGUAGE sql STABLE AS $$
  WITH times AS (
    SELECT carillon.unix_ms(nullif(activity -> 'at', 'null')) AS at,
      carillon.unix_ms(nullif(activity -> 'expiresAt', 'null')) AS ends
  )
  SELECT 'to', 'Expected at least one of to and topics.'
  WHERE NOT jsonb_exists_any(activity, '{to,topics}')
  UNION ALL
  SELECT 'topics', 'Expected each topic once.' FROM carillon.elements_of(activity -> 'topics')
  HAVING count(*) > count(DISTINCT element)
  UNION ALL
  SELECT 'at', 'Expected a time within a year.' FROM times
  WHERE at > now_ms + 365 * 24 * 60 * 60 * 1000::bigint
  UNION ALL
  SELECT 'expiresAt', 'Expected a time after it happens.' FROM times
  WHERE ends <= coalesce(at, now_ms)
$$;
--> statement-breakpoint
-- How the row of an activity says whom it addresses (src/use-cases/audience.ts), or null when nobody.
CREATE FUNCTION carillon.addressed(addressees jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT jsonb_agg(CASE
    WHEN jsonb_typeof(element) = 'string'
      THEN jsonb_build_object('user', element, 'kind', 'publisher', 'reason', 'direct')
    WHEN jsonb_exists(element, 'user') THEN '{"kind": "publisher", "reason": "direct"}' || element
    ELSE '{"kind": "team", "reason": "team"}' || element
  END ORDER BY place) FROM carillon.elements_of(addressees)
$$;
--> statement-breakpoint
-- A UUIDv7 of that moment. Microseconds follow the milliseconds (RFC 9562, section 6.2, method 3), so that the ids of
-- one transaction keep their order. PostgreSQL has a function for it only from 18 on.
CREATE FUNCTION carillon.new_id(moment timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex(us / 1000), 12, '0') || '7' || lpad(to_hex(us % 1000 * 4096 / 1000), 3, '0')
    || right(gen_random_uuid()::text, 17))::uuid
  FROM (SELECT (extract(epoch FROM moment) * 1000000)::bigint AS us) m
$$;
--> statement-breakpoint
-- Publishes an activity when the caller's transaction commits: a row that any Carillon process then fans out.
-- It takes no lock that a request waits for: it touches no inbox, and with a key it takes the name that
-- src/use-cases/publish.ts takes too. A request under that key is refused meanwhile. Another caller of this function
-- waits, as for any unique key.
CREATE FUNCTION carillon.publish(activity jsonb, publisher text DEFAULT 'sql') RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
-- The caller must not choose which functions this one calls, nor what its backslashes mean.
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := clock_timestamp();
  now_ms bigint := floor(extract(epoch FROM moment) * 1000);
  wrong record;
  content jsonb;
  own_key text;
  own_fingerprint text;
  known record;
  new_id uuid;
BEGIN
  IF publish.publisher IS NULL OR publish.publisher COLLATE "C" !~ '^[A-Za-z0-9_-]{1,64}$' THEN
    RAISE EXCEPTION 'carillon.publish: publisher: Expected 1 to 64 of A-Z a-z 0-9 _ -'
      USING ERRCODE = 'invalid_parameter_value', COLUMN = 'publisher';
  END IF;
  IF jsonb_typeof(activity) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'carillon.publish: activity: Expected an object, got %.', coalesce(jsonb_typeof(activity), 'NULL')
      USING ERRCODE = 'invalid_parameter_value', COLUMN = 'activity';
  END IF;
  SELECT * INTO wrong FROM carillon.field_faults(activity) WHERE fault IS NOT NULL LIMIT 1;
  IF NOT FOUND THEN
    SELECT * INTO wrong FROM carillon.whole_faults(activity, now_ms) LIMIT 1;
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'carillon.publish: %: %', wrong.field, wrong.fault
      USING ERRCODE = 'invalid_parameter_value', COLUMN = wrong.field;
  END IF;

  -- What is written below, with the defaults in place: two calls with equal content have equal fingerprints.
  content := jsonb_build_object('topics', '[]'::jsonb) || activity || jsonb_build_object(
    'to', carillon.addressed(activity -> 'to'),
    'at', carillon.unix_ms(nullif(activity -> 'at', 'null')),
    'expiresAt', carillon.unix_ms(nullif(activity -> 'expiresAt', 'null')));
  SELECT encode(sha256(convert_to(jsonb_object_agg(name, value)::text, 'UTF8')), 'hex') INTO own_fingerprint
  FROM jsonb_each(content) each (name, value) WHERE value <> 'null';

  own_key := content ->> 'key';
  IF own_key IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(format('activity %s %s', publish.publisher, own_key), 0));
  END IF;
  INSERT INTO carillon.activities (id, type, topics, actor_id, actor_name, title, body, url, data, addressed, group_key,
    publisher, key, fingerprint, version, created_at, happened_at, expires_at, due_at, fan_out_after)
  VALUES (carillon.new_id(moment), content ->> 'type', content ->> 'topics', content #>> '{actor,id}',
    content #>> '{actor,name}', content ->> 'title', content ->> 'body', content ->> 'url', content ->> 'data',
    content ->> 'to', content ->> 'group', publish.publisher, own_key, own_fingerprint, 0, now_ms,
    greatest(now_ms, (content ->> 'at')::bigint), (content ->> 'expiresAt')::bigint,
    greatest(now_ms, (content ->> 'at')::bigint), '')
  ON CONFLICT (publisher, key) WHERE key IS NOT NULL DO NOTHING
  RETURNING id INTO new_id;
  IF new_id IS NOT NULL THEN
    RETURN new_id;
  END IF;

  SELECT id, fingerprint INTO known FROM carillon.activities
  WHERE publisher = publish.publisher AND key = own_key;
  IF known.fingerprint IS DISTINCT FROM own_fingerprint THEN
    RAISE EXCEPTION 'carillon.publish: key: The key % belongs to an activity with other content.', own_key
      USING ERRCODE = 'unique_violation', COLUMN = 'key';
  END IF;
  RETURN known.id;
END
$$;
--> statement-breakpoint
-- Every function is everybody's when it is made. Who may publish is said by GRANT (docs/publish-in-a-transaction.md).
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA carillon FROM PUBLIC;
