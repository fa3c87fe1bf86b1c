# DBD::Pg: prints what it sees, the same against every PostgreSQL.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use DBD::Pg qw(:pg_types :async);
binmode STDOUT, ":utf8";

sub show { print join(" | ", map { !defined $_ ? "NULL" : ref $_ eq "ARRAY" ? "[" . join(",", map { $_ // "NULL" } @$_) . "]" : $_ } @_), "\n"; }

my $db = DBI->connect("dbi:Pg:", "", "", { RaiseError => 1, PrintError => 0, PrintWarn => 0, AutoCommit => 1 });
$db->do("set timezone to 'UTC'");
$db->do("drop table if exists perl_item");
$db->do("create table perl_item (id int primary key, name text, price numeric, tags text[], raw bytea, flag boolean, made timestamptz)");

print "types\n";
my $insert = $db->prepare("insert into perl_item values (?, ?, ?, ?, ?, ?, ?)");
$insert->bind_param(5, undef, { pg_type => PG_BYTEA });
$insert->execute(1, "näme '\\", "12.30", ["a", "b\"c"], "\x00\xff", 1, "2024-02-29 12:30:01.000005+00");
show($insert->rows);
my $select = $db->prepare("select * from perl_item where id = ?");
$select->execute(1);
my @row = $select->fetchrow_array;
$row[4] = unpack("H*", $row[4]);
show(@row);
show(@{ $select->{NAME} });
show(@{ $select->{pg_type} });
show($db->selectrow_array("select null::int, array[1,2,3], 1.5::float8, true, false"));

print "many\n";
$db->begin_work;
$insert->execute($_, "n$_", undef, undef, undef, undef, undef) for 10 .. 509;
$db->commit;
show($db->selectrow_array("select count(*), sum(id) from perl_item"));
my $named = $db->prepare('select $1::int + $2::int', { pg_server_prepare => 1, pg_prepare_now => 1 });
for my $n (1 .. 3) { $named->execute($n, 10); show($named->fetchrow_array); }

print "catalog\n";
show(map { $_->[3] . " " . $_->[5] } @{ $db->column_info(undef, "public", "perl_item", undef)->fetchall_arrayref });
show($db->primary_key(undef, "public", "perl_item"));
show(map { $_->[2] } @{ $db->table_info(undef, "public", "perl_item", "TABLE")->fetchall_arrayref });

print "copy\n";
$db->do("copy perl_item (id, name) from stdin");
$db->pg_putcopydata("$_\tcopied $_\n") for 5000 .. 5002;
$db->pg_putcopyend;
$db->do("copy (select id, name from perl_item where id >= 5000 order by id) to stdout");
my $line;
while ($db->pg_getcopydata($line) >= 0) { chomp $line; show($line); }

print "cursor\n";
$db->begin_work;
$db->do("declare reader cursor for select i from generate_series(1, 10) i");
show(map { $_->[0] } @{ $db->selectall_arrayref("fetch 4 from reader") });
show(map { $_->[0] } @{ $db->selectall_arrayref("fetch all from reader") });
$db->commit;

print "errors\n";
for my $statement ("select 1/0", "selec 1", "select * from nosuch", "insert into perl_item (id) values (1)", "select 'x'::int") {
    eval { $db->do($statement) };
    show($db->state, (split /\n/, $db->errstr)[0]);
}

print "savepoints\n";
$db->begin_work;
$db->do("insert into perl_item (id) values (6000)");
$db->pg_savepoint("s");
eval { $db->do("insert into perl_item (id) values (6000)") };
show($db->state, $db->ping);
$db->pg_rollback_to("s");
$db->do("insert into perl_item (id) values (6001)");
$db->commit;
show(map { $_->[0] } @{ $db->selectall_arrayref("select id from perl_item where id >= 6000 order by id") });

print "cancel\n";
$db->do("select pg_sleep(30)", { pg_async => PG_ASYNC });
select(undef, undef, undef, 0.2);
show($db->pg_cancel ? "cancelled" : "not cancelled", $db->state);
show($db->selectrow_array("select 1"));

print "retry\n";
my $rival = DBI->connect("dbi:Pg:", "", "", { RaiseError => 1, PrintError => 0 });
my $attempts = 0;
while (1) {
    $attempts++;
    my $done = eval {
        $db->do("begin isolation level repeatable read");
        $db->selectrow_array("select name from perl_item where id = 10");
        $rival->do("update perl_item set name = 'rival' where id = 10") if $attempts == 1;
        $db->do("update perl_item set name = name || '+own' where id = 10");
        $db->do("commit");
        1;
    };
    last if $done;
    show($db->state);
    $db->do("rollback");
}
show($attempts, $db->selectrow_array("select name from perl_item where id = 10"));

print "reconnect\n";
$db->do("select pg_terminate_backend(?)", undef, $rival->{pg_pid});
select(undef, undef, undef, 0.2);
eval { $rival->do("select 1") };
show($@ ? "gone" : "there", $rival->ping > 0 ? "alive" : "dead");
$rival = $rival->clone;
show($rival->selectrow_array("select 1"));
$db->do("listen perl_channel");
$rival->do("notify perl_channel, 'hello'");
my $notice;
for (1 .. 100) { last if $notice = $db->pg_notifies; select(undef, undef, undef, 0.1); }
show($notice->[0], $notice->[2]);
$db->do("drop table perl_item");
