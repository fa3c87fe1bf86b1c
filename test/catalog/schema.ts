/** A schema with one of everything that is described: what the comparisons look at. */
export const SCHEMA = `
CREATE TABLE customer (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar(80) NOT NULL,
  email text UNIQUE,
  born date,
  tags text[],
  rating numeric(5,2) DEFAULT 1.5 CHECK (rating >= 0),
  active boolean NOT NULL DEFAULT true,
  extra jsonb DEFAULT '{}'::jsonb,
  created timestamptz NOT NULL DEFAULT now(),
  code char(3),
  kind "char",
  full_name text GENERATED ALWAYS AS (name || ' ' || coalesce(email, '')) STORED
);
CREATE TABLE "Order Line" (
  id serial,
  "Customer Id" bigint NOT NULL,
  token uuid DEFAULT gen_random_uuid(),
  quantity smallint NOT NULL DEFAULT 1,
  price double precision,
  "at" timestamp(3) without time zone DEFAULT CURRENT_TIMESTAMP,
  span interval,
  day_span interval day to second(2),
  blob bytea,
  status text DEFAULT 'new' NOT NULL,
  CONSTRAINT positive CHECK (quantity > 0 AND price >= 0),
  CONSTRAINT known_status CHECK (status IN ('new', 'sent', 'it''s done')),
  CONSTRAINT line_key PRIMARY KEY ("Customer Id", id)
);
CREATE INDEX line_price ON "Order Line" (price DESC, quantity) INCLUDE (token);
CREATE UNIQUE INDEX line_token ON "Order Line" (token NULLS FIRST);
ALTER TABLE "Order Line" ADD CONSTRAINT one_day UNIQUE NULLS NOT DISTINCT (status, "at");
CREATE SCHEMA app;
CREATE TABLE app.note (id bigint PRIMARY KEY, body text NOT NULL, gone int);
ALTER TABLE app.note DROP COLUMN gone;
ALTER TABLE app.note ADD COLUMN added int DEFAULT -5;
CREATE TABLE app.size (
  width int,
  height int,
  area int GENERATED ALWAYS AS (width * (height + 1) - 2) STORED,
  class text GENERATED ALWAYS AS (CASE WHEN width > 10 THEN 'wide' ELSE 'narrow' END) STORED,
  CONSTRAINT shape CHECK (width IS NOT NULL OR (height > 0 AND NOT height = 7))
);
CREATE SEQUENCE counter AS integer START 10 INCREMENT 5 MAXVALUE 1000 CYCLE;
CREATE TABLE bare (a int, b text);
`;
