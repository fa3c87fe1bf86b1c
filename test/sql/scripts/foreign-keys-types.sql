-- Foreign keys between types of which one is not the other: none is said to be impossible that is not.
create table f (a char(5) primary key, n name unique, i int unique, v varchar unique, o oid unique, d date unique, nu numeric unique, tz timestamptz unique, f8 float8 unique, u uuid unique, c "char" unique);
-- refused: text as a key of character
create table g1 (x text references f (a));
-- refused: text as a key of name
create table g2 (x text references f (n));
-- refused: name as a key of text
create table g3 (x name references f (v));
-- refused: character as a key of text
create table g4 (x char(3) references f (v));
-- refused: integers as keys of oid
create table g5 (x int references f (o));
-- refused: integers as keys of oid
create table g6 (x bigint references f (o));
-- refused: times with and without a zone
create table g7 (x timestamptz references f (d));
-- refused: times with and without a zone
create table g8 (x date references f (tz));
create table h1 (x text references f (i));
create table h2 (x numeric references f (i));
create table h3 (x int references f (nu));
create table h4 (x float4 references f (f8));
create table h5 (x text references f (u));
create table h6 (x text references f (c));
create table h7 (x name references f (a));
create table h8 (x oid references f (i));
create table h9 (x bool references f (i));
create table h10 (x text references f (v));
