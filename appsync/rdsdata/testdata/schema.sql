-- The tables of this package's tests: something of every kind of type.
CREATE TYPE grade AS ENUM ('green', 'blue', 'black');
CREATE DOMAIN short AS text CHECK (length(value) < 10);
CREATE TABLE shelf (
  id serial PRIMARY KEY,
  name varchar(40) NOT NULL,
  weight numeric(8,2)
);
CREATE TABLE book (
  id uuid PRIMARY KEY,
  shelf int REFERENCES shelf,
  title text NOT NULL,
  level grade,
  code short,
  price numeric,
  pages bigint,
  rating double precision,
  lent boolean,
  added timestamptz,
  due date,
  cover bytea,
  tags text[],
  extra jsonb
);
INSERT INTO shelf (name, weight) VALUES ('low', 12.5), ('high', NULL);
INSERT INTO book VALUES
  ('11111111-1111-4111-8111-111111111111', 1, 'Trails "North"', 'blue', 'A1', 12.50, 320, 4.5, false,
   '2024-05-06 07:08:09.123456+02', '2024-06-01', '\x00ff', '{a,"b c",NULL}', '{"a": [1, 2]}'),
  ('22222222-2222-4222-8222-222222222222', 1, 'Höhenwege', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
