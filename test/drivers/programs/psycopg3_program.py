"""psycopg 3: prints what it sees, the same against every PostgreSQL."""
import datetime
import decimal
import ipaddress
import logging
import threading
import time
import uuid

import psycopg
from psycopg import errors
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg.types.range import Range

# When a pipeline learns of its error is a matter of time.
logging.disable()
connection = psycopg.connect("")
connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
connection.execute("set timezone to 'UTC'")
connection.execute("drop table if exists psycopg3_item")
connection.execute(
    "create table psycopg3_item (id int primary key, name text, price numeric, tags text[], data jsonb,"
    " made timestamptz, day date, at time, raw bytea, key uuid, flag boolean, length interval, big bigint,"
    " small smallint, ratio float8, net inet, span int4range, spans int4multirange)"
)
connection.commit()

values = (
    1, "näme", decimal.Decimal("-12345678901234567890.000123"), ["a", None, 'b"c'], Jsonb({"n": [1, None]}),
    datetime.datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=datetime.timezone.utc), datetime.date(1999, 12, 31),
    datetime.time(23, 59, 59, 999999), b"\x00\xff'", uuid.UUID(int=7), True,
    datetime.timedelta(days=3, hours=4, microseconds=1), 2**62, -5, 0.1,
    ipaddress.ip_interface("10.1.2.3/8"), Range(1, 5), [Range(1, 5), Range(9, None)],
)

for binary in (False, True):
    print("types", binary)
    mark = "%b" if binary else "%t"
    connection.execute("delete from psycopg3_item")
    with connection.cursor(binary=binary) as cursor:
        # psycopg has no binary dumper for a list of ranges without their type.
        marks = [mark] * (len(values) - 1) + ["%s::int4multirange"]
        text = values[:-1] + ("{[1,5),[9,)}",)
        cursor.execute("insert into psycopg3_item values (" + ", ".join(marks) + ")", text)
        cursor.execute("select * from psycopg3_item")
        print(cursor.fetchone())
        cursor.execute("select array[[1,2],[3,4]], row(1, 'x'), '{}'::text[], 'nan'::numeric, 'nan'::float8, 1::\"char\"::text, null")
        print(cursor.fetchone())
        for number in ["0", "1e-20", "10000", "0.00010000", "99999999999999999999.9", "-1"]:
            cursor.execute("select %b::numeric", (decimal.Decimal(number),))
            print(cursor.fetchone())
connection.commit()

print("rows")
with connection.cursor(row_factory=dict_row) as cursor:
    print(cursor.execute("select 1 as one, 'x' as two").fetchone())
    print([(c.name, c.type_code) for c in cursor.description])

print("prepared")
for n in range(4):
    print(connection.execute("select %s::int + 1", (n,), prepare=True).fetchone())

print("pipeline")
with connection.pipeline():
    first = connection.execute("select 1")
    second = connection.execute("insert into psycopg3_item (id) values (50) returning id")
    third = connection.execute("select count(*) from psycopg3_item")
print(first.fetchone(), second.fetchone(), third.fetchone())
try:
    with connection.pipeline() as pipeline:
        connection.execute("select 1")
        connection.execute("select 1/0")
        connection.execute("select 2")
        pipeline.sync()
except psycopg.Error as error:
    print(type(error).__name__, error.sqlstate)
connection.rollback()
with connection.cursor() as cursor:
    cursor.executemany("insert into psycopg3_item (id, name) values (%s, %s)", [(n, str(n)) for n in range(100, 600)])
    print(cursor.rowcount)
    cursor.executemany("insert into psycopg3_item (id) values (%s) returning id", [(n,) for n in range(600, 603)], returning=True)
    ids = []
    while True:
        ids.append(cursor.fetchone())
        if not cursor.nextset():
            break
    print(ids)
connection.commit()

print("server cursor")
with connection.cursor(name="reader") as cursor:
    cursor.itersize = 5000
    cursor.execute("select i, repeat('x', 100) from generate_series(1, 100000) i")
    print(sum(row[0] for row in cursor))
with connection.cursor(name="scroller", scrollable=True) as cursor:
    cursor.execute("select i from generate_series(1, 10) i")
    cursor.scroll(5)
    print(cursor.fetchone())
    cursor.scroll(0, "absolute")
    print(cursor.fetchmany(2))
connection.commit()
print(sum(row[0] for row in connection.cursor().stream("select i from generate_series(1, 20000) i")))

print("copy")
with connection.cursor() as cursor:
    with cursor.copy("copy psycopg3_item (id, name, price) from stdin") as copy:
        for n in range(7000, 7100):
            copy.write_row((n, f"r\t{n}", decimal.Decimal(n) / 8))
    print(cursor.rowcount)
    with cursor.copy("copy psycopg3_item (id, name, made) from stdin (format binary)") as copy:
        copy.set_types(["int4", "text", "timestamptz"])
        for n in range(7100, 7200):
            copy.write_row((n, None, values[5]))
    with cursor.copy("copy (select id, name, price, made from psycopg3_item where id in (7001, 7101) order by id) to stdout (format binary)") as copy:
        copy.set_types(["int4", "text", "numeric", "timestamptz"])
        for row in copy.rows():
            print(row)
    with cursor.copy("copy (select i from generate_series(1, 200000) i) to stdout") as copy:
        print(sum(len(data) for data in copy))
try:
    with connection.cursor() as cursor, cursor.copy("copy psycopg3_item (id) from stdin") as copy:
        copy.write("1\n2\nx\n")
except psycopg.Error as error:
    print(type(error).__name__, error.sqlstate, error.diag.context)
connection.rollback()

print("errors")
for statement in ["select 1/0", "selec 1", "select * from nosuch", "insert into psycopg3_item (id) values (1)", "select 'x'::int"]:
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        diag = error.diag
        print(type(error).__name__, error.sqlstate, diag.message_primary, diag.message_detail, diag.statement_position, diag.constraint_name)
    connection.rollback()

print("transactions")
with connection.transaction():
    connection.execute("insert into psycopg3_item (id) values (8000)")
    try:
        with connection.transaction():
            connection.execute("insert into psycopg3_item (id) values (8001)")
            raise ValueError
    except ValueError:
        pass
    print(connection.info.transaction_status.name)
print(connection.execute("select id from psycopg3_item where id >= 8000").fetchall())
connection.commit()

print("cancel")
threading.Timer(0.3, connection.cancel).start()
try:
    connection.execute("select pg_sleep(30)")
except errors.QueryCanceled as error:
    print(error.sqlstate)
connection.rollback()

print("retry")
other = psycopg.connect("", autocommit=True)
attempts = 0
while True:
    attempts += 1
    try:
        with connection.transaction():
            connection.execute("select name from psycopg3_item where id = 8000").fetchone()
            if attempts == 1:
                other.execute("update psycopg3_item set name = 'rival' where id = 8000")
            connection.execute("update psycopg3_item set name = coalesce(name, '') || '+own' where id = 8000")
        break
    except errors.SerializationFailure as error:
        print(error.sqlstate)
print(attempts, connection.execute("select name from psycopg3_item where id = 8000").fetchone())
connection.commit()

print("reconnect")
connection.execute("select pg_terminate_backend(%s)", (other.info.backend_pid,))
time.sleep(0.2)
try:
    other.execute("select 1")
except psycopg.OperationalError:
    print("gone", other.broken or other.closed)
with psycopg.connect("") as again:
    print(again.execute("select 1").fetchone())
notices = []
connection.add_notice_handler(lambda diag: notices.append((diag.severity, diag.sqlstate, diag.message_primary)))
connection.execute("drop table if exists nosuch")
print(notices)
connection.execute("drop table psycopg3_item")
connection.commit()
