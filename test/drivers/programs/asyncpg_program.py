"""asyncpg: binary formats throughout; prints what it sees, the same against every PostgreSQL."""
import asyncio
import datetime
import decimal
import io
import uuid

import asyncpg


async def types(connection):
    print("types")
    await connection.execute("drop table if exists asyncpg_item")
    await connection.execute("drop type if exists asyncpg_pair")
    await connection.execute("drop type if exists asyncpg_mood")
    await connection.execute("create type asyncpg_pair as (a int, b text)")
    await connection.execute("create type asyncpg_mood as enum ('sad', 'ok')")
    await connection.execute(
        "create table asyncpg_item (id int primary key, name text, price numeric, tags text[], data jsonb, made timestamptz,"
        " plain timestamp, day date, at time, raw bytea, key uuid, flag boolean, length interval, big bigint, small smallint,"
        " ratio float8, single float4, net inet, block cidr, span int4range, spans int8multirange, pair asyncpg_pair,"
        " mood asyncpg_mood, bits bit(5), more varbit, grid int[][], plain_json json, mac macaddr)"
    )
    values = [
        1, "näme", decimal.Decimal("-12345678901234567890.000123"), ["a", None, 'b"c'], '{"n": [1, null]}',
        datetime.datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=datetime.timezone.utc), datetime.datetime(1900, 1, 1),
        datetime.date(1999, 12, 31), datetime.time(23, 59, 59, 999999), b"\x00\xff'", uuid.UUID(int=7), True,
        datetime.timedelta(days=3, hours=4, microseconds=1), 2**62, -5, 0.1, 0.5, "10.1.2.3", "10.0.0.0/8",
        asyncpg.Range(1, 5), [asyncpg.Range(1, 5), asyncpg.Range(9, None)], (1, "x"), "ok",
        asyncpg.BitString("10101"), asyncpg.BitString("101"), [[1, 2], [3, 4]], "[1]", "08:00:2b:01:02:03",
    ]
    marks = ", ".join(f"${n + 1}" for n in range(len(values)))
    print(await connection.execute(f"insert into asyncpg_item values ({marks})", *values))
    print(dict(await connection.fetchrow("select * from asyncpg_item")))
    for number in ["0", "1e-20", "10000", "0.00010000", "99999999999999999999.9", "NaN", "-1"]:
        print(await connection.fetchval("select $1::numeric", decimal.Decimal(number)))
    print(await connection.fetchval("select array_agg(row(i, 'x')) from generate_series(1, 2) i"))
    print(await connection.fetchrow("select 'infinity'::timestamptz, '-infinity'::date, 'nan'::float8, null::int, ''::text, '{}'::int[]"))


async def statements(connection):
    print("statements")
    statement = await connection.prepare("select id, name from asyncpg_item where id = $1 and name = $2")
    print([(p.name, p.oid) for p in statement.get_parameters()])
    print([(a.name, a.type.name) for a in statement.get_attributes()], statement.get_statusmsg())
    print(await statement.fetch(1, "näme"), statement.get_statusmsg())
    await connection.executemany("insert into asyncpg_item (id, name) values ($1, $2)", [(n, str(n)) for n in range(10, 510)])
    print(await connection.fetchval("select sum(id) from asyncpg_item"))
    try:
        await connection.executemany("insert into asyncpg_item (id) values ($1)", [(900,), (901,), (10,)])
    except asyncpg.UniqueViolationError as error:
        print(error.sqlstate, error.constraint_name, error.detail)
    print(await connection.fetchval("select count(*) from asyncpg_item where id >= 900"))
    print(await connection.execute("select 1; select 2; update asyncpg_item set name = 'y' where id = 10"))


async def cursors(connection):
    print("cursors")
    async with connection.transaction():
        total = 0
        async for row in connection.cursor("select i from generate_series(1, 50000) i", prefetch=1000):
            total += row["i"]
        print(total)
        cursor = await connection.cursor("select i from generate_series(1, $1::int) i", 10)
        print(await cursor.fetch(3), await cursor.forward(2), await cursor.fetchrow(), await cursor.fetch(100))


async def copies(connection):
    print("copy")
    records = [(n, f"r{n}", decimal.Decimal(n) / 8) for n in range(7000, 7200)]
    print(await connection.copy_records_to_table("asyncpg_item", records=records, columns=["id", "name", "price"]))
    print(await connection.copy_to_table("asyncpg_item", source=io.BytesIO(b"7500,x\n7501,\n"), columns=["id", "name"], format="csv"))
    out = io.BytesIO()
    print(await connection.copy_from_query("select id, name from asyncpg_item where id >= $1 order by id", 7500, output=out, format="csv"))
    print(out.getvalue())
    out = io.BytesIO()
    await connection.copy_from_query("select 1::int4, null::text, 2::int8", output=out, format="binary")
    print(out.getvalue())
    try:
        await connection.copy_to_table("asyncpg_item", source=io.BytesIO(b"x,x\n"), columns=["id", "name"], format="csv")
    except asyncpg.PostgresError as error:
        print(error.sqlstate, error.context)


async def errors(connection):
    print("errors")
    for statement in ["select 1/0", "selec 1", "select * from nosuch", "insert into asyncpg_item (id) values (1)", "select 'x'::int"]:
        try:
            await connection.fetch(statement)
        except asyncpg.PostgresError as error:
            print(type(error).__name__, error.sqlstate, error, error.position, error.constraint_name)
    try:
        await connection.fetch("select $1::int", "not a number")
    except asyncpg.DataError as error:
        print(error)
    try:
        async with connection.transaction():
            await connection.execute("insert into asyncpg_item (id) values (8000)")
            try:
                async with connection.transaction():
                    await connection.execute("insert into asyncpg_item (id) values (8000)")
            except asyncpg.UniqueViolationError:
                print("inner rolled back")
            await connection.execute("insert into asyncpg_item (id) values (8001)")
    finally:
        print(await connection.fetch("select id from asyncpg_item where id >= 8000 order by id"))
    try:
        await connection.fetch("select pg_sleep(30)", timeout=0.3)
    except asyncio.TimeoutError:
        print("timeout", await connection.fetchval("select 1"))


async def retry(connection):
    print("retry")
    other = await asyncpg.connect()
    attempts = 0
    while True:
        attempts += 1
        try:
            async with connection.transaction(isolation="repeatable_read"):
                await connection.fetchval("select name from asyncpg_item where id = 8000")
                if attempts == 1:
                    await other.execute("update asyncpg_item set name = 'rival' where id = 8000")
                await connection.execute("update asyncpg_item set name = coalesce(name, '') || '+own' where id = 8000")
            break
        except asyncpg.SerializationError as error:
            print(error.sqlstate)
    print(attempts, await connection.fetchval("select name from asyncpg_item where id = 8000"))
    await connection.execute("select pg_terminate_backend($1)", other.get_server_pid())
    await asyncio.sleep(0.2)
    try:
        await other.fetchval("select 1")
    except (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.InterfaceError, ConnectionError):
        print("gone", other.is_closed())


async def pool():
    print("pool")
    async with asyncpg.create_pool(min_size=2, max_size=5, server_settings={"application_name": "pooled"}) as own:
        async def one(n):
            async with own.acquire() as connection:
                return await connection.fetchval("select $1::int * 2", n)
        print(sum(await asyncio.gather(*(one(n) for n in range(100)))))
        print(await own.fetchval("show application_name"))


async def main():
    connection = await asyncpg.connect()
    await connection.execute("set timezone to 'UTC'")
    for step in (types, statements, cursors, copies, errors, retry):
        await step(connection)
    listened = asyncio.Queue()
    await connection.add_listener("asyncpg_channel", lambda c, pid, channel, payload: listened.put_nowait((channel, payload)))
    await connection.execute("select pg_notify('asyncpg_channel', 'hello')")
    print(await asyncio.wait_for(listened.get(), 10))
    await connection.execute("drop table asyncpg_item")
    await connection.execute("drop type asyncpg_pair, asyncpg_mood")
    await connection.close()
    await pool()


asyncio.run(main())
