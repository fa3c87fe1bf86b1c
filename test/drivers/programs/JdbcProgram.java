// pgjdbc: prints what it sees, the same against every PostgreSQL.
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.*;
import java.time.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.util.PSQLException;

public class JdbcProgram {
    static String address() {
        return "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
    }

    static Connection open(String options) throws SQLException {
        return DriverManager.getConnection(address() + "?user=" + System.getenv("PGUSER") + options);
    }

    static void show(Object... values) {
        System.out.println(Arrays.deepToString(values));
    }

    static void failing(Connection db, String sql) throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.execute(sql);
        } catch (PSQLException error) {
            var server = error.getServerErrorMessage();
            show(error.getSQLState(), server.getMessage(), server.getPosition(), server.getConstraint());
        }
    }

    static void types(String options) throws Exception {
        show("types", options);
        try (Connection db = open(options)) {
            Statement plain = db.createStatement();
            plain.execute("set timezone to 'UTC'");
            plain.execute("drop table if exists jdbc_item");
            plain.execute("create table jdbc_item (id int primary key, name text, price numeric, tags text[], raw bytea, flag boolean, "
                + "big bigint, ratio float8, single float4, day date, at time, made timestamptz, plain timestamp, key uuid, data jsonb)");
            PreparedStatement insert = db.prepareStatement("insert into jdbc_item values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)");
            insert.setInt(1, 1);
            insert.setString(2, "näme");
            insert.setBigDecimal(3, new BigDecimal("-12345678901234567890.000123"));
            insert.setArray(4, db.createArrayOf("text", new String[] {"a", null, "b\"c"}));
            insert.setBytes(5, new byte[] {0, -1});
            insert.setBoolean(6, true);
            insert.setLong(7, 1L << 62);
            insert.setDouble(8, 0.1);
            insert.setFloat(9, 0.5f);
            insert.setObject(10, LocalDate.of(1999, 12, 31));
            insert.setObject(11, LocalTime.of(23, 59, 59));
            insert.setObject(12, OffsetDateTime.of(2024, 2, 29, 12, 30, 1, 5000, ZoneOffset.UTC));
            insert.setObject(13, LocalDateTime.of(1900, 1, 1, 0, 0));
            insert.setObject(14, new UUID(0, 7));
            insert.setString(15, "{\"n\": [1, null]}");
            show(insert.executeUpdate());
            PreparedStatement select = db.prepareStatement("select * from jdbc_item where id = ?");
            // More than prepareThreshold: named statements and binary results.
            for (int round = 0; round < 7; round++) {
                select.setInt(1, 1);
                ResultSet rows = select.executeQuery();
                rows.next();
                if (round > 0 && round < 6) continue;
                show(rows.getInt(1), rows.getString(2), rows.getBigDecimal(3), rows.getArray(4).getArray(), rows.getBytes(5), rows.getBoolean(6),
                    rows.getLong(7), rows.getDouble(8), rows.getFloat(9), rows.getObject(10, LocalDate.class), rows.getObject(11, LocalTime.class),
                    rows.getObject(12, OffsetDateTime.class), rows.getObject(13, LocalDateTime.class), rows.getObject(14), rows.getString(15));
            }
            ResultSetMetaData meta = select.getMetaData();
            for (int n = 1; n <= meta.getColumnCount(); n++) {
                show(meta.getColumnName(n), meta.getColumnTypeName(n), meta.getPrecision(n), meta.getScale(n), meta.isNullable(n), meta.getTableName(n));
            }
            show(insert.getParameterMetaData().getParameterTypeName(3));
        }
    }

    static void statements(Connection db) throws Exception {
        show("statements");
        PreparedStatement batch = db.prepareStatement("insert into jdbc_item (id, name) values (?, ?)", Statement.RETURN_GENERATED_KEYS);
        for (int n = 10; n < 510; n++) {
            batch.setInt(1, n);
            batch.setString(2, "n" + n);
            batch.addBatch();
        }
        show(Arrays.stream(batch.executeBatch()).sum());
        ResultSet keys = batch.getGeneratedKeys();
        keys.next();
        show(keys.getInt("id"));
        batch.setInt(1, 600); batch.setString(2, "x"); batch.addBatch();
        batch.setInt(1, 10); batch.setString(2, "x"); batch.addBatch();
        try {
            batch.executeBatch();
        } catch (BatchUpdateException error) {
            show(error.getSQLState(), error.getUpdateCounts());
        }
        Statement several = db.createStatement();
        boolean isRows = several.execute("select 1; update jdbc_item set name = 'z' where id = 10; select 2");
        show(isRows, several.getMoreResults(), several.getUpdateCount(), several.getMoreResults());
        db.setAutoCommit(false);
        Statement cursor = db.createStatement();
        cursor.setFetchSize(1000);
        ResultSet rows = cursor.executeQuery("select i, repeat('x', 100) from generate_series(1, 100000) i");
        long total = 0;
        while (rows.next()) total += rows.getInt(1);
        show(total);
        Savepoint savepoint = db.setSavepoint("s");
        failing(db, "insert into jdbc_item (id) values (10)");
        db.rollback(savepoint);
        db.commit();
        db.setAutoCommit(true);
        Statement scrolling = db.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet updatable = scrolling.executeQuery("select id, name from jdbc_item where id in (10, 11) order by id");
        updatable.absolute(2);
        updatable.updateString("name", "updated");
        updatable.updateRow();
        show(db.createStatement().executeQuery("select name from jdbc_item where id = 11").next());
    }

    static void copies(Connection db) throws Exception {
        show("copy");
        var copy = db.unwrap(PGConnection.class).getCopyAPI();
        show(copy.copyIn("copy jdbc_item (id, name) from stdin csv", new StringReader("5000,x\n5001,\n")));
        StringWriter out = new StringWriter();
        show(copy.copyOut("copy (select id, name from jdbc_item where id >= 5000 order by id) to stdout csv", out), out.toString());
        try {
            copy.copyIn("copy jdbc_item (id) from stdin", new StringReader("x\n"));
        } catch (SQLException error) {
            show(error.getSQLState());
        }
    }

    static void metadata(Connection db) throws Exception {
        show("metadata");
        DatabaseMetaData meta = db.getMetaData();
        show(meta.getDatabaseProductName(), meta.getDatabaseMajorVersion());
        ResultSet columns = meta.getColumns(null, "public", "jdbc_item", "%");
        while (columns.next()) show(columns.getString("COLUMN_NAME"), columns.getString("TYPE_NAME"), columns.getInt("DATA_TYPE"), columns.getString("IS_NULLABLE"));
        ResultSet keys = meta.getPrimaryKeys(null, "public", "jdbc_item");
        while (keys.next()) show(keys.getString("COLUMN_NAME"), keys.getString("PK_NAME"));
        ResultSet indexes = meta.getIndexInfo(null, "public", "jdbc_item", true, true);
        while (indexes.next()) show(indexes.getString("INDEX_NAME"), indexes.getString("COLUMN_NAME"), indexes.getBoolean("NON_UNIQUE"));
        ResultSet tables = meta.getTables(null, "public", "jdbc%", new String[] {"TABLE"});
        while (tables.next()) show(tables.getString("TABLE_NAME"), tables.getString("TABLE_TYPE"));
    }

    static void interrupted(Connection db) throws Exception {
        show("cancel");
        Statement statement = db.createStatement();
        new Timer(true).schedule(new TimerTask() {
            public void run() {
                try { statement.cancel(); } catch (SQLException error) { show(error.getMessage()); }
            }
        }, 300);
        try {
            statement.execute("select pg_sleep(30)");
        } catch (SQLException error) {
            show(error.getSQLState());
        }
        Statement limited = db.createStatement();
        limited.setQueryTimeout(1);
        try {
            limited.execute("select pg_sleep(30)");
        } catch (SQLException error) {
            show(error.getSQLState());
        }
    }

    static void retry(Connection db) throws Exception {
        show("retry");
        Connection rival = open("");
        int attempts = 0;
        db.setAutoCommit(false);
        db.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        for (boolean done = false; !done;) {
            attempts++;
            try (Statement statement = db.createStatement()) {
                statement.executeQuery("select name from jdbc_item where id = 20").close();
                if (attempts == 1) rival.createStatement().execute("update jdbc_item set name = 'rival' where id = 20");
                statement.execute("update jdbc_item set name = name || '+own' where id = 20");
                db.commit();
                done = true;
            } catch (SQLException error) {
                show(error.getSQLState());
                db.rollback();
            }
        }
        ResultSet rows = db.createStatement().executeQuery("select name from jdbc_item where id = 20");
        rows.next();
        show(attempts, rows.getString(1));
        db.commit();
        db.setAutoCommit(true);
        show("reconnect");
        int pid = rival.unwrap(PGConnection.class).getBackendPID();
        db.createStatement().execute("select pg_terminate_backend(" + pid + ")");
        Thread.sleep(200);
        try {
            rival.createStatement().execute("select 1");
        } catch (SQLException error) {
            show("gone", rival.isValid(1));
        }
        db.createStatement().execute("listen jdbc_channel");
        db.createStatement().execute("notify jdbc_channel, 'hello'");
        var notices = db.unwrap(PGConnection.class).getNotifications(5000);
        show(notices[0].getName(), notices[0].getParameter());
    }

    static void largeObjects(Connection db) throws Exception {
        show("large objects");
        db.setAutoCommit(false);
        LargeObjectManager manager = db.unwrap(PGConnection.class).getLargeObjectAPI();
        long oid = manager.createLO(LargeObjectManager.READWRITE);
        byte[] data = new byte[10_000];
        for (int at = 0; at < data.length; at++) data[at] = (byte) (at * 7);
        try (LargeObject large = manager.open(oid, LargeObjectManager.WRITE)) {
            large.write(data);
            show(large.tell64() + " " + large.size64());
            large.seek(4000);
            large.write(new byte[] {1, 2, 3});
            large.truncate(9000);
            large.seek64(6_000_000_000L, LargeObject.SEEK_SET);
            show(large.tell64() + " " + large.size64());
        }
        try (LargeObject large = manager.open(oid, LargeObjectManager.READ)) {
            large.seek(3999);
            show(java.util.Arrays.toString(large.read(5)));
            large.seek(-3, LargeObject.SEEK_END);
            show(java.util.Arrays.toString(large.read(10)));
            large.seek(0);
            show(large.getInputStream().readAllBytes().length);
        }
        db.commit();
        Statement statement = db.createStatement();
        statement.execute("create table jdbc_picture (id int primary key, picture oid)");
        PreparedStatement insert = db.prepareStatement("insert into jdbc_picture values (1, ?)");
        insert.setBlob(1, new java.io.ByteArrayInputStream(data), data.length);
        show(insert.executeUpdate());
        ResultSet rows = statement.executeQuery("select picture from jdbc_picture");
        rows.next();
        Blob blob = rows.getBlob(1);
        show(blob.length() + " " + java.util.Arrays.equals(blob.getBytes(1, data.length), data) + " " + blob.position(new byte[] {7, 14, 21}, 1));
        blob.free();
        show(statement.executeQuery("select lo_unlink(picture) from jdbc_picture").next());
        manager.delete(oid);
        db.commit();
        try {
            manager.open(oid, LargeObjectManager.READ);
        } catch (SQLException error) {
            show(error.getSQLState());
        }
        db.rollback();
        statement.execute("drop table jdbc_picture");
        db.commit();
        db.setAutoCommit(true);
    }

    public static void main(String[] arguments) throws Exception {
        types("");
        types("&binaryTransfer=false");
        types("&preferQueryMode=extendedCacheEverything");
        types("&prepareThreshold=-1");
        try (Connection db = open("&reWriteBatchedInserts=true&ApplicationName=jdbc")) {
            statements(db);
            copies(db);
            largeObjects(db);
            show("errors");
            for (String sql : List.of("select 1/0", "selec 1", "select * from nosuch", "insert into jdbc_item (id) values (1)", "select 'x'::int")) failing(db, sql);
            metadata(db);
            interrupted(db);
            retry(db);
            db.createStatement().execute("drop table jdbc_item");
        }
    }
}
