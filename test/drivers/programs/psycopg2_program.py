"""psycopg2: prints what it sees, the same against every PostgreSQL."""
import datetime
import decimal
import io
import threading
import time
import uuid

import psycopg2
import psycopg2.errors
import psycopg2.extras
from psycopg2.extras import Json

psycopg2.extras.register_uuid()


def connect():
    connection = psycopg2.connect("")
    connection.set_session(isolation_level="REPEATABLE READ")
    return connection


connection = connect()
cursor = connection.cursor()
cursor.execute("set timezone to 'UTC'")
cursor.execute("drop table if exists psycopg2_item")
cursor.execute(
    "create table psycopg2_item (id int primary key, name text, price numeric(10, 2),"
    " tags text[], data jsonb, made timestamptz, day date, raw bytea, key uuid, flag boolean, length interval)"
)
connection.commit()

print("types")
values = (
    1, "näme 'quoted' \\ %", decimal.Decimal("12.30"), ["a", None, 'b"c'], Json({"n": [1, None]}),
    datetime.datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=datetime.timezone.utc), datetime.date(1999, 12, 31),
    b"\x00\xff'", uuid.UUID(int=7), True, datetime.timedelta(days=3, hours=4),
)
cursor.execute("insert into psycopg2_item values (" + ", ".join(["%s"] * len(values)) + ")", values)
cursor.execute("insert into psycopg2_item (id) values (2)")
cursor.execute("select * from psycopg2_item order by id")
for row in cursor:
    print([bytes(v) if isinstance(v, memoryview) else v for v in row])
print([(d.name, d.type_code) for d in cursor.description])
cursor.execute("select 1.5::float8, 'nan'::float8, '(1,2)'::text, array[[1,2],[3,4]], int4range(1,5), 'infinity'::float8, null")
print(cursor.fetchone())
print(cursor.rowcount, cursor.statusmessage)
connection.commit()

print("many")
psycopg2.extras.execute_values(
    cursor, "insert into psycopg2_item (id, name) values %s", [(n, f"n{n}") for n in range(10, 1010)]
)
print(cursor.rowcount, cursor.statusmessage)
cursor.execute("select count(*), sum(id) from psycopg2_item")
print(cursor.fetchone())
connection.commit()

print("large objects")
large = connection.lobject(0, "wb", 73001)
print(large.oid, large.mode, large.closed, large.write(b"0123456789" * 1000), large.tell())
print(large.seek(0), large.seek(-5, 2), large.write(b"end"), large.tell())
large.close()
large = connection.lobject(73001, "rb")
print(large.read(12), large.seek(9990), large.read(), large.read(5))
try:
    large.write(b"x")
except psycopg2.Error as error:
    print(type(error).__name__, error.pgcode, str(error).strip())
connection.rollback()
try:
    connection.lobject(73001, "rb")
except psycopg2.Error as error:
    print(type(error).__name__, str(error).strip())
connection.rollback()
large = connection.lobject(0, "w", 73002)
print(large.write("täxt"))
connection.commit()
large = connection.lobject(73002, "rw")
print(repr(large.read()), large.truncate(2), large.seek(0, 2), large.tell())
large.seek(5 * 1024 * 1024 * 1024)
print(large.tell())
large.unlink()
connection.commit()
cursor.execute("select count(*) from pg_largeobject_metadata where oid in (73001, 73002)")
print(cursor.fetchone())
connection.commit()

print("prepared")
cursor.execute("prepare plus as select $1::int + $2::int")
for n in range(3):
    cursor.execute("execute plus (%s, %s)", (n, n * 10))
    print(cursor.fetchone())
cursor.execute("deallocate plus")

print("named cursor")
with connection.cursor(name="reader") as reader:
    reader.itersize = 1000
    reader.execute("select i from generate_series(1, 100000) i")
    print(sum(i for (i,) in reader))
with connection.cursor(name="scroller", scrollable=True) as scroller:
    scroller.execute("select i from generate_series(1, 10) i")
    scroller.scroll(5)
    print(scroller.fetchone())
    scroller.scroll(-3)
    print(scroller.fetchmany(2))
connection.commit()

print("copy")
cursor.copy_expert("copy psycopg2_item (id, name) from stdin", io.StringIO("5000\tx\\ty\n5001\t\\N\n"))
print(cursor.rowcount)
out = io.StringIO()
cursor.copy_expert("copy (select id, name from psycopg2_item where id >= 5000 order by id) to stdout csv header", out)
print(repr(out.getvalue()))
try:
    cursor.copy_expert("copy psycopg2_item (id, name) from stdin", io.StringIO("wrong\tx\n"))
except psycopg2.Error as error:
    print(error.pgcode, error.diag.message_primary, error.diag.context)
connection.rollback()

print("errors")
for statement in [
    "select 1/0", "selec 1", "select * from nosuch", "insert into psycopg2_item values (1)",
    "select 'x'::int", "insert into psycopg2_item (id) values (null)",
]:
    try:
        cursor.execute(statement)
    except psycopg2.Error as error:
        diag = error.diag
        print(type(error).__name__, error.pgcode, diag.message_primary, diag.message_detail, diag.statement_position,
              diag.table_name, diag.column_name, diag.constraint_name)
    connection.rollback()

print("notices")
cursor.execute("drop table if exists nosuch")
print(connection.notices)

print("savepoints")
cursor.execute("insert into psycopg2_item (id) values (6000)")
cursor.execute("savepoint s")
try:
    cursor.execute("insert into psycopg2_item (id) values (6000)")
except psycopg2.errors.UniqueViolation:
    cursor.execute("rollback to savepoint s")
cursor.execute("insert into psycopg2_item (id) values (6001)")
connection.commit()
cursor.execute("select id from psycopg2_item where id >= 6000 order by id")
print(cursor.fetchall())
connection.commit()

print("cancel")
timer = threading.Timer(0.3, connection.cancel)
timer.start()
try:
    cursor.execute("select pg_sleep(30)")
except psycopg2.errors.QueryCanceled as error:
    print(error.pgcode, error.diag.message_primary)
connection.rollback()

print("retry")
other = connect()
attempts = 0
while True:
    attempts += 1
    try:
        cursor.execute("select name from psycopg2_item where id = 2")
        cursor.fetchone()
        if attempts == 1:
            with other.cursor() as rival:
                rival.execute("update psycopg2_item set name = 'rival' where id = 2")
            other.commit()
        cursor.execute("update psycopg2_item set name = coalesce(name, '') || '+own' where id = 2")
        connection.commit()
        break
    except psycopg2.errors.SerializationFailure as error:
        print(error.pgcode)
        connection.rollback()
cursor.execute("select name from psycopg2_item where id = 2")
print(attempts, cursor.fetchone())

print("reconnect")
pid = other.get_backend_pid()
cursor.execute("select pg_terminate_backend(%s)", (pid,))
time.sleep(0.2)
try:
    with other.cursor() as gone:
        gone.execute("select 1")
except (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.DatabaseError) as error:
    print("gone", other.closed != 0)
with connect() as again, again.cursor() as fresh:
    fresh.execute("select 1")
    print(fresh.fetchone())

print("autocommit")
connection.rollback()
connection.autocommit = True
cursor.execute("set statement_timeout to '100ms'")
try:
    cursor.execute("select pg_sleep(10)")
except psycopg2.errors.QueryCanceled as error:
    print(error.diag.message_primary)
cursor.execute("drop table psycopg2_item")
