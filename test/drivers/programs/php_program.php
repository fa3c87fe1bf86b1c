<?php
// PDO and pgsql: prints what it sees, the same against every PostgreSQL.
function show(...$values) {
    echo implode(" | ", array_map(fn($value) => json_encode($value, JSON_UNESCAPED_UNICODE), $values)), "\n";
}

$place = sprintf("pgsql:host=%s;port=%s;dbname=%s", getenv("PGHOST"), getenv("PGPORT"), getenv("PGDATABASE"));
$open = fn() => new PDO($place, getenv("PGUSER"), "", [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$db = $open();
$db->exec("set timezone to 'UTC'");
$db->exec("drop table if exists php_item");
$db->exec("create table php_item (id int primary key, name text, price numeric, raw bytea, flag boolean, big bigint, ratio float8)");

echo "types\n";
$insert = $db->prepare("insert into php_item values (:id, :name, :price, :raw, :flag, :big, :ratio)");
$insert->bindValue(":id", 1, PDO::PARAM_INT);
$insert->bindValue(":name", "näme '\\");
$insert->bindValue(":price", "12.30");
$insert->bindValue(":raw", "\x00\xff", PDO::PARAM_LOB);
$insert->bindValue(":flag", true, PDO::PARAM_BOOL);
$insert->bindValue(":big", 4611686018427387904, PDO::PARAM_INT);
$insert->bindValue(":ratio", 0.1);
$insert->execute();
show($insert->rowCount());
$select = $db->query("select * from php_item");
$row = $select->fetch(PDO::FETCH_ASSOC);
$row["raw"] = bin2hex(stream_get_contents($row["raw"]));
show($row);
for ($n = 0; $n < $select->columnCount(); $n++) {
    $meta = $select->getColumnMeta($n);
    show($meta["name"], $meta["native_type"], $meta["pgsql:oid"]);
}

echo "prepared\n";
foreach ([false, true] as $emulate) {
    $plus = $db->prepare("select ?::int + ?::int as sum", [PDO::ATTR_EMULATE_PREPARES => $emulate]);
    foreach ([1, 2] as $n) {
        $plus->execute([$n, 10]);
        show($plus->fetchColumn());
    }
}

echo "copy\n";
show($db->pgsqlCopyFromArray("php_item", ["10\tx\\ty", "11\t\\N"], "\t", "\\\\N", "id, name"));
show($db->pgsqlCopyToArray("php_item", ",", "-", "id, name"));

echo "cursor\n";
$db->beginTransaction();
$scroll = $db->prepare("select i from generate_series(1, 10) i", [PDO::ATTR_CURSOR => PDO::CURSOR_SCROLL]);
$scroll->execute();
show($scroll->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_ABS, 5), $scroll->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_PRIOR), $scroll->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_LAST));
$db->commit();

echo "errors\n";
foreach (["select 1/0", "selec 1", "select * from nosuch", "insert into php_item (id) values (1)", "select 'x'::int"] as $statement) {
    try {
        $db->query($statement);
    } catch (PDOException $error) {
        show($error->errorInfo);
    }
}

echo "transactions\n";
$db->beginTransaction();
$db->exec("insert into php_item (id) values (20)");
show($db->inTransaction());
$db->rollBack();
show($db->query("select count(*) from php_item where id = 20")->fetchColumn());

echo "retry\n";
$rival = $open();
for ($attempts = 1; ; $attempts++) {
    try {
        $db->beginTransaction();
        $db->exec("set transaction isolation level repeatable read");
        $db->query("select name from php_item where id = 10")->fetchAll();
        if ($attempts === 1) $rival->exec("update php_item set name = 'rival' where id = 10");
        $db->exec("update php_item set name = name || '+own' where id = 10");
        $db->commit();
        break;
    } catch (PDOException $error) {
        show($error->errorInfo[0]);
        if ($db->inTransaction()) $db->rollBack();
    }
}
show($attempts, $db->query("select name from php_item where id = 10")->fetchColumn());

echo "pgsql\n";
$plain = pg_connect("");
pg_query($plain, "set timezone to 'UTC'");
$result = pg_query_params($plain, 'select $1::int + 1 as n, $2::text as t, null as x', [41, "ü"]);
show(pg_fetch_assoc($result), pg_field_type($result, 0), pg_field_type($result, 1), pg_field_size($result, 0));
pg_prepare($plain, "named", 'select count(*) from php_item where id > $1');
show(pg_fetch_result(pg_execute($plain, "named", [5]), 0, 0));
pg_send_query($plain, "select pg_sleep(30)");
usleep(200000);
show(pg_cancel_query($plain));
$failed = @pg_query($plain, "select * from nosuch");
show($failed, pg_last_error($plain));
pg_send_query($plain, "select 1/0");
$result = pg_get_result($plain);
show(pg_result_error_field($result, PGSQL_DIAG_SQLSTATE), pg_result_error_field($result, PGSQL_DIAG_SEVERITY));
pg_query($plain, "copy php_item (id, name) from stdin");
foreach (range(100, 199) as $n) pg_put_line($plain, "$n\tline $n\n");
pg_put_line($plain, "\\.\n");
show(pg_end_copy($plain));
show(pg_copy_to($plain, "php_item (id)", ",") !== false);
show(pg_meta_data($plain, "php_item")["price"]["type"], pg_insert($plain, "php_item", ["id" => 300, "name" => "by hand"]) !== false);
show(pg_select($plain, "php_item", ["id" => 300]));
pg_query($plain, "listen php_channel");
$rival->exec("notify php_channel, 'hello'");
for ($n = 0; $n < 100 && !($notice = pg_get_notify($plain)); $n++) usleep(50000);
show($notice["message"], $notice["payload"]);
show(pg_parameter_status($plain, "server_encoding"), pg_client_encoding($plain), pg_transaction_status($plain));
pg_query($plain, "drop table php_item");
